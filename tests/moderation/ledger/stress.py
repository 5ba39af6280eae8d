"""Many writers at once, and writers that are killed: is every decision there, and there once?

``python -m tests.moderation.ledger.stress --decisions 10000 --kills 300 --seed 1`` measures at full
size and writes ``docs/calibration/ledger.md``; the tests run a small part of it.
"""

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.moderation.ledger.entries import Kind
from qaf_analysis.moderation.ledger.schema import JOURNAL, LEDGER_FILE
from qaf_analysis.moderation.ledger.store import open_ledger, read_ledger
from qaf_analysis.moderation.ledger.verify import verify_ledger
from tests.moderation.ledger.made import COUNCIL, KEY, NOW, grade

PAGE = Path(__file__).parents[3] / "docs" / "calibration" / "ledger.md"
# Forked, so that a writer starts in an instant; Windows can only start anew.
START = multiprocessing.get_context(
    "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
)
LONGEST_DELAY = 0.25  # seconds from the start of writers to their end
REPEATED = 10  # every so many decisions one is sent again, and one of a neighbour's
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of decisions that several processes wrote at once."""

    decisions: int
    processes: int
    sent: int  # with those sent again
    lost: int
    twice: int
    problems: tuple[str, ...]
    seconds: float
    longest_wait: float


@dataclass(frozen=True, kw_only=True)
class Killed:
    """What was found after writers were killed."""

    points: int  # at which a ledger was there
    before_the_first: int  # more points, at which there was none yet
    acknowledged: int
    lost: int
    broken: int  # ledgers that do not verify
    not_gone_on: int  # ledgers to which nothing could be added afterwards
    journals: int  # points at which a journal stood


def decision(number):
    """The decision of that number, which is the same whoever sends it."""
    return grade(f"C{number}", LEVELS[number % 4])


def write_share(folder, share, processes, decisions):
    """Write each decision of one process, sending some again, and note what was acknowledged."""
    ledger = open_ledger(folder, key=KEY, patience=600)
    acknowledged, longest = [], 0.0
    for place, number in enumerate(range(share, decisions, processes)):
        numbers = [number]
        if place % REPEATED == REPEATED - 1:
            numbers += [number, (number + 1) % decisions]
        for one in numbers:
            start = time.monotonic()
            (entry,) = ledger.append([decision(one)], now=NOW)
            longest = max(longest, time.monotonic() - start)
            acknowledged.append([entry.seq, entry.about])
    text = json.dumps({"acknowledged": acknowledged, "longest": longest})
    (folder / f"writer{share}.json").write_text(text)


def many_writers(folder, *, decisions, processes=6):
    """Let processes write decisions at once and count what is there."""
    open_ledger(folder, key=KEY, council=COUNCIL, now=NOW)
    start = time.monotonic()
    writers = [
        START.Process(target=write_share, args=(folder, share, processes, decisions))
        for share in range(processes)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    seconds = time.monotonic() - start
    told = [json.loads((folder / f"writer{n}.json").read_text()) for n in range(processes)]
    sent = [(seq, about) for one in told for seq, about in one["acknowledged"]]
    entries = read_ledger(folder).entries(kinds=[Kind.GRADE])
    found = {(entry.seq, entry.about) for entry in entries}
    times = Counter(entry.about for entry in entries)
    wanted = {decision(number).about for number in range(decisions)}
    return Written(
        decisions=decisions,
        processes=processes,
        sent=len(sent),
        lost=len(set(sent) - found) + len(wanted - times.keys()),
        twice=sum(times.values()) - len(times),
        problems=verify_ledger(folder, key=KEY).problems,
        seconds=seconds,
        longest_wait=max(one["longest"] for one in told),
    )


def write_until_killed(folder, share):
    """Write one decision after another; note each on a file after it was acknowledged."""
    ledger = open_ledger(folder, key=KEY, council=COUNCIL, now=NOW, patience=600)
    note = os.open(folder / f"acknowledged{share}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = share
    while True:
        drafts = [decision(number), decision(number + 100_000)]
        for entry in ledger.append(drafts, now=NOW):
            os.write(note, f"{entry.op}\n".encode())
        number += 2


def killed_writers(folder, *, points, seed):
    """Kill two writers at so many points of time, and look at what they leave."""
    delays = random.Random(seed)
    counts = Counter()
    while (tried := counts["tried"]) - counts["before_the_first"] < points:
        place = folder / f"point{tried}"
        writers = [START.Process(target=write_until_killed, args=(place, n)) for n in range(2)]
        for writer in writers:
            writer.start()
        time.sleep(delays.uniform(0, LONGEST_DELAY))
        for writer in writers:
            writer.kill()
            writer.join()
        counts.update({**_left(place), "tried": 1})
    return Killed(
        points=points,
        **{name: counts[name] for name in Killed.__dataclass_fields__ if name != "points"},
    )


def _left(place):
    """What two killed writers left in a folder."""
    if not (place / LEDGER_FILE).exists():
        open_ledger(place, key=KEY, council=COUNCIL, now=NOW)
        return {"before_the_first": 1, "broken": bool(verify_ledger(place, key=KEY).problems)}
    acknowledged = {
        line for file in place.glob("acknowledged*") for line in file.read_text().splitlines()
    }
    found = {"acknowledged": len(acknowledged)}
    found["journals"] = (place / (LEDGER_FILE + JOURNAL)).exists()
    found["broken"] = bool(verify_ledger(place, key=KEY).problems)
    ledger = open_ledger(place, key=KEY)
    entries = ledger.entries(kinds=[Kind.GRADE])
    found["lost"] = len(acknowledged - {entry.op for entry in entries})
    # Two decisions are one transaction: both are there or neither.
    found["broken"] |= len(entries) % 2
    (new,) = ledger.append([grade("after")], now=NOW)
    found["not_gone_on"] = new != ledger.entries()[-1] or new.seq != len(entries) + 2
    return found


def page(written, killed, *, seed):
    """The page of what was measured."""
    return f"""# The ledger under many writers, and under writers that are killed

