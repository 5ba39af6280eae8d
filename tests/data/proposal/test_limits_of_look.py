"""Files that cannot be read are named when settings are proposed, and the others looked at."""

from qaf_analysis.data.proposal.look import look_at
from tests.data.files import workbooks as w


def test_each_file_gets_its_true_name(tmp_path):
    (tmp_path / "good.csv").write_text(w.csv_text(w.audit_rows()))
    with (tmp_path / "large.csv").open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(4_000_000_000)
    (tmp_path / "cut.xlsx").write_bytes(w.packed(w.parts())[:900])
    look = look_at(tmp_path)
    assert [grid.file for grid in look.grids] == ["good.csv"]
    assert set(look.unread) == {"large.csv", "cut.xlsx"}
    assert "4,000,000,000 bytes" in look.unread["large.csv"]
    assert "damaged" in look.unread["cut.xlsx"]
