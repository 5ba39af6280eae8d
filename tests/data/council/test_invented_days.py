"""Invented data may lie ahead and say on which day they are read; real data may not."""

from datetime import date

import pytest

from qaf_analysis.terms.errors import SettingsError
from tests.data.council.test_eras import audits, findings, row, whole

TODAY = date(2026, 2, 7)
TOML = '[council]\nname = "Made"\n'
ROWS = audits(row(1, "2027-05-03", "Good"), row(2, "2026-01-05", "Good"))


def read(council, toml, as_of=TODAY):
    return council({"council.toml": toml, "audits.csv": ROWS}, as_of=as_of)


def test_days_ahead_are_set_aside(council):
    assert whole(read(council, TOML + "synthetic = true\n")) == (1, 1)


def test_invented_days_ahead_are_read_as_if_on_the_day_declared(council):
    invented = TOML + "synthetic = true\nas_of = 2027-06-30\n"
    assert whole(read(council, invented)) == (2, 0)
    assert whole(read(council, invented.replace("2027-06-30", "2027-05-02"))) == (1, 1)


def test_a_day_that_has_passed_takes_nothing_away(council):
    found = read(council, TOML + "synthetic = true\nas_of = 2025-01-01\n")
    assert whole(found) == (1, 1)
    assert len([f for f in found.audits.record.findings if f.outcome == "quarantine"]) == 1


def test_real_data_cannot_be_read_as_if_on_another_day(council):
    with pytest.raises(SettingsError, match=r"as_of.* is for invented data only"):
        read(council, TOML + "as_of = 2027-06-30\n")
    with pytest.raises(SettingsError, match=r"as_of.* is for invented data only"):
        read(council, TOML + "synthetic = false\nas_of = 2027-06-30\n")
    assert findings(read(council, TOML), "as_of") == []
