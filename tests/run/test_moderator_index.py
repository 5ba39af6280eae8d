"""The moderator's edition opens with a page that leads to every step."""

import re

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from qaf_analysis.run.edition import write_index


def executed(folder, name, opening):
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell(opening)]), path)
    return path


def test_every_step_is_led_to_in_its_order_by_its_own_heading(tmp_path):
    steps = [
        executed(tmp_path, "00_intake", "# What the exports hold\n\nReads them.\n\nMore."),
        executed(tmp_path, "01_agreement", "# Do auditors <agree>?\n\nCompares grades."),
    ]
    page = write_index(steps, tmp_path / "index.html", quarter="2019-20 Q4", run_id="ab12")
    text = page.read_text(encoding="utf-8")
    assert re.findall(r'<li><p><a href="(.+?)">(.+?)</a><br>(.+?)</p>', text) == [
        ("00_intake.html", "What the exports hold", "Reads them."),
        ("01_agreement.html", "Do auditors &lt;agree&gt;?", "Compares grades."),
    ]
    assert "How the report on 2019-20 Q4 was made" in text
    assert text.count("run ab12") == 2
    assert "<script" not in text
