"""What a pack tells beside what it must: planted faults are found, and no pack as made has one."""

import io
import json
import re
import zipfile

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

from qaf_analysis.data.files.written_workbook import workbook_bytes, zipped
from qaf_analysis.moderation.packs.files import pack_files
from qaf_analysis.moderation.packs.scan import same_but_for_grades, scan_pack
from qaf_analysis.terms.errors import UsageError
from tests.moderation.packs.blinding import FAULTS, PAGE, area, boosted, measured
from tests.moderation.packs.made import KEY, LEVELS, made_pack

AUDITS = tuple(f"a{number}" for number in range(12))
GRADES = ("Good", "Inadequate", "Requires improvement", "Good", "Outstanding", "Good") * 2


@pytest.fixture(scope="module")
def pack():
    return made_pack()


@pytest.fixture(scope="module")
def files(pack):
    return pack_files(pack)


@pytest.mark.parametrize(
    "made",
    [
        made_pack(),
        made_pack(shows=False, means=()),
        made_pack(levels=("No", "Yes"), means=("a", "b")),
        made_pack(levels=tuple("01234"), means=tuple("abcde"), references=dict.fromkeys(
            ("a1", "a2", "a3"), "CF-4")),
        made_pack(references={"a1": "=1+1", "a2": "</script>&<b>", "a3": "100\x00234"}),
    ],
)  # fmt: skip
def test_packs_as_they_are_made_tell_nothing(made):
    assert scan_pack(pack_files(made), made, key=KEY) == ()


def planted(files, change):
    """The workbook with something changed by another program, members and times as before."""
    name = next(name for name in files if name.endswith(".xlsx"))
    book = load_workbook(io.BytesIO(files[name]))
    change(book)
    return {name: workbook_bytes(book)}


def comment(book):
    book["Grades"]["D2"].comment = Comment("Good", "qaf")


def column(book):
    book["Grades"]["I2"] = "targeted"


def filled(book):
    book["Grades"]["E3"] = "Good"


def hidden(book):
    book.create_sheet("qaf").sheet_state = "veryHidden"


def hidden_rows(book):
    book["Grades"].row_dimensions[4].hidden = True


def colour(book):
    book["Grades"]["B8"].fill = PatternFill("solid", start_color="FFF0F0")


def height(book):
    book["Grades"].row_dimensions[6].height = 20


def name_of_a_grade(book):
    book.defined_names["audit"] = DefinedName("audit", attr_text='"Good"')


def maker(book):
    book.properties.lastModifiedBy = "Good"


def property_of_its_own(book):
    book.custom_doc_props["qaf pack"].value = "Good"


def formula(book):
    book["Lists"]["F1"] = "=1+1"


def list_order(book):
    book["Lists"]["A2"], book["Lists"]["A3"] = LEVELS[1], LEVELS[0]


def order_of_rows(book):
    sheet = book["Grades"]
    for column in range(1, 5):
        one, two = sheet.cell(2, column), sheet.cell(5, column)
        one.value, two.value = two.value, one.value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (comment, "comments and pictures lie in such members"),
        (column, "holds in cell I2 what does not belong there"),
        (filled, "holds in cell E3 what does not belong there. It is a grade, or holds one."),
        (hidden, "has other sheets"),
        (hidden_rows, "hidden rows or columns"),
        (colour, "look unlike others of their kind"),
        (height, "look unlike others of their kind"),
        (name_of_a_grade, "has the name 'audit'"),
        (maker, "docProps/core.xml holds more"),
        (property_of_its_own, "docProps/custom.xml holds more"),
        (formula, "has a formula"),
        (list_order, "the sheet Lists holds in cell A2"),
        (order_of_rows, "holds in cell A2 what does not belong there"),
    ],
)
def test_what_is_planted_in_a_workbook_is_told(pack, files, change, told):
    assert any(told in leak for leak in scan_pack(planted(files, change), pack))


def test_saved_again_by_the_library_without_a_change_a_workbook_tells_nothing(pack, files):
    assert scan_pack(planted(files, lambda book: None), pack) == ()


