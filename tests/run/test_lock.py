"""Two runs of one council never go on at once, and a killed run blocks nobody."""

import json
import os
import signal
import subprocess
import sys

import pytest

from qaf_analysis.run.lock import RunLock
from qaf_analysis.terms.errors import RunLockedError

HOLD = """
import sys
from pathlib import Path
from qaf_analysis.run.lock import RunLock
with RunLock(Path(sys.argv[1]), council="Example County"):
    print("held", flush=True)
    sys.stdin.read()
"""
COUNT = """
import sys, time
from pathlib import Path
from qaf_analysis.run.lock import RunLock
from qaf_analysis.terms.errors import RunLockedError
outputs, counter = Path(sys.argv[1]), Path(sys.argv[1]) / "counter"
for _ in range(40):
    while True:
        try:
            with RunLock(outputs, council="Example County"):
                counter.write_text(str(int(counter.read_text()) + 1))
            break
        except RunLockedError:
            time.sleep(0.001)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_the_second_run_is_told_who_holds_the_lock(tmp_path, holder):
    lock = RunLock(tmp_path, council="Example County")
    with pytest.raises(RunLockedError, match=rf"Example County.*process {holder.pid} on .* since"):
        lock.__enter__()
    with RunLock(tmp_path, council="Another council"):
        pass


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    lock = RunLock(tmp_path, council="Example County")
    assert json.loads(lock.path.read_text())["pid"] == holder.pid
    with lock:
        assert json.loads(lock.path.read_text())["pid"] == os.getpid()
    assert lock.path.read_text() == ""
    with lock:
        pass


def test_a_lock_left_by_another_computer_is_respected(tmp_path):
    lock = RunLock(tmp_path, council="Example County")
    lock.path.parent.mkdir()
    lock.path.write_text('{"host": "elsewhere", "pid": 1, "since": "2019-10-04T10:00:00+01:00"}')
    with pytest.raises(RunLockedError, match="process 1 on elsewhere since 2019-10-04"):
        lock.__enter__()
    lock.path.unlink()
    with lock:
        pass


def test_processes_in_a_race_take_turns(tmp_path):
    (tmp_path / "counter").write_text("0")
    racers = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(3)]
    assert [racer.wait(timeout=60) for racer in racers] == [0, 0, 0]
    assert (tmp_path / "counter").read_text() == "120"
