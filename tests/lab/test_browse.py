"""A table to browse stands plain too, and fetches nothing."""

import re

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.lab.browse import browse
from qaf_analysis.terms.errors import UsageError

TABLE = Table(
    caption="Teams <b>",
    columns=(Column(heading="Team", align="left"), Column(heading="Share")),
    rows=(("East & West", "61%"), ("<script>alert(1)</script>", "")),
)


def test_every_cell_stands_in_a_plain_table_with_its_caption():
    page = browse(TABLE).markup()
    plain = page[page.index("<details>") :]
    assert "<caption>Teams &lt;b&gt;</caption>" in plain
    assert "East &amp; West" in plain
    assert "61%" in plain
    assert "<script>alert" not in page


def test_nothing_is_fetched():
    page = browse(TABLE).markup()
    assert not re.search(r"src=[\"']?https?:|import [^;]*https?:|unpkg", page)


def test_a_data_frame_says_what_it_holds_and_what_is_missing_is_empty():
    frame = pd.DataFrame({"group": ["East"], "value": [0.61234], "n": [12], "low": [np.nan]})
    found = browse(frame, caption="Figures").table
    assert found.rows == (("East", "0.612", "12", ""),)
    assert [column.align for column in found.columns] == ["left", "right", "right", "right"]
    with pytest.raises(UsageError, match="caption"):
        browse(frame)