def test_times_and_further_members_of_the_zip_file_are_told(pack, files):
    name = next(name for name in files if name.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    thumbnail = zipped(parts | {"docProps/thumbnail.jpeg": b"x"})
    assert "docProps/thumbnail.jpeg" in scan_pack({name: thumbnail}, pack)[0]
    styles = parts["xl/styles.xml"].replace(b"<fonts", b"<!-- Good --><fonts", 1)
    assert "has a comment" in scan_pack({name: zipped(parts | {"xl/styles.xml": styles})}, pack)[0]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, data in parts.items():
            archive.writestr(zipfile.ZipInfo(each, (2020, 1, 31, 12, 0, 0)), data)
    assert "times at which they were made" in scan_pack({name: out.getvalue()}, pack)[0]
    assert "is no workbook" in scan_pack({name: b"PK"}, pack)[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<h1>", "<!-- Good --><h1>", "holds a comment"),
        ("<h1>", '<h1 data-grade="2">', "the attribute data-grade"),
        ("<h1>", "<p>The audit said Good.</p><h1>", "1 texts that do not belong there. One holds"),
        ('"format":"qaf-pack"', '"format":"qaf-pack","targeted":[1]', "its JSON holds other than"),
        ('"use strict";', '"use strict"; const grade = "Good";', "its script or its policy"),
        ("default-src 'none'", "default-src *", "its script or its policy"),
    ],
)
def test_what_is_planted_in_a_page_is_told(pack, files, old, new, told):
    name = next(name for name in files if name.endswith(".html"))
    text = files[name].decode()
    assert old in text
    leaks = scan_pack({name: text.replace(old, new, 1).encode()}, pack)
    assert any(told in leak for leak in leaks)


def test_a_grade_beside_one_case_in_the_json_is_told(pack, files):
    name = next(name for name in files if name.endswith(".html"))
    text = re.sub(r'"code":"(\w+)"', r'"code":"\1","audit":2', files[name].decode(), count=1)
    island = re.findall(r'application/json">(.*?)</script>', text)[0]
    assert json.loads(island)["cases"][0]["audit"] == 2
    assert len(scan_pack({name: text.encode()}, pack)) == 1


def test_a_name_of_another_kind_is_told(pack, files):
    data = next(iter(files.values()))
    assert "is no file of this pack" in scan_pack({"M-04 targeted.xlsx": data}, pack)[0]


def test_a_reference_or_a_round_that_tells_is_told():
    made = made_pack(references={"a1": "CF-1 good", "a2": "CF-2 targeted", "a3": "Goodwin-3"})
    told = scan_pack({}, made)
    assert len(told) == 2
    assert all("Use a key sheet" in each for each in told)


def test_an_order_by_stratum_is_told_by_the_key():
    of = {KEY.code("case", made_pack().pack, audit): audit for audit in AUDITS}
    made = made_pack(AUDITS, order=lambda code: LEVELS.index(GRADES[AUDITS.index(of[code])]))
    assert scan_pack(pack_files(made), made) == ()
    assert scan_pack(pack_files(made), made, key=KEY) == (
        "The cases do not stand in the random order of the round’s key.",
    )


def build(grades, *, order=None, reference="CF-{audit}"):
    by_audit = dict(zip(AUDITS, grades, strict=True))
    codes = {KEY.code("case", made_pack().pack, audit): audit for audit in AUDITS}
    made = made_pack(
        AUDITS,
        order=order and (lambda code: order(by_audit[codes[code]])),
        references={
            audit: reference.format(audit=audit, length=len(by_audit[audit])) for audit in AUDITS
        },
    )
    return pack_files(made)


def test_packs_are_the_same_bytes_when_grades_change_places():
    assert same_but_for_grades(build, GRADES, seed=1) == ()


@pytest.mark.parametrize(
    "faulty",
    [
        lambda grades: build(grades, order=LEVELS.index),
        lambda grades: build(grades, reference="CF-{audit}-{length}"),
    ],
)
def test_an_order_or_a_text_that_hangs_on_grades_is_found(faulty):
    pack = made_pack().pack
    found = same_but_for_grades(faulty, GRADES, seed=1)
    assert found == (f"pack_{pack}.html", f"pack_{pack}.xlsx")


def test_grades_that_are_all_alike_try_nothing():
    with pytest.raises(UsageError, match="alike"):
        same_but_for_grades(build, ["Good"] * 12, seed=1)


def test_the_area_under_the_curve_by_hand():
    # Pairs of one below Good and one not: 0.9 and 0.4 over 0.5 and 0.4: 1, 1, 0 and a tie.
    score, wanted = np.array([0.9, 0.4, 0.5, 0.4]), np.array([1.0, 1.0, 0.0, 0.0])
    assert area(score, wanted) == pytest.approx(2.5 / 4)
    trees = boosted(np.array([[0], [0], [1], [1]] * 20), np.array([0.0, 0.0, 1.0, 1.0] * 20))
    assert all(low < 0 < high for _, _, low, high in trees)


def test_the_classifier_finds_an_order_by_stratum():
    reached, _, high = measured(10, seed=1, fault="order by stratum")
    assert reached > 0.9 > high


def test_the_measured_packs_lie_inside_the_band_and_the_planted_faults_outside():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line.strip("| ").split(" | ") for line in lines if "side |" in line]
    assert [each[0] for each in told] == ["as they are made", *FAULTS[1:]]
    for name, reached, band, word in told:
        low, high = map(float, band.split(" to "))
        assert word == ("inside" if low <= float(reached) <= high else "outside")
        assert (word == "inside") == (name == "as they are made")
    assert "--packs 500 --seed 1`" in "\n".join(lines)
