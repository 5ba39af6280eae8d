"""What the guide to scales tells a quality lead to paste is read as the guide says."""

import re
import tomllib
from datetime import date

from qaf_analysis.terms.settings_file import settings_from
from tests.places import ROOT

GUIDE = (ROOT / "docs" / "scales.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_every_block_can_be_pasted_into_one_settings_file():
    council = [block for block in BLOCKS if not block.startswith("[[")]
    others = [block for block in BLOCKS if block.startswith("[[")]
    assert (len(council), len(others)) == (1, 3)
    text = '[council]\nname = "Made"\n' + "".join(council) + "\n" + "\n".join(others)
    settings = settings_from(tomllib.loads(text))
    old, new = settings.all_eras
    assert (old.scale.name, new.scale.name, new.first) == (
        "ofsted4",
        "report_card",
        date(2027, 4, 1),
    )
    assert new.scale.positive == "expected standard or better"
    assert len(settings.headline_domains) == 3
    assert settings.impact_domain == "Impact for the child"
    assert settings.case_type_maps[0].merged("Child in need") == "Family Help"
    assert [file.kind for file in settings.files] == ["bridge"]


def test_the_columns_of_the_bridge_sheet_are_those_that_are_read():
    from qaf_analysis.terms.contract import BRIDGE_FIELDS

    header = "| " + " | ".join(field.name for field in BRIDGE_FIELDS) + " |"
    assert header in GUIDE
