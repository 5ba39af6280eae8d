"""A golden page changes only with a reason that stands beside its hash."""

import pytest

from tests.golden.accept import main
from tests.golden.kept import MOST_LINES, Kept, digest


@pytest.fixture
def kept(tmp_path):
    made = Kept(room=tmp_path)
    made.complaint("kinder", "One.\nTwo.\n")
    assert main(["kinder", "--because", "The first page."], kept=made) == 0
    return made


def test_page_that_is_alike_is_not_complained_of(kept):
    assert kept.complaint("kinder", "One.\nTwo.\n") == ""
    assert not kept.received("kinder").exists()


def test_difference_is_shown_and_the_new_page_waits(kept):
    said = kept.complaint("kinder", "One.\nThree.\n").splitlines()
    assert "-Two." in said
    assert "+Three." in said
    assert said[-1] == 'python -m tests.golden.accept "kinder" --because "…"'
    assert kept.received("kinder").read_bytes() == b"One.\nThree.\n"
    assert kept.accepted("kinder").read_bytes() == b"One.\nTwo.\n"


def test_long_difference_is_cut_and_says_how_much_is_left(kept):
    said = kept.complaint("kinder", "".join(f"{n}.\n" for n in range(100))).splitlines()
    # One heading, the lines shown, what is left, and two lines on how to accept.
    assert len(said) == 1 + MOST_LINES + 3
    # 3 lines of the difference's own heading, 2 taken out, 100 put in.
    assert said[MOST_LINES + 1] == "… and 65 lines more."


def test_accepting_keeps_the_page_and_its_reason(kept):
    kept.complaint("kinder", "One.\nThree.\n")
    assert main(["kinder", "--because", "Two was wrong."], kept=kept) == 0
    assert kept.accepted("kinder").read_bytes() == b"One.\nThree.\n"
    assert not kept.received("kinder").exists()
    first, second = kept.record.read_text(encoding="utf-8").splitlines()[-2:]
    was, now = digest("One.\nTwo.\n"), digest("One.\nThree.\n")
    assert first == f"- `kinder` {was}: The first page."
    assert second == f"- `kinder` {now}: Two was wrong."
    assert kept.last_hashes() == {"kinder": now}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "--because", "A reason."], 'There is no council "nobody"'),
        (["harsher", "--because", "A reason."], 'No page of "harsher" waits'),
        (["kinder", "--because", " x "], "at least two words"),
        (["kinder", "--because", "two\nlines"], "Say in one line"),
    ],
)
def test_page_is_not_accepted_without_a_page_or_a_reason(kept, capsys, arguments, said):
    kept.complaint("kinder", "Other.\n")
    assert main(arguments, kept=kept) == 1
    assert said in capsys.readouterr().err
    assert kept.accepted("kinder").read_bytes() == b"One.\nTwo.\n"
