"""The self-check sees what is wrong, and only that."""

import subprocess
import sys
from pathlib import Path

import pytest

from qaf_analysis.run.doctor import differing_versions, examine, locked_versions, loopback_problems

ROOT = Path(__file__).resolve().parents[2]
CLOSED = {"ServerApp": {"ip": "127.0.0.1", "terminals_enabled": False}}


def test_a_version_that_was_not_tested_is_named():
    locked = locked_versions("numpy==2.1 ; python_version < '3.12' \\\nNumPy==2.2\ntyping_x==1\n")
    installed = {"numpy": "2.2", "typing-x": "2", "not-locked": "9"}
    assert differing_versions(installed, locked=locked) == ["typing-x 2 (tested: 1)"]


@pytest.mark.parametrize(
    ("section", "setting", "value"),
    [
        ("ServerApp", "ip", "0.0.0.0"),
        ("ServerApp", "ip", "*"),
        ("ServerApp", "token", ""),
        ("ServerApp", "allow_remote_access", True),
        ("ServerApp", "terminals_enabled", True),
        ("IdentityProvider", "token", ""),
    ],
)
def test_an_open_door_is_found(section, setting, value):
    assert loopback_problems(CLOSED) == []
    settings = {**CLOSED, section: {**CLOSED.get(section, {}), setting: value}}
    assert len(loopback_problems(settings)) == 1


@pytest.mark.slow
def test_every_check_of_this_installation_can_run(tmp_path):
    checks = {check.name: check for check in examine(home=ROOT, outputs=tmp_path / "outputs")}
    assert len(checks) == 6
    differing = checks.pop("Installed versions are those that were tested")
    assert differing.state in ("passed", "failed")
    assert {check.state for check in checks.values()} == {"passed"}, checks
    elsewhere = examine(home=tmp_path, outputs=tmp_path / "outputs")
    assert [check.state for check in elsewhere].count("could not run") == 2


def test_the_slow_check_of_web_addresses_is_never_imported():
    code = (
        "import sys, qaf_analysis.run.engine, qaf_analysis.run.edition as e; e._exporter();"
        "sys.exit('rfc3987_syntax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
