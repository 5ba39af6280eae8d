"""A pack as one page for a browser: by keyboard, offline, nothing sent and nothing left behind.

The page holds the pack as JSON and one script, the same for all packs, which the page's own policy
admits by its sum. Nothing is fetched and nothing is stored: what was graded lies in the file that
the moderator saves. That file has one entry a row of the pack, by the row's key::

    {"format": "qaf-return", "version": 1, "round": …, "pack": …, "moderator": …,
     "rows": [{"key": …, "case": "Case 1", "part": …, "grade": … or null,
               "reason": …, "sure": …, "comment": …}, …]}

Reason, sure and comment stand with the first part of each case alone; null is "no answer".
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qaf_analysis.moderation.packs.instructions import (
    NO_NAMES,
    NO_SCRIPTS,
    WHY_NOT_GRADED,
    addressed,
    instructions,
    title,
)
from qaf_analysis.moderation.packs.pack import (
    LONGEST_COMMENT,
    NOT_GRADED,
    SURE,
    Pack,
    shared_descriptors,
)

PACK_FORMAT, RETURN_FORMAT = "qaf-pack", "qaf-return"
SCRIPT_SHA256 = "g9EY3VF8uIdUbvvnjP2b4xgaWztma78U+ORal6JVeQc="
"""Sum of the page's script, in base 64; a changed script is run by no browser until this is too."""
POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{SCRIPT_SHA256}'; "
    "base-uri 'none'; form-action 'none'"
)


def pack_page(pack: Pack) -> bytes:
    """Write a pack as one self-contained page.

    Parameters
    ----------
    pack : Pack

    Returns
    -------
    bytes
        UTF-8, the same for the same pack.
    """
    page = (
        _templates()
        .get_template("pack.html")
        .render(
            policy=Markup(POLICY),
            title=title(pack),
            addressed=addressed(pack),
            instructions=instructions(pack, medium="page"),
            no_scripts=NO_SCRIPTS,
            descriptors=shared_descriptors(pack),
            style=Markup(_part("pack.css")),
            script=Markup(_part("pack.js")),
            data=Markup(_island(_content(pack))),
        )
    )
    return page.encode()


def page_script() -> str:
    """The script of every page, letter by letter."""
    return _part("pack.js")


def _content(pack: Pack) -> dict[str, Any]:
    """What the script makes the form of."""
    shared = shared_descriptors(pack)
    place = {texts: number for number, (_, texts) in enumerate(shared)}
    return {
        "format": PACK_FORMAT,
        "returns": RETURN_FORMAT,
        "version": pack.version,
        "round": pack.round,
        "pack": pack.pack,
        "moderator": pack.moderator,
        "scale": pack.levels,
        "not": NOT_GRADED,
        "reasons": pack.reasons,
        "sure": SURE,
        "hint": f"{WHY_NOT_GRADED} {NO_NAMES}",
        "longest": LONGEST_COMMENT,
        "descriptors": [{"parts": names, "texts": texts} for names, texts in shared],
        "parts": [
            {"domain": part.domain, "means": place.get(part.descriptors)} for part in pack.parts
        ],
        "cases": [
            {
                "code": case.code,
                "name": pack.case_name(case.code),
                "file": case.file,
                "keys": [row.key for row in pack.rows_of(case.code)],
            }
            for case in pack.cases
        ],
    }


def _island(content: dict[str, Any]) -> str:
    """JSON that no markup ends and no markup begins, whatever a council's words hold."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _part(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
