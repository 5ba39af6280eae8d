"""A page of words and tables that opens anywhere, offline: for reveals and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, kw_only=True)
class PlainTable:
    """A table with its caption; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class PlainSection:
    """A heading with paragraphs and tables."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[PlainTable, ...] = ()


def plain_page(
    title: str, *, opening: Sequence[str], sections: Sequence[PlainSection], marking: str
) -> bytes:
    """Write a page; every text is shown as it stands, whatever is in it.

    Parameters
    ----------
    title : str
    opening : sequence of str
        Paragraphs under the title.
    sections : sequence of PlainSection
    marking : str
        Protective marking.

    Examples
    --------
    >>> page = plain_page("A", opening=("<b>",), sections=(), marking="OFFICIAL-SENSITIVE")
    >>> b"&lt;b&gt;" in page
    True
    """
    body = Markup("\n").join(
        [
            Markup("<header><p class=marking>{}</p><h1>{}</h1>").format(marking, title),
            *(Markup("<p>{}</p>").format(text) for text in opening),
            Markup("</header><main>"),
            *(_section(each, place) for place, each in enumerate(sections, start=1)),
            Markup("</main>"),
        ]
    )
    page = _PAGE.format(policy=POLICY, title=title, style=Markup(_STYLE), body=body)
    return f"{page}\n".encode()


def _section(section: PlainSection, place: int) -> Markup:
    return Markup('<section aria-labelledby="s{}"><h2 id="s{}">{}</h2>{}{}</section>').format(
        place,
        place,
        section.heading,
        Markup("").join(Markup("<p>{}</p>").format(text) for text in section.paragraphs),
        Markup("").join(_table(each, f"t{place}-{n}") for n, each in enumerate(section.tables)),
    )


def _table(table: PlainTable, name: str) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(column) for column in table.columns
    )
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0], Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row[1:])
        )
        for row in table.rows
    )
    # A wide table scrolls by itself, and by keyboard, so that the page never does sideways.
    return Markup(
        '<div class="wide" role="region" tabindex="0" aria-labelledby="{}"><table>'
        '<caption id="{}">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(name, name, table.caption, head, rows)


_PAGE = Markup("""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>""")

_STYLE = """
:root{color-scheme:light}
body{font:1rem/1.5 Arial,sans-serif;color:#1a1a1a;background:#fff;max-width:50rem;
margin:0 auto;padding:1rem}
.marking{font-weight:700;letter-spacing:.04em}
h1{font-size:1.6rem;line-height:1.25}
h2{font-size:1.25rem;margin-top:2rem;border-top:2px solid #12436d;padding-top:.75rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:700;padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #6b7280}
thead th{border-bottom:2px solid #1a1a1a}
:focus-visible{outline:3px solid #a94d00;outline-offset:2px}
@media print{.wide{overflow:visible}section{break-inside:avoid}}
"""
