"""The moderator's edition shows everything and runs nothing."""

from pathlib import Path

import nbformat
import pytest
from lxml import html

from qaf_analysis.run.edition import edition_page, write_edition
from qaf_analysis.run.sanitise import sanitised

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>1</script>'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<img src='https://evil.example/x.png'>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<p style='background:url(https://evil.example/x.png)'>x</p>",
    "<p style='background:u\\72l(//evil.example/x)'>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<svg onload=alert(1)><rect fill='url(https://evil.example/#a)'/></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='https://evil.example/x.svg#a'/></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><image href='https://evil.example/x.png'/></svg>",
    "<svg><foreignObject><iframe src=https://evil.example></iframe></foreignObject></svg>",
    "<svg><set attributeName=href to=javascript:alert(1) /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>",
    "<form action='https://evil.example'><button>x</button></form>",
    "<object data='https://evil.example'></object><embed src='https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<svg><title><b title='</title><img src=x onerror=alert(1)>'>x</b></title></svg>",
    "<p title='<table><th scope=col><th scope=col><th scope=col><img src=x onerror=alert(1)>"
    "</table>'>x</p>",
    "</main></body><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<video src='https://evil.example/v.mp4' autoplay></video>",
    "<script >alert(1)</script ><script/src=https://evil.example/x.js>",
]
LOADS = {"src", "href", "data", "action", "srcset", "poster", "formaction", "background"}


def assert_inert(page: str) -> None:
    tree = html.fromstring(page)
    live = {"script", "iframe", "object", "embed", "base", "link", "form", "video", "set", "image"}
    assert not [element.tag for element in tree.iter() if element.tag in live]
    assert len(tree.xpath("//meta[@http-equiv]")) <= 1
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            if name.split(":")[-1] in LOADS:
                assert value.startswith(("#", "data:image/")), (element.tag, name, value)
            if element.tag != "meta":
                assert "url(h" not in value
                assert "position" not in value


def notebook_with(*outputs: dict[str, str], markdown: str = "# Agreement") -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_markdown_cell(markdown, id="words"),
        nbformat.v4.new_code_cell(
            "say(result)  # <b>not bold</b>",
            id="code",
            execution_count=1,
            outputs=[nbformat.v4.new_output("display_data", data=data) for data in outputs],
        ),
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_in_any_kind_of_output(payload):
    assert_inert(f"<main>{sanitised(payload)}</main>")
    notebook = notebook_with(
        {"text/html": payload},
        {"text/markdown": payload},
        {"text/plain": payload},
        {"text/latex": payload},
        {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{payload}</svg>"},
        {"application/javascript": "alert(1)"},
        markdown=f"# Agreement\n\n{payload}",
    )
    notebook.cells[1].outputs.append(
        nbformat.v4.new_output("stream", name="stdout", text=payload),
    )
    notebook.cells[1].outputs.append(
        nbformat.v4.new_output("error", ename="E", evalue=payload, traceback=[payload]),
    )
    assert_inert(edition_page(notebook, title=payload, run_id="ab12"))


def test_tables_figures_and_code_stay_whole():
    table = (
        '<table><caption>Grades</caption><thead><tr><th scope="col">Grade</th></tr></thead>'
        '<tbody><tr><th scope="row">Good</th><td>9 &lt; 10</td></tr></tbody></table>'
    )
    figure = (
        '<figure role="img" aria-label="Half were good."><svg viewBox="0 0 9 9">'
        '<defs><clipPath id="c"><rect width="9" height="9"></rect></clipPath></defs>'
        '<g clip-path="url(#c)"><path d="M 0 0 L 9 9" style="fill: none; stroke: '
        'var(--accent, #12436d); stroke-width: 1.5"></path></g></svg></figure>'
    )
    page = edition_page(notebook_with({"text/html": table + figure}), title="T", run_id="ab12")
    assert table in page
    tree = html.fromstring(page)
    # A browser gives the names of SVG their capitals back.
    [drawn] = tree.xpath("//figure[@role='img'][@aria-label='Half were good.']/svg")
    assert drawn.get("viewbox") == "0 0 9 9"
    assert drawn.xpath("defs/clippath/@id") == ["c"]
    assert drawn.xpath("g/@clip-path") == ["url(#c)"]
    assert drawn.xpath("g/path/@d") == ["M 0 0 L 9 9"]
    assert "var(--accent, #12436d)" in drawn.xpath("g/path/@style")[0]
    assert tree.get("lang") == "en-GB"
    assert [heading.text for heading in tree.xpath("//main//h1")] == ["Agreement"]
    assert "say(result)  # <b>not bold</b>" in tree.xpath("//details")[0].text_content()
    assert "In [" not in page
    assert "¶" not in page


def test_a_wide_table_scrolls_in_the_page_and_code_is_broken_into_lines():
    def made(columns: int) -> str:
        heads = "".join(f'<th scope="col">{place}</th>' for place in range(columns))
        return f"<table><thead><tr>{heads}</tr></thead></table>"

    page = edition_page(
        notebook_with(*({"text/html": made(columns)} for columns in (2, 5, 1, 9))),
        title="T",
        run_id="ab12",
    )
    tree = html.fromstring(page)
    regions = tree.xpath("//div[@role='region'][@tabindex='0'][@class='scroll']")
    assert [len(one.xpath("table//th")) for one in regions] == [5, 9]
    assert len({one.get("aria-label") for one in regions}) == 2
    assert [len(one.xpath(".//th")) for one in tree.xpath("//table")] == [2, 5, 1, 9]
    assert "pre { white-space: pre-wrap" in page


def test_pictures_keep_their_alternative_text_and_untitled_pages_get_a_heading():
    notebook = notebook_with({"image/png": "iVBORw0KGgo="}, markdown="Words")
    notebook.cells[1].outputs[0].metadata = {"image/png": {"alt": "Half were good."}}
    tree = html.fromstring(edition_page(notebook, title="Agreement & more", run_id="ab12"))
    assert tree.xpath("//img/@alt") == ["Half were good."]
    assert tree.xpath("//h1/text()") == ["Agreement & more"]


def test_the_page_has_the_same_bytes_every_time(tmp_path: Path):
    source = tmp_path / "executed.ipynb"
    nbformat.write(notebook_with({"text/html": "<p>Good</p>"}), source)
    first = write_edition(source, tmp_path / "a.html", title="T", run_id="ab12").read_bytes()
    second = write_edition(source, tmp_path / "b.html", title="T", run_id="ab12").read_bytes()
    assert first == second
    assert b"default-src 'none'" in first
