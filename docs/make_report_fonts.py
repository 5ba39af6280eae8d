"""Make the two files of "Report Sans" that the PDF report is set in.

Run once by a developer, never at build time or by a user. The source is the variable font of
Source Sans 3, 3.052, as the package fontpkg-source-sans-3 3.52 carries it:

    python -m pip download --no-deps fontpkg-source-sans-3==3.52
    python docs/make_report_fonts.py fontpkg_source_sans_3-3.52-py3-none-any.whl

The same wheel gives the same bytes with the fonttools of requirements.lock.

The widths of all letters are kept beside the fonts, so that the writer knows without reading a
font which letters it has and how wide a column must be.

Two things are done to it. Each weight becomes a file of its own, because words in drawings come
out at the thinnest weight of a variable font, and letters that no report needs are left out. The
Open Font License reserves the name "Source" for the unchanged font, so the two files bear another.
"""

from __future__ import annotations

import hashlib
import json
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Report Sans"
WEIGHTS = {"Regular": 400, "Bold": 700}
SOURCE = "fontpkg_source_sans_3/files/SourceSans3[wght].ttf"
LICENCE = "fontpkg_source_sans_3/LICENSE"
SHA256 = "042fe2cc0b933e328410d7acbd0aa6a1873dca5aef81875f4bc214b08825c7b9"
FOLDER = Path(__file__).parents[1] / "qaf_analysis" / "report" / "fonts"
NOTE = """\
Report Sans is Source Sans 3 (version 3.052) under another name, as its licence demands of a
changed font. Changed: two fixed weights, letters that reports do not need left out, names.
docs/make_report_fonts.py makes both files. The licence of the source follows and holds for them.

"""

# Latin, Greek and Cyrillic with their marks, and the signs that reports and their sources use.
LETTERS = (
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x02B0, 0x036F), (0x0370, 0x03FF), (0x0400, 0x04FF),
    (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2150, 0x215F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2610, 0x2612),
    (0x2713, 0x2717), (0xFFFD, 0xFFFD),
)  # fmt: skip
# Windows numbers its names (platform 3, encoding 1, language 0x409).
KEPT_NAMES = (0, 8, 9, 11, 12, 13, 14)
BOLD, REGULAR = 1 << 5, 1 << 6  # bits of fsSelection


def main(wheel: Path) -> None:
    """Write both fonts, their widths and their licence into the package."""
    with ZipFile(wheel) as archive:
        variable = archive.read(SOURCE)
        licence = archive.read(LICENCE).decode("utf-8")
    found = hashlib.sha256(variable).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{wheel.name} holds another version of the font (SHA-256 {found}).")
    FOLDER.mkdir(exist_ok=True)
    widths = {}
    for style, weight in WEIGHTS.items():
        made = static_font(variable, style=style, weight=weight)
        (FOLDER / f"ReportSans-{style}.ttf").write_bytes(made)
        widths[style] = widths_of(made)
    (FOLDER / "widths.json").write_text(
        json.dumps(widths, indent=0, sort_keys=True) + "\n", encoding="ascii", newline="\n"
    )
    told = NOTE + licence.replace("\r\n", "\n")
    (FOLDER / "OFL.txt").write_text(told, encoding="utf-8", newline="\n")


def static_font(variable: bytes, *, style: str, weight: int) -> bytes:
    """One weight of a variable font, cut to the letters of reports and renamed."""
    font = TTFont(BytesIO(variable), recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": weight}, updateFontNames=False)
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["STAT", "DSIG", "avar", "HVAR", "MVAR", "gvar"]
    subsetter = Subsetter(options=options)
    subsetter.populate(unicodes=[c for a, z in LETTERS for c in range(a, z + 1)])
    subsetter.subset(font)
    _rename(font, style=style, weight=weight)
    out = BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def widths_of(made: bytes) -> dict[str, int]:
    """Width of each letter in thousandths of its size, by the letter's number in hexadecimal."""
    font = TTFont(BytesIO(made))
    scale = 1000 / font["head"].unitsPerEm
    return {
        f"{letter:04x}": round(font["hmtx"][glyph][0] * scale)
        for letter, glyph in font.getBestCmap().items()
    }


def _rename(font: TTFont, *, style: str, weight: int) -> None:
    names = font["name"]
    kept = {number: str(names.getName(number, 3, 1)) for number in KEPT_NAMES
            if names.getName(number, 3, 1) is not None}  # fmt: skip
    names.names = []
    version = f"{font['head'].fontRevision:.3f}"
    own = {
        1: FAMILY,
        2: style,
        3: f"{version};{FAMILY.replace(' ', '')}-{style}",
        4: f"{FAMILY} {style}",
        5: f"Version {version}",
        6: f"{FAMILY.replace(' ', '')}-{style}",
    }
    for number, text in sorted({**kept, **own}.items()):
        names.setName(text, number, 3, 1, 0x409)
    is_bold = style == "Bold"
    font["OS/2"].usWeightClass = weight
    selection = font["OS/2"].fsSelection & ~(BOLD | REGULAR | 1)
    font["OS/2"].fsSelection = selection | (BOLD if is_bold else REGULAR)
    font["head"].macStyle = int(is_bold)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("python docs/make_report_fonts.py WHEEL")
    main(Path(sys.argv[1]))
