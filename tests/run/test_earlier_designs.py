"""Which earlier reports a run takes in, and that the same run stays the same run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.run.earlier_designs import (
    EARLIER_FILE,
    NONE_UNLIKE,
    earlier_designs,
    read_earlier_designs,
    write_earlier_designs,
)
from qaf_analysis.run.manifest import MANIFEST, RunIdentity, verify_manifest, write_manifest
from qaf_analysis.run.session import open_session
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import EarlierDesigns, declared_design
from qaf_analysis.topics.impact.analysis.changes import design_changes

NOON = datetime(2020, 1, 6, 12, tzinfo=UTC)
Q2, Q3 = Quarter(2019, 2), Quarter(2019, 3)
COUNCIL = "Example"


def toml(audited_in: str = "2018-19 Q2", *, council: str = COUNCIL, more: str = "") -> str:
    theme = f'[[themes]]\nname = "Plans"\ndomain = "Plan"\naudited_in = "{audited_in}"\n'
    return f'[council]\nname = "{council}"\n{theme}{more}'


def publish(
    outputs: Path, text: str, *, quarter: Quarter = Q3, hours: int = 0, seed: int = 1
) -> Path:
    """A finished run as small as can be; without settings it names the council only."""
    identity = RunIdentity(
        inputs=[],
        code=text,
        lock="absent",
        package_version="0.1.0",
        parameters={"quarter": str(quarter), "asked": ""},
        seed=seed,
        notebooks={},
    )
    folder = outputs / quarter.path_name / identity.run_id
    (folder / "bundle").mkdir(parents=True)
    if text:
        (folder / "bundle" / "council.toml").write_bytes(text.encode())
    else:
        named = json.dumps({"council": COUNCIL, "synthetic": False})
        (folder / "bundle" / "council.json").write_text(named, encoding="utf-8")
    ended = NOON + timedelta(hours=hours)
    write_manifest(folder, identity=identity, started=NOON, ended=ended)
    return folder


def declared(text: str, *, quarter: Quarter = Q3):
    return declared_design(settings_of(text.encode()), quarter=quarter)


def taken_in(outputs: Path, text: str, *, quarter: Quarter = Q3) -> EarlierDesigns:
    return earlier_designs(outputs, council=COUNCIL).unlike(declared(text, quarter=quarter))


def test_reports_are_read_in_the_order_in_which_they_were_made(tmp_path):
    second = publish(tmp_path, toml(), hours=2)
    third = publish(tmp_path, toml(), quarter=Q2, hours=3)
    first = publish(tmp_path, toml("2018-19 Q3"), hours=1)
    found = earlier_designs(tmp_path, council=COUNCIL)
    assert [design.run_id for design in found.designs] == [first.name, second.name, third.name]
    assert [design.quarter for design in found.designs] == [Q3, Q3, Q2]
    assert found.designs[0].themes[0].audited_in == Quarter(2018, 3)
    assert found.designs[0].settings_sha256 == settings_of(toml("2018-19 Q3").encode()).sha256
    assert found.unreadable == ()


def test_a_council_without_a_settings_file_counts_as_one_without_themes(tmp_path):
    publish(tmp_path, "")
    (design,) = earlier_designs(tmp_path, council=COUNCIL).designs
    assert design.themes == ()


def test_a_changed_date_is_named_from_the_folders_alone(tmp_path):
    earlier = publish(tmp_path, toml("2018-19 Q3"), quarter=Q2)
    publish(tmp_path, toml(), hours=1)
    result = design_changes(declared(toml()), earlier_designs(tmp_path, council=COUNCIL))
    (change,) = result.changes
    assert (change.before, change.now) == ("2018-19 Q3", "2018-19 Q2")
    assert (change.run_id, change.quarter) == (earlier.name, Q2)


def test_other_councils_and_folders_that_are_no_reports_are_passed_over(tmp_path):
    run = publish(tmp_path, toml("2018-19 Q3"))
    publish(tmp_path, toml("2018-19 Q1", council="Elsewhere"))
    for place in (
        f".building/{run.name}",
        f".failed/{run.name}",
        "by-hand/bundle",
        f"{Q3.path_name}/copy of a run",
        f"old 2019-20-Q3/{run.name}",
        f".locks/{run.name}",
    ):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "latest.txt").write_text(f"{Q3.path_name}/{run.name}\n")
    (tmp_path / Q3.path_name / ("ab" * 8)).write_text("a file")
    found = earlier_designs(tmp_path, council=COUNCIL)
    assert [design.run_id for design in found.designs] == [run.name]
    assert found.unreadable == ()


def test_without_an_outputs_folder_there_are_none(tmp_path):
    assert earlier_designs(tmp_path / "missing", council=COUNCIL) == EarlierDesigns()


def rewritten(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda run: (run / MANIFEST).unlink(), "no manifest that can be read"),
        (lambda run: (run / MANIFEST).write_text("{"), "no manifest that can be read"),
        (lambda run: rewritten(run, schema="other"), "is not of the kind"),
        (lambda run: rewritten(run, ended="yesterday"), "changed or is damaged"),
        (lambda run: rewritten(run, ended="2020-01-06T12:00:00"), "changed or is damaged"),
        (lambda run: rewritten(run, identity={}), "changed or is damaged"),
        (lambda run: rewritten(run, outputs=["x"]), "changed or is damaged"),
        (lambda run: rewritten(run, outputs=[]), "missing or were changed"),
        (lambda run: (run / "bundle" / "council.toml").unlink(), "missing or were changed"),
        (
            lambda run: (run / "bundle" / "council.toml").write_text(toml("2017-18 Q1")),
            "missing or were changed",
        ),
    ],
)
def test_a_damaged_report_is_named_and_the_others_are_read(tmp_path, damage, said):
    damaged = publish(tmp_path, toml("2018-19 Q3"))
    whole = publish(tmp_path, toml("2018-19 Q3"), seed=2)
    damage(damaged)
    found = earlier_designs(tmp_path, council=COUNCIL)
    assert [design.run_id for design in found.designs] == [whole.name]
    (named,) = found.unreadable
    assert named.startswith(f"{Q3.path_name}/{damaged.name}: ")
    assert said in named
    assert str(tmp_path) not in named


def test_settings_that_no_longer_fit_the_rules_are_named_with_the_rule(tmp_path):
    publish(tmp_path, toml(more="phase_in_quarters = 9\n"))
    found = earlier_designs(tmp_path, council=COUNCIL)
    assert found.designs == ()
    assert '"phase_in_quarters" is 9' in found.unreadable[0]


def test_settings_slipped_in_beside_those_of_the_manifest_are_not_believed(tmp_path):
    run = publish(tmp_path, "")
    (run / "bundle" / "council.toml").write_text(toml())
    found = earlier_designs(tmp_path, council=COUNCIL)
    assert found.designs == ()
    assert "missing or were changed" in found.unreadable[0]


def test_the_same_run_again_takes_in_what_it_took_in_before(tmp_path):
    outputs, work = tmp_path / "outputs", tmp_path
    assert write_earlier_designs(taken_in(outputs, toml()), work) == NONE_UNLIKE
    publish(outputs, toml())
    assert write_earlier_designs(taken_in(outputs, toml()), work) == NONE_UNLIKE
    publish(outputs, toml("2018-19 Q3"), hours=1)
    changed = write_earlier_designs(taken_in(outputs, toml()), work)
    kept = (work / EARLIER_FILE).read_bytes()
    publish(outputs, toml(more='activity = "Briefings"\n'), hours=2)
    assert write_earlier_designs(taken_in(outputs, toml()), work) == changed != NONE_UNLIKE
    assert (work / EARLIER_FILE).read_bytes() == kept


def test_a_theme_declared_for_a_later_quarter_leaves_earlier_reports_as_they_were(tmp_path):
    later = '[[themes]]\nname = "Risks"\ndomain = "Risk"\naudited_in = "2019-20 Q3"\n'
    publish(tmp_path, toml(), quarter=Q2)
    publish(tmp_path, toml(more=later), quarter=Q3, hours=1)
    assert taken_in(tmp_path, toml(), quarter=Q2) == EarlierDesigns()
    assert len(taken_in(tmp_path, toml(more=later), quarter=Q3).designs) == 1


def test_a_damaged_report_makes_another_run_because_it_is_named(tmp_path):
    run = publish(tmp_path, toml())
    (run / MANIFEST).unlink()
    assert write_earlier_designs(taken_in(tmp_path, toml()), tmp_path) != NONE_UNLIKE


def test_what_a_run_keeps_its_notebooks_read(tmp_path):
    publish(tmp_path / "outputs", toml("2018-19 Q3"), quarter=Q2)
    earlier = taken_in(tmp_path / "outputs", toml())
    write_earlier_designs(earlier, tmp_path)
    assert open_session(data="data", work=str(tmp_path)).earlier_designs() == earlier
    assert read_earlier_designs(tmp_path) == earlier
    assert len(earlier.designs) == 1


def test_by_hand_the_reports_of_the_project_are_read(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "council.toml").write_text(toml(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    session = open_session(data="data")
    assert session.earlier_designs() == EarlierDesigns()
    run = publish(tmp_path / "outputs", toml("2018-19 Q3"))
    publish(tmp_path / "outputs", toml(council="Elsewhere"))
    assert [design.run_id for design in session.earlier_designs().designs] == [run.name]


def test_a_folder_that_no_run_made_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match="The report command writes it"):
        open_session(data="data", work=str(tmp_path)).earlier_designs()


def test_the_folders_of_these_tests_are_as_runs_leave_them(tmp_path):
    assert verify_manifest(publish(tmp_path, toml())).problems == ()
