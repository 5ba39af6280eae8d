"""A form speaks by messages, tells what went wrong, and keeps nothing in the notebook's state."""

import json

import pytest

from qaf_analysis.lab.grading import grading_form
from qaf_analysis.lab.practice import practice_place
from qaf_analysis.terms.errors import IntegrityError


class Told(list):
    """Messages that a form sends."""


@pytest.fixture
def form(monkeypatch):
    made = grading_form(practice_place())
    made.told = Told()
    monkeypatch.setattr(made, "send", made.told.append)
    return made


def hear(form, **content):
    form._hear(form, {"view": "v", "number": 7, **content})
    return form.told[-1]


def test_a_new_view_is_told_what_to_show_as_plain_json(form):
    page = json.loads(json.dumps(hear(form, kind="ready")))
    assert page["sections"][0]["questions"][0]["label"] == "Overall, case 1"
    assert page["echo"] == {"view": "v", "number": 7}


def test_no_answer_question_or_status_is_part_of_the_widgets_state(form):
    before = json.dumps(form.get_state(), default=str, sort_keys=True)
    hear(form, kind="chose", question="1/Overall", value="Outstanding")
    hear(form, kind="chose", question="1/?comment", value="a word of mine")
    page = hear(form, kind="pressed", button="undo")
    assert page["sections"][0]["questions"][0]["value"] == "Outstanding"
    after = json.dumps(form.get_state(), default=str, sort_keys=True)
    assert after == before
    for word in ("Outstanding", "a word of mine", "Overall", form.conversation._pack.pack):
        assert word not in after
    assert "Outstanding" not in repr(form)


def test_a_refusal_is_told_to_the_person_at_the_form(form):
    page = hear(form, kind="pressed", button="read/1")
    assert page["alarm"]
    assert page["status"].startswith("Not answered: Overall, case 1 and 3 others.")


def test_a_place_that_cannot_keep_is_told_and_nothing_counts_as_kept(form, monkeypatch):
    def full(*args, **kwargs):
        raise IntegrityError("The ledger is held by somebody else.")

    place = form.conversation._place
    monkeypatch.setattr(place, "put", full)
    hear(form, kind="chose", question="1/Overall", value="Good")
    assert hear(form, kind="pressed", button="next")["status"].startswith("The ledger is held")
    monkeypatch.undo()
    assert place.standing(place.pack.cases[0].code).grades["Overall"] is None
    form.conversation.pressed("next")
    assert place.standing(place.pack.cases[0].code).grades["Overall"] == "Good"


def test_a_fault_of_ours_is_told_too_and_not_hidden(form, monkeypatch):
    monkeypatch.setattr(form.conversation, "_go", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hear(form, kind="pressed", button="next")
    assert form.told[-1]["status"].startswith("Not kept: something went wrong")


def test_the_script_keeps_keys_from_jupyterlab_and_fetches_nothing(form):
    script = form._esm
    assert "stopPropagation" in str(script)
    for word in ("http:", "https:", "fetch(", "localStorage", "innerHTML", "import "):
        assert word not in str(script)
