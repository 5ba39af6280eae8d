"""The page of a pack: its bytes, and three cases graded in a browser by keyboard alone."""

import base64
import hashlib
import json
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from qaf_analysis.moderation.packs.pack import NOT_GRADED, REASONS, SURE
from qaf_analysis.moderation.packs.page import POLICY, SCRIPT_SHA256, pack_page, page_script
from tests.moderation.packs.made import DOMAINS, LEVELS, made_pack

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
HOSTILE = '</script><img src=x onerror=alert(1)> & "Ärger"'


@pytest.fixture(scope="module")
def pack():
    return made_pack(references={"a1": HOSTILE, "a2": "CF-2", "a3": "CF-3"})


def test_the_policy_admits_the_script_of_all_packs_and_nothing_else(pack):
    text = pack_page(pack).decode()
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    total = hashlib.sha256(scripts[0].encode()).digest()
    assert scripts == [page_script()]
    assert base64.b64encode(total).decode() == SCRIPT_SHA256
    assert f'content="{POLICY}"' in text
    assert "default-src 'none'" in POLICY
    other = pack_page(made_pack(("b1",), moderator="M-09", levels=("No", "Yes"), means=()))
    assert page_script() in other.decode()


def test_the_page_fetches_and_keeps_nothing():
    text = pack_page(made_pack()).decode()
    assert not re.search(r"https?:|src=|href=\"[^#]|localStorage|sessionStorage|indexedDB", text)
    assert "<noscript>" in text


def test_the_json_is_not_ended_by_a_reference(pack):
    text = pack_page(pack).decode()
    island = re.findall(r'<script id="pack" type="application/json">(.*?)</script>', text)[0]
    assert HOSTILE in {case["file"].partition(", as at")[0] for case in json.loads(island)["cases"]}
    assert "<" not in island


def test_the_same_pack_is_the_same_bytes(pack):
    assert pack_page(pack) == pack_page(pack)


