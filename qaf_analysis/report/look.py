"""A council's own look: its name, logo and colour, and the committee that a report goes to.

Nothing else can be changed: charts keep their colours, whoever reads them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qaf_analysis.kit.palette import ACCENT, BAND, INKS, PAGE, PANEL, Ink, blend, contrast
from qaf_analysis.report.logo import Logo, logo_from
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.report_settings import Pair, ReportSettings

LEAST_CONTRAST = 4.5
"""Of words on the page, as the Web Content Accessibility Guidelines 2.2 ask (1.4.3)."""

_LIGHT = tuple(ground.light for ground in (PAGE, PANEL, BAND))  # words in the accent stand on these
_DARK = tuple(ground.dark for ground in (PAGE, PANEL, BAND))


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a report bears of its council's own.

    Parameters
    ----------
    name : str
        The council as its head names it; empty where a report has no head of its own.
    logo : Logo or None
        Its logo.
    accent : Ink
        Colour of links, rules and the council's own number.
    committee, meeting, sender : str
        To whom the report goes, on which day they meet, and from which role it comes.
    front_matter : tuple of (str, str)
        Further labels and texts that a committee wants first, in order.
    ask : str
        What the committee is asked, in the council's own words; empty where it is generated.
    reference : bytes or None
        The council's own Word document, whose styles a Word report gets.
    """

    name: str = ""
    logo: Logo | None = None
    accent: Ink = ACCENT
    committee: str = ""
    meeting: str = ""
    sender: str = ""
    front_matter: tuple[Pair, ...] = ()
    ask: str = ""
    reference: bytes | None = None

    @property
    def has_head(self) -> bool:
        """Whether a report has a head of its own above its first page."""
        return bool(self.name)

    @property
    def has_own_colour(self) -> bool:
        """Whether the accent is the council's."""
        return self.accent != ACCENT

    @property
    def inks(self) -> tuple[Ink, ...]:
        """Every colour of the page; the accent is the council's."""
        return tuple(self.accent if ink == ACCENT else ink for ink in INKS)

    @property
    def line(self) -> str:
        """Council and committee, for the head of every page.

        Examples
        --------
        >>> Look(name="Example Council", committee="Scrutiny Committee").line
        'Example Council · Scrutiny Committee'
        """
        return " · ".join(filter(None, (self.name, self.committee)))

    @property
    def occasion(self) -> str:
        """When the committee meets and from whom the report comes; empty where nothing is known.

        Examples
        --------
        >>> Look(name="Example", meeting="12 May 2025", sender="Head of Quality Assurance").occasion
        'Meeting of 12 May 2025 · Report from: Head of Quality Assurance'
        """
        meeting = f"Meeting of {self.meeting}" if self.meeting else ""
        sender = f"Report from: {self.sender}" if self.sender else ""
        return " · ".join(filter(None, (meeting, sender)))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All that a committee wants to read first, label and text; the council's own labels win.

        Examples
        --------
        >>> Look(committee="Scrutiny", front_matter=(("Wards affected", "All"),)).pairs
        (('Report to', 'Scrutiny'), ('Wards affected', 'All'))
        """
        own = {label.casefold() for label, _ in self.front_matter}
        known = (
            ("Report to", self.committee),
            ("Meeting", self.meeting),
            ("Report from", self.sender),
        )
        given = tuple(pair for pair in known if pair[1] and pair[0].casefold() not in own)
        return (*given, *self.front_matter)


PLAIN = Look()
"""The look of a council that declares none."""


def look_from(
    settings: ReportSettings, *, council: str, logo: bytes | None, reference: bytes | None
) -> Look:
    """Return the look that settings declare.

    Parameters
    ----------
    settings : ReportSettings
        The table ``[report]``.
    council : str
        The council's name, where the table gives no other.
    logo, reference : bytes or None
        The files that it names.

    Raises
    ------
    SettingsError
        If the colour cannot be read on the page, or the logo may not stand in it.
    """
    if not settings.is_given and logo is None and reference is None:
        return PLAIN
    name = settings.name or council
    if logo is None and settings.logo_alt:
        raise SettingsError('[report] has "logo_alt" but no "logo". Name the logo, or take it out.')
    alt = settings.logo_alt or f"Logo of {name}"
    return Look(
        name=name,
        logo=None if logo is None else logo_from(logo, name=settings.logo, alt=alt),
        accent=own_accent(settings.colour) if settings.colour else ACCENT,
        committee=settings.committee,
        meeting=_written(settings.meeting),
        sender=settings.sender,
        front_matter=settings.front_matter,
        ask=settings.ask,
        reference=reference,
    )


def own_accent(colour: str) -> Ink:
    """Return the accent that a council's colour gives, on the light and on the dark page.

    Parameters
    ----------
    colour : str
        ``#rrggbb``, in small letters.

    Returns
    -------
    Ink
        Its light form is the colour, or the nearest darker one that can also be read on the
        tinted panels of the page. Its dark form is the colour mixed with as little white as lets
        it be read on every ground of the dark page.

    Raises
    ------
    SettingsError
        If it cannot be read on white.

    Examples
    --------
    >>> own_accent("#12436d").light
    '#12436d'
    """
    white = PAGE.light
    if contrast(colour, white) < LEAST_CONTRAST:
        raise SettingsError(
            f'[report] "colour" is "{colour}", whose contrast with white is '
            f"{_cut(contrast(colour, white))}:1. Words need at least {LEAST_CONTRAST}:1. The "
            f'nearest darker colour that has it is "{darker(colour, (white,))}".'
        )
    return Ink(ACCENT.name, light=darker(colour, _LIGHT), dark=paler(colour, _DARK))


def darker(colour: str, grounds: Sequence[str]) -> str:
    """Return the colour, or the nearest of its darker shades, that can be read on every ground.

    Examples
    --------
    >>> darker("#777777", ["#ffffff"])
    '#767676'
    """
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    brightest = max(channels)
    for top in range(brightest, 0, -1):
        shade = "#" + "".join(f"{round(channel * top / brightest):02x}" for channel in channels)
        if _is_read(shade, grounds):
            return shade
    return "#000000"


def paler(colour: str, grounds: Sequence[str]) -> str:
    """Return the colour with the fewest hundredths of white that let it be read on every ground."""
    tints = (blend("#ffffff", colour, opacity=hundredths / 100) for hundredths in range(101))
    return next((tint for tint in tints if _is_read(tint, grounds)), "#ffffff")


def _is_read(words: str, grounds: Sequence[str]) -> bool:
    return all(contrast(words, ground) >= LEAST_CONTRAST for ground in grounds)


def _cut(ratio: float) -> str:
    """A ratio with two decimals, cut and not rounded: one that fails must not look like one that
    passes.
    """
    return f"{math.floor(100 * ratio) / 100:.2f}"


def _written(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"
