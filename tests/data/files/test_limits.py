"""Hostile files are answered in ten seconds and 500 MB, measured in a process of their own.

Seconds are those of the processor, so that a busy machine is no matter; memory is the most that
the process held at any time, Python and its libraries among it.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from select import select

import pytest

from tests.data.files import workbooks as w
from tests.wide import wide

SECONDS, MEGABYTES = 10, 500
LAST = 1_048_576  # row of a worksheet
# Each folder named on its input is read by a fork of this process, which has read nothing itself:
# its seconds and its memory are its own, and the imports are paid for once.
MEASURE = r"""
import json, os, re, resource, sys, time
from datetime import date
from pathlib import Path
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.contract.record import ImportRejectedError

def measured(folder):
    started = time.process_time()
    try:
        read_council(Path(folder), as_of=date(2020, 2, 7), key=PseudonymKey(secret=bytes(32)))
        codes = []
    except ImportRejectedError as error:
        codes = [finding.code for finding in error.record.findings if finding.outcome == "reject"]
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "linux":  # there that figure begins with the size of what started it
        peak = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
    return {"codes": codes, "seconds": seconds, "megabytes": peak / 1024}

for line in sys.stdin:
    child = os.fork()
    if not child:
        print(json.dumps(measured(line.strip())), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(json.dumps({"codes": ["it died"], "seconds": 0, "megabytes": 0}), flush=True)
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="peak memory is measured by POSIX")