`python -m tests.moderation.ledger.stress --decisions {written.decisions} --kills {killed.points} \
--seed {seed}`

## {written.processes} processes write at once

Each decision is one transaction, on the disk before it is acknowledged. Every tenth one is sent \
again, and so is one of another process.

| Decisions | Sent, with repeats | Lost | Twice | Chain and keyed sums | Time | Longest wait |
|---|---|---|---|---|---|---|
| {written.decisions:,} | {written.sent:,} | {written.lost} | {written.twice} | \
{"whole" if not written.problems else "broken"} | {written.seconds:.0f} s | \
{written.longest_wait:.1f} s |

The times are those of one machine with two shared cores: they tell an order of size, no more.

## Writers killed at {killed.points} points

Two processes write pairs of decisions, each pair one transaction, and are killed \
(`kill -9`) after 0 to {LONGEST_DELAY * 1000:.0f} ms.

| Points | More, before a ledger was there | Journals to roll back | Decisions acknowledged | \
Of them lost | Broken ledgers | Ledgers that could not be gone on with |
|---|---|---|---|---|---|---|
| {killed.points} | {killed.before_the_first} | {killed.journals} | {killed.acknowledged:,} | \
{killed.lost} | {killed.broken} | {killed.not_gone_on} |

A power cut was not tried. Attacks on the file (an edit, a deletion, a swap, a cut tail, a replay, \
a rewrite without the key, a replacement, a rule taken away, an older copy put back) are tried one \
by one in `tests/moderation/ledger/test_verify.py`.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=600)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=PAGE)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        written = many_writers(Path(folder) / "many", decisions=asked.decisions)
        killed = killed_writers(Path(folder), points=asked.kills, seed=asked.seed)
    print(written, killed, sep="\n")
    asked.out.write_text(page(written, killed, seed=asked.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
