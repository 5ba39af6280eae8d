"""A council's colour by the contrast it has, and what its head says."""

from __future__ import annotations

from datetime import date

import pytest

from qaf_analysis.kit.palette import ACCENT, BAND, INKS, PAGE, PANEL
from qaf_analysis.report.look import PLAIN, Look, look_from, own_accent
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.report_settings import ReportSettings
from tests.report.logos import SVG


def contrast(one: str, other: str) -> float:
    """By the definition of WCAG 2.2, written anew."""

    def luminance(colour: str) -> float:
        parts = []
        for start in (1, 3, 5):
            part = int(colour[start : start + 2], 16) / 255
            parts.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("colour", "measured", "nearest"),
    [
        # 0x77 / 255 = 0.4667, linear 0.1845: 1.05 / 0.2345 = 4.478. #767676 has 4.542.
        ("#777777", "4.47", "#767676"),
        # Red: 1.05 / (0.2126 + 0.05) = 3.998. At most 0.1833 of light may be left, which is
        # 0.8623 of red, or 0.9369 once coded: 238.9 of 255.
        ("#ff0000", "3.99", "#ee0000"),
        # White has 1, and its shades are greys.
        ("#ffffff", "1.00", "#767676"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(
    colour, measured, nearest
):
    with pytest.raises(SettingsError) as error:
        own_accent(colour)
    assert f'"{colour}", whose contrast with white is {measured}:1' in str(error.value)
    assert f'has it is "{nearest}"' in str(error.value)


# Blue has 1.05 / (0.0722 + 0.05) = 8.6 with white, and 7.1 on the darkest of the pale panels.
@pytest.mark.parametrize("colour", ["#0000ff", "#12436d", "#005a3c", "#000000"])
def test_a_dark_colour_is_taken_as_it_is(colour):
    assert own_accent(colour).light == colour


@pytest.mark.parametrize("colour", ["#767676", "#ee0000", "#b34700", "#008000", "#12436d"])
def test_the_accent_can_be_read_on_every_ground_light_and_dark(colour):
    ink = own_accent(colour)
    assert ink.name == "accent"
    for ground in (PAGE, PANEL, BAND):
        assert contrast(ink.light, ground.light) >= 4.5
        assert contrast(ink.dark, ground.dark) >= 4.5


def test_a_colour_that_only_white_can_bear_becomes_the_nearest_darker_shade():
    # #767676 on the palest band, #e8edf3 of luminance 0.84: 0.89 / 0.2312 = 3.85.
    assert contrast("#767676", BAND.light) == pytest.approx(3.85, abs=0.02)
    shade = own_accent("#767676").light
    lighter = f"#{f'{int(shade[1:3], 16) + 1:02x}' * 3}"
    assert contrast(shade, BAND.light) >= 4.5 > contrast(lighter, BAND.light)


@pytest.mark.parametrize("colour", ["#000000", "#12436d", "#5b0000"])
def test_the_dark_form_has_as_little_white_as_will_do(colour):
    def mixed(white: int) -> str:
        parts = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
        return "#" + "".join(f"{round(255 * white / 100 + p * (1 - white / 100)):02x}"
                             for p in parts)  # fmt: skip

    least = next(
        white
        for white in range(101)
        if all(contrast(mixed(white), ground.dark) >= 4.5 for ground in (PAGE, PANEL, BAND))
    )
    assert own_accent(colour).dark == mixed(least)


def test_only_the_accent_changes():
    own = Look(name="A", accent=own_accent("#005a3c"))
    assert PLAIN.inks == INKS
    changed = [(old, new) for old, new in zip(INKS, own.inks, strict=True) if old != new]
    assert changed == [(ACCENT, own.accent)]


def from_settings(*, picture: bytes | None = None, **declared: object) -> Look:
    settings = ReportSettings(is_given=True, **declared)
    return look_from(settings, council="Example Council", logo=picture, reference=None)


def test_a_council_that_declares_nothing_has_the_plain_look():
    none = look_from(ReportSettings(), council="Example Council", logo=None, reference=None)
    assert none == PLAIN
    assert not PLAIN.has_head
    assert (PLAIN.line, PLAIN.occasion, PLAIN.pairs) == ("", "", ())


def test_the_head_names_the_council_its_committee_and_the_meeting():
    look = from_settings(
        committee="Scrutiny Committee", meeting=date(2025, 5, 2), sender="Head of Service"
    )
    assert look.line == "Example Council · Scrutiny Committee"
    assert look.occasion == "Meeting of 2 May 2025 · Report from: Head of Service"
    assert from_settings(name="Our Council").line == "Our Council"
    assert from_settings(sender="Head of Service").occasion == "Report from: Head of Service"


def test_front_matter_keeps_its_order_and_own_labels_win():
    look = from_settings(
        committee="Scrutiny", meeting=date(2025, 5, 2), sender="Head of Service",
        front_matter=(("Wards affected", "All"), ("report to", "Full Council"), ("Annexes", "2")),
    )  # fmt: skip
    assert look.pairs == (
        ("Meeting", "2 May 2025"), ("Report from", "Head of Service"),
        ("Wards affected", "All"), ("report to", "Full Council"), ("Annexes", "2"),
    )  # fmt: skip


def test_a_logo_says_whose_it_is_where_no_words_are_given():
    assert from_settings(picture=SVG, logo="a.svg").logo.alt == "Logo of Example Council"
    told = from_settings(picture=SVG, logo="a.svg", logo_alt="An oak")
    assert told.logo.alt == "An oak"


def test_words_about_a_logo_that_is_not_there_are_refused():
    with pytest.raises(SettingsError, match='"logo_alt" but no "logo"'):
        from_settings(logo_alt="An oak")