TEXTS = w.relations(("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "s"))
STYLES = w.relations(("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "s"))
GOOD = w.csv_text(w.audit_rows())
CHANCE = random.Random(13)


def noise(count):
    """Letters that do not compress, so that the ratio of a part tells nothing."""
    return CHANCE.randbytes(count // 2).hex()


def sheet(inside="", *, after=""):
    rows = "".join(w.row(n, cells) for n, cells in enumerate([w.HEADER, *w.audit_rows()], start=1))
    data = f"<sheetData>{rows}{inside}</sheetData>{after}"
    return w.packed(w.parts(sheet=f"<worksheet {w.MAIN}>{data}</worksheet>"))


def own_texts(rows, columns, *, end=b"\n"):
    """Cells of which hardly two are alike, so that each has to be kept."""
    data = CHANCE.randbytes(rows * columns * 5 // 2).hex().encode()
    cells = [data[place : place + 5] for place in range(0, len(data), 5)]
    lines = (b",".join(cells[n * columns : (n + 1) * columns]) for n in range(rows))
    return end.join(lines)


def in_turn(count):
    header, row, *_ = GOOD.encode().splitlines(keepends=True)
    return header + (row + b"a\n") * count


def far_cells():
    cells = (f'<row r="{n}">{w.cell(f"XFD{n}", noise(8))}</row>' for n in range(10, 60_000))
    return sheet("".join(cells))


def many_cells(rows, columns):
    def cells(n):
        return "".join(f"<c><v>{CHANCE.randrange(10**6)}</v></c>" for _ in range(columns))

    return sheet("".join(f'<row r="{n}">{cells(n)}</row>' for n in range(10, rows + 10)))


def merged(ranges):
    inside = "".join(f'<mergeCell ref="{ref}"/>' for ref in ranges)
    rows = "".join(w.row(n, cells) for n, cells in enumerate([w.HEADER, *w.audit_rows(2_000)], 1))
    text = f"<sheetData>{rows}</sheetData><mergeCells>{inside}</mergeCells>"
    return w.packed(w.parts(sheet=f"<worksheet {w.MAIN}>{text}</worksheet>"))


def texts(count):
    inside = "".join(f"<si><t>{noise(8)}</t></si>" for _ in range(count))
    return w.packed(w.parts(rels=TEXTS) | {"xl/s": f"<sst {w.MAIN}>{inside}</sst>"})


def repeated(length, rows):
    """One long text, to which four cells of each row refer."""
    cells = '<c t="s"><v>0</v></c>' * 4
    inside = "".join(f'<row r="{n}">{cells}</row>' for n in range(10, rows + 10))
    first = "".join(w.row(n, cells) for n, cells in enumerate([w.HEADER, *w.audit_rows()], start=1))
    text = f"<sheetData>{first}{inside}</sheetData>"
    part = f"<sst {w.MAIN}><si><t>{noise(length)}</t></si></sst>"
    parts = w.parts(rels=TEXTS, sheet=f"<worksheet {w.MAIN}>{text}</worksheet>")
    return w.packed(parts | {"xl/s": part})


def formats(count):
    inside = "".join(f'<xf numFmtId="{CHANCE.randrange(10**6)}"/>' for _ in range(count))
    part = f"<styleSheet {w.MAIN}><cellXfs>{inside}</cellXfs></styleSheet>"
    return w.packed(w.parts(rels=STYLES) | {"xl/s": part})


def attributes(number):
    return " ".join(f"x{number}y{n}=''" for n in range(9))


def many_parts():
    return w.packed([*w.parts().items(), *((f"x{n}", "") for n in range(70_000))])


def untrue_size():
    """A zip file whose last part says it is small and unpacks to more (its size was changed)."""
    data = bytearray(w.packed(w.parts(sheet=w.sheet([]) + " " * 300_000_000)))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1_000).to_bytes(4, "little")
    return bytes(data)


def sparse(size, start=b""):
    def write(path):
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size)

    return write


KINDS = {
    # name: (file, content or what writes it, code of the refusal; None: it is read)
    "4 GB sparse text": ("audits.csv", lambda: sparse(4 << 30, b"a,b\n"), "too_large"),
    "4 GB sparse workbook": ("audits.xlsx", lambda: sparse(4 << 30, b"PK\x03\x04"), "too_large"),
    "sparse workbook": ("audits.xlsx", lambda: sparse(99_000_000, b"PK\3\4"), "damaged_workbook"),
    "a line of 500 MB": ("audits.csv", lambda: sparse(500_000_000, b"a" * 4_096), "too_large"),
    "a line of 140 MB": ("audits.csv", lambda: b"a" * 140_000_000, "too_large"),
    "NUL bytes": ("audits.csv", lambda: sparse(140_000_000), "nul_file"),
    "100 million lines": ("audits.csv", lambda: b"a\n" * 100_000_000, "too_large"),
    "70 million lines": ("audits.csv", lambda: b"a\n" * 70_000_000, "too_many_rows"),
    "lines by CR": ("audits.csv", lambda: b"a\r" * 70_000_000, "too_many_rows"),
    "blank lines": ("audits.csv", lambda: GOOD.encode() + b"\n" * 2_900_000, None),
    "2.9 million letters": ("audits.csv", lambda: b"a\n" * 2_900_000, "too_many_rows"),
    "2.9 million accents": ("audits.csv", lambda: "é\n".encode() * 2_900_000, "too_many_rows"),
    "commas alone": ("audits.csv", lambda: b",,,,,,,\n" * 2_900_000, "empty_file"),
    "commas below": ("audits.csv", lambda: GOOD.encode() + b",,,,\n" * 2_900_000, None),
    "good and bad in turn": ("audits.csv", lambda: in_turn(990_000), "too_many_rows"),
    "16,384 columns": ("audits.csv", lambda: (b"1," * 16_383 + b"1\n") * 1_500, "too_many_columns"),
    "texts of their own": ("audits.csv", lambda: own_texts(40_000, 200), "too_large"),
    "texts between returns": ("audits.csv", lambda: own_texts(20_000, 200, end=b"\r"), "too_large"),
    "letters below": ("audits.csv", lambda: GOOD.encode() + b"a\n" * 900_000, "not_a_table"),
    "separators": ("audits.csv", lambda: (b"," * 150 + b"\n") * 900_000, "too_large"),
    "wide rows": ("audits.csv", lambda: b"a," * 3_900_000 + b"\nb", "too_many_columns"),
    "quote never closed": (
        "audits.csv",
        lambda: GOOD.encode() + b'"' + (b"a" * 47 + b"\n") * 2_900_000,
        "quote_not_closed",
    ),
    "stray quotes": ("audits.csv", lambda: GOOD.encode() + b'"a"b\n' * 900_000, "not_a_table"),
    "doubled quotes": (
        "audits.csv",
        lambda: GOOD.encode() + (b'"' * 7_000_000 + b"\n") * 19,
        None,
    ),
    "UTF-16 lines": ("audits.csv", lambda: b"\xff\xfe" + b"a\0\n\0" * 35_000_000, "too_many_rows"),
    "cells in XFD": ("audits.xlsx", far_cells, "too_many_columns"),
    "a giant merge": ("audits.xlsx", lambda: merged(["A2:XFD1048576"]), "nothing_left"),
    "giant merges": (
        "audits.xlsx",
        lambda: merged(f"A2:XFD{CHANCE.randrange(10**6, LAST)}" for _ in range(200_000)),
        "too_large",
    ),
    "3 million texts": ("audits.xlsx", lambda: texts(3_000_000), "too_large"),
    "1.1 million texts": ("audits.xlsx", lambda: texts(1_100_000), None),
    "4 million cells": ("audits.xlsx", lambda: many_cells(200_000, 20), "too_large"),
    "1 million cells": ("audits.xlsx", lambda: many_cells(50_000, 20), None),
    "1 million rows": ("audits.xlsx", lambda: many_cells(990_000, 1), "too_large"),
    "a text in many cells": ("audits.xlsx", lambda: repeated(32_000, 140_000), "too_large"),
    "a text in some cells": ("audits.xlsx", lambda: repeated(32_000, 1_000), None),
    "formats": ("audits.xlsx", lambda: formats(2_000_000), "too_large"),
    "parts": ("audits.xlsx", many_parts, "too_large"),
    "parts that lie of their size": ("audits.xlsx", untrue_size, "damaged_workbook"),
    "bottomless tags": (
        "audits.xlsx",
        lambda: sheet("".join(f"<a{noise(2)}>" for _ in range(900_000))),
        "too_large",
    ),
    "a giant tag": ("audits.xlsx", lambda: sheet(f'<row x="{noise(80_000_000)}"/>'), "too_large"),
    "a giant comment": ("audits.xlsx", lambda: sheet(f"<!--{noise(80_000_000)}-->"), "too_large"),
    "a giant text": ("audits.xlsx", lambda: sheet(w.row(20, [noise(90_000_000)])), None),
    "kinds of tags": (
        "audits.xlsx",
        lambda: sheet("".join(f"<x{n}/>" for n in range(1_000_000))),
        "too_large",
    ),
    "kinds of attributes": (
        "audits.xlsx",
        lambda: sheet("".join(f"<a {attributes(n)}/>" for n in range(430_000))),
        "too_large",
    ),
}
QUICK = ("4 GB sparse text", "4 GB sparse workbook", "cells in XFD", "a giant merge")


@pytest.fixture(scope="module")
def measured():
    """Return what reads a folder in a process of its own and measures it."""
    with subprocess.Popen(
        [sys.executable, "-c", MEASURE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[3],
    ) as process:

        def measure(folder):
            process.stdin.write(f"{folder}\n")
            process.stdin.flush()
            assert select([process.stdout], [], [], 300)[0], "no answer within five minutes"
            return json.loads(process.stdout.readline())

        yield measure
        process.stdin.close()


@pytest.mark.parametrize("kind", wide(list(KINDS), quick=QUICK))
def test_answered_in_ten_seconds_and_500_megabytes(kind, measured, tmp_path):
    name, made, code = KINDS[kind]
    path, content = tmp_path / name, made()
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    del content
    result = measured(tmp_path)
    path.unlink()
    if code is None:
        assert set(result["codes"]) <= {"nothing_left"}
    else:
        assert code in result["codes"]
    assert result["seconds"] < SECONDS
    assert result["megabytes"] < MEGABYTES
    print(f"{kind}: {result['seconds']:.1f} s, {result['megabytes']:.0f} MB")