class Keyboard:
    """A page of which nothing is touched but keys; files are chosen for want of a dialog."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, wanted, *, most=40):
        for _ in range(most):
            self.press("Tab")
            if self.focus() == wanted:
                return
        raise AssertionError(f"{wanted} was not met")

    def focus(self):
        """Question and kind of what has the focus, as a screen reader would begin."""
        return self.page.evaluate(
            """() => { const e = document.activeElement, box = e.closest("fieldset, p.field");
                return box ? box.querySelector("legend, label").textContent : e.textContent; }"""
        )

    def chosen(self):
        return self.page.evaluate("document.activeElement.checked && document.activeElement.value")

    def state(self):
        return self.page.inner_text("#state")

    def saved(self, folder):
        with self.page.expect_download() as waiting:
            self.press("Control+s")
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, pack, tmp_path):
    path = tmp_path / "pack.html"
    path.write_bytes(pack_page(pack))
    said = []
    with browser.new_context(offline=True, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        yield Keyboard(page)
        assert said == []


@in_a_browser
def test_three_cases_are_graded_saved_and_brought_back_by_keyboard_alone(
    opened, browser, pack, tmp_path
):
    keys, grades = opened, iter([*LEVELS, NOT_GRADED, *LEVELS])
    expected = []
    for number in (1, 2, 3):
        case, rows = f"Case {number}", []
        for domain in DOMAINS:
            wanted = next(grades)
            keys.tab_to(f"{domain}, {case}")
            assert keys.chosen() is False
            keys.press("Space", *["ArrowDown"] * [*LEVELS, NOT_GRADED].index(wanted))
            assert keys.chosen() == wanted
            rows.append({"case": case, "part": domain, "grade": wanted})
        keys.tab_to(f"Main reason, {case}")
        keys.press("ArrowDown", "ArrowDown")
        keys.tab_to(f"How sure are you, {case}")
        keys.press("Space")
        keys.tab_to(f"Comment, {case}")
        keys.page.keyboard.type(f"=cmd|<script> {number}")
        rows[0] |= {
            "reason": REASONS[1], "sure": SURE[0], "comment": f"=cmd|<script> {number}"
        }  # fmt: skip
        expected += rows
    # Saved from within the text box: what is being typed is in the file.
    path = keys.saved(tmp_path)
    assert path.name == f"return_{pack.pack}_9_of_9.json"
    assert keys.state().startswith("All 9 grades given. All saved.")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert [row.pop("key") for row in told["rows"]] == [row.key for row in pack.rows]
    assert told.pop("rows") == expected
    assert told == {
        "format": "qaf-return", "version": 1, "round": pack.round, "pack": pack.pack,
        "moderator": "M-04",
    }  # fmt: skip
    again = browser.new_page()
    again.goto((tmp_path / "pack.html").as_uri())
    again.set_input_files("#open", path)
    expect(again.locator("#state")).to_contain_text("Brought back")
    assert Keyboard(again).saved(tmp_path / "twice").read_bytes() == path.read_bytes()
    again.close()


@in_a_browser
def test_undo_reaches_nothing_chosen_and_delete_empties(opened):
    keys = opened
    keys.press("Control+Enter")
    assert keys.focus() == "Overall, Case 1"
    keys.press("Space", "ArrowDown")
    assert keys.chosen() == LEVELS[1]
    keys.press("Control+z")
    assert keys.chosen() == LEVELS[0]
    keys.press("Control+z")
    assert keys.chosen() is False
    assert keys.focus() == "Overall, Case 1"
    assert keys.state() == "0 of 9 grades given. Not saved yet. Took back: Overall, Case 1."
    keys.press("Control+z")
    assert keys.state().endswith("Nothing to undo.")
    keys.press("Space", "Delete")
    assert keys.page.locator("input:checked").count() == 0
    keys.press("Control+z")
    assert keys.chosen() == LEVELS[0]
    # A comment is one step, taken back from outside the text box.
    keys.page.focus("textarea >> nth=0")
    keys.page.keyboard.type("three words here")
    keys.press("Tab", "Control+z")
    assert keys.page.input_value("textarea >> nth=0") == ""
    assert keys.focus() == "Undo"
    keys.press("Control+z")
    assert keys.page.locator("input:checked").count() == 0


@in_a_browser
def test_next_goes_round_the_parts_without_a_grade(opened):
    keys = opened
    met = []
    for _ in range(9):
        keys.press("Control+Enter", "Space")
        met.append(keys.focus())
    assert met == [f"{domain}, Case {number}" for number in (1, 2, 3) for domain in DOMAINS]
    keys.press("Control+Enter")
    assert keys.state().endswith("No part is without a grade.")
    keys.page.focus("textarea >> nth=1")
    keys.press("Control+z")  # the browser's own: nothing was typed
    keys.page.focus("input[value='Good'] >> nth=1")
    keys.press("Delete")
    keys.page.focus("textarea >> nth=2")
    keys.press("Control+Enter")
    assert keys.focus() == f"{DOMAINS[1]}, Case 1"


def returned(of, **changes):
    rows = [{"key": row.key, "case": "Case 1", "grade": "Good"} for row in of.rows]
    return {"format": "qaf-return", "version": 1, "pack": of.pack, "rows": rows} | changes


@in_a_browser
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pack": "B7KD2QXM"}, "That file belongs to another pack, B7KD2QXM."),
        ({"format": "qaf-pack"}, "That is no file that this page saved."),
        ({"version": 2}, "That file was saved by another version of this pack."),
        ({"rows": [{"key": "B7KD2QXM-BCDFG"}]}, "That file has a row that is not of this pack."),
        ("not json", "That file could not be read."),
        ("gud", "That file has an answer that this page does not offer: grade in Case 1."),
        ("twice", "That file has a row twice."),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(opened, pack, tmp_path, changes, told):
    first = {"key": pack.rows[0].key, "case": "Case 1", "grade": "Good"}
    texts = {
        "not json": "{",
        "gud": json.dumps(returned(pack, rows=[first | {"grade": "Gud"}])),
        "twice": json.dumps(returned(pack, rows=[first, first])),
    }
    text = texts[changes] if isinstance(changes, str) else json.dumps(returned(pack, **changes))
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    opened.page.set_input_files("#open", path)
    expect(opened.page.locator("#state")).to_contain_text("Nothing was changed")
    assert told in opened.state()
    assert opened.page.locator("input:checked").count() == 0


@in_a_browser
def test_unsaved_work_is_asked_about_before_a_file_takes_its_place(opened, pack, tmp_path):
    keys, asked, answers = opened, [], iter([False, True])

    def answer(dialog):
        asked.append(dialog.message)
        if next(answers):
            dialog.accept()
        else:
            dialog.dismiss()

    keys.page.on("dialog", answer)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(returned(pack)), encoding="utf-8")
    keys.press("Control+Enter", "Space")
    keys.page.set_input_files("#open", path)
    expect(keys.page.locator("#state")).to_contain_text("Nothing was changed")
    assert keys.chosen() == "Inadequate"
    keys.page.set_input_files("#open", path)
    expect(keys.page.locator("#state")).to_contain_text("Brought back")
    assert keys.page.locator("input[value='Good']:checked").count() == 9
    keys.press("Control+z")
    assert keys.page.locator("input:checked").count() == 1
    assert len(asked) == 2
    assert asked[0].startswith("Your work is not saved.")
    keys.saved(tmp_path)  # else the page asks before it closes


@in_a_browser
def test_nothing_stands_beside_the_page_at_320_px_and_descriptors_are_folded(opened):
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert opened.page.evaluate(wide) == 0
    assert opened.page.locator("#cases details").count() == 9
    assert opened.page.locator("#cases details[open]").count() == 0
    opened.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert opened.page.evaluate(wide) == 0
    assert "Harm went unseen." in opened.page.inner_text("#cases")
