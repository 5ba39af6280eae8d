"""Pictures of grades, agreement, moderation, process and trend, on the page and on telephones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from lxml import etree

from qaf_analysis.kit.charts.mark import WIDTH_OF, text_width
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import MOST_ALT_WORDS
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.pictures import (
    agreement_drivers_pictures,
    agreement_pictures,
    pairs_picture,
)
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.pictures import (
    however_picture,
    optimism_card_picture,
    optimism_detail_pictures,
    optimism_pictures,
)
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.process.pictures import (
    consistency_card_picture,
    consistency_pictures,
    process_agreement_pictures,
)
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.pictures import (
    grades_picture,
    programme_pictures,
    weakest_domains_picture,
)
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.pictures import true_trend_pictures
from tests.topics.councils import LAST
from tests.topics.ten_councils import EACH, answered

QUARTER = re.compile(r"\d{4}-\d\d Q[1-4]")
ONLY_FULL = "full"


def pictures(name: str, size: str) -> list[Picture]:
    results = answered(name)
    programme, optimism = results[Programme], results[Optimism]
    found = [
        grades_picture(programme, optimism, size=size),
        grades_picture(programme, None, size=size),
        *programme_pictures(programme, size=size),
        weakest_domains_picture(programme, size=size),
        *agreement_pictures(results[Agreement], size=size),
        pairs_picture(results[Agreement], optimism.table, size=size),
        *agreement_drivers_pictures(results[AgreementDrivers], size=size),
        *optimism_pictures(optimism, size=size),
        however_picture(optimism, size=size),
        *optimism_detail_pictures(results[OptimismDetail], size=size),
        *consistency_pictures(results[Consistency], size=size),
        *process_agreement_pictures(results[ProcessAgreement], size=size),
        *true_trend_pictures(results[TrueTrend], size=size),
    ]
    if size == ONLY_FULL:
        found += [optimism_card_picture(optimism), consistency_card_picture(results[Consistency])]
    return [picture for picture in found if picture is not None]


def boxes(picture: Picture) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Words with the room they take, in the wide letters that charts are laid out with."""
    for node in etree.fromstring(picture.svg).iter("{*}text"):
        style = dict(part.split(": ") for part in node.get("style").split("; "))
        size = float(style["font-size"].removesuffix("px"))
        width = text_width(node.text, size=size, bold=style.get("font-weight") == "700")
        share = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor"), 0.0)
        left, base = float(node.get("x")) - share * width, float(node.get("y"))
        yield node.text, (left, base - 0.76 * size, left + width, base + 0.22 * size)


@pytest.mark.parametrize("size", ["full", "narrow"])
@pytest.mark.parametrize("name", EACH)
def test_words_have_room_and_can_be_read_and_told(name, size):
    found = pictures(name, size)
    assert found
    for picture in found:
        height = float(re.search(r'height="(\d+)"', picture.svg)[1])
        assert picture.width <= WIDTH_OF[size], picture.title
        for words, (left, top, right, bottom) in boxes(picture):
            assert left >= -0.5, words
            assert right <= picture.width + 0.5, words
            assert top >= -0.5, words
            assert bottom <= height + 0.5, words
        for (one, a), (other, b) in itertools.combinations(boxes(picture), 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{picture.title}: {one!r} lies on {other!r}"
        assert min(map(float, re.findall(r"font-size: ([\d.]+)px", picture.svg))) >= 11
        assert len(picture.alt.split()) <= MOST_ALT_WORDS, picture.title
        assert picture.alt.startswith(picture.title)
        assert not re.search(r"\bnan\b|\binf\b", picture.alt + picture.svg, re.IGNORECASE)


@pytest.mark.parametrize("name", EACH)
def test_a_quarter_after_the_reported_one_stands_only_behind_its_name(name):
    """Rounds of moderation alone may be later; they are then named so."""
    for picture in pictures(name, ONLY_FULL):
        later = [q for q in QUARTER.findall(picture.alt) if Quarter.parse(q) > LAST]
        if later:
            assert f"after {LAST}" in picture.svg, picture.title
            assert f"after {LAST}" in picture.source, picture.title


@pytest.mark.parametrize("name", EACH)
def test_the_same_numbers_are_told_at_both_sizes(name):
    """But the gap, whose narrow drawing has the last six rounds only."""
    pairs = zip(pictures(name, ONLY_FULL), pictures(name, "narrow"), strict=False)
    for full, narrow in pairs:
        assert full.title == narrow.title
        if "by quarter of moderation" not in full.title:
            assert full.alt == narrow.alt
