"""Grade scales are data: levels from worst to best, and the level from which practice is good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from qaf_analysis.terms.errors import SettingsError, UnknownGradeError


def plain(text: str) -> str:
    """Text without outer spaces, with single inner spaces and in lower case."""
    return " ".join(text.split()).casefold()


_SHORT = 3
"""Words up to this length may stand small in a title: "of", "to", "and"."""


def within_sentence(text: str) -> str:
    """A label as it stands within a sentence: without capitals that only mark its beginning.

    The first word loses its capital, and every word where all longer ones begin with one.
    A word with further capitals, or of one letter, keeps them.

    Examples
    --------
    >>> [within_sentence(text) for text in ("Requires improvement", "Expected Standard", "RI")]
    ['requires improvement', 'expected standard', 'RI']
    >>> [within_sentence(text) for text in ("Meets Ofsted standard", "3 - Good", "RI or better")]
    ['meets Ofsted standard', '3 - good', 'RI or better']
    """
    parts = text.split(" ")
    worded = [place for place, part in enumerate(parts) if any(map(str.isalpha, part))]
    titled = all(_is_titled(parts[place]) for place in worded if len(parts[place]) > _SHORT)
    for place in worded if titled else worded[:1]:
        if _is_titled(parts[place]):
            parts[place] = parts[place].lower()
    return " ".join(parts)


def _is_titled(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word))
    return len(letters) > 1 and letters[0].isupper() and letters[1:].islower()


def beginning_sentence(text: str) -> str:
    """Words with a capital at their head, as a sentence, a heading or a label begins.

    Examples
    --------
    >>> beginning_sentence("expected standard or better"), beginning_sentence("6 or more")
    ('Expected standard or better', '6 or more')
    """
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, kw_only=True)
class ScaleWords:
    """What a result says of the scale its grades are on: the one source of every grade word.

    Parameters
    ----------
    levels : tuple of str
        Labels from worst to best, as declared; for headings, axes and cells.
    good_from : int
        Code of the lowest level that counts as positive.
    positive : str
        What grades from that level on are called within a sentence, after "graded": "graded
        good or better", "graded 6 or more".

    Examples
    --------
    >>> words = OFSTED4.words
    >>> words.positive, words.positive_heading, words.below_positive
    ('good or better', 'Good or better', 'below good')
    >>> words.worst, words.best, words.within(1)
    ('inadequate', 'outstanding', 'requires improvement')
    >>> met = Scale(name="met", levels=("Not met", "Met"), good_from=1).words
    >>> met.positive, met.below_positive
    ('met', 'not met')
    """

    levels: tuple[str, ...]
    good_from: int
    positive: str

    @classmethod
    def of(cls, levels: Sequence[str], good_from: int, *, positive: str = "") -> ScaleWords:
        """Words of a scale, the positive share named after its lowest level if not otherwise."""
        named = within_sentence(positive) if positive else _or_better(levels, good_from)
        return cls(levels=tuple(levels), good_from=good_from, positive=named)

    @property
    def n_levels(self) -> int:
        """Number of levels, K."""
        return len(self.levels)

    @property
    def positive_alone(self) -> str:
        """``positive`` where it stands alone; a number or the name of one level needs "graded".

        >>> OFSTED4.words.positive_alone, SIGNS_OF_SAFETY.words.positive_alone
        ('good or better', 'graded 6 or more')
        """
        needs_verb = self.positive[:1].isdecimal() or self.positive == self.lowest_positive
        return f"graded {self.positive}" if needs_verb else self.positive

    @property
    def positive_heading(self) -> str:
        """``positive`` alone, with a capital, as a sentence or a heading begins."""
        return beginning_sentence(self.positive_alone)

    @property
    def lowest_positive(self) -> str:
        """The lowest level that counts as positive, within a sentence."""
        return self.within(self.good_from)

    @property
    def below_positive(self) -> str:
        """What the other grades are called; the level's own name where there is only one."""
        return self.worst if self.good_from == 1 else f"below {self.lowest_positive}"

    @property
    def worst(self) -> str:
        """The worst level, within a sentence."""
        return self.within(0)

    @property
    def best(self) -> str:
        """The best level, within a sentence."""
        return self.within(self.n_levels - 1)

    def within(self, code: int) -> str:
        """Label of a level as it stands within a sentence."""
        return within_sentence(self.levels[code])


def _or_better(levels: Sequence[str], good_from: int) -> str:
    label = within_sentence(levels[good_from])
    if good_from == len(levels) - 1:
        return label
    return f"{label} or {'more' if _is_number(label) else 'better'}"


def _is_number(label: str) -> bool:
    try:
        return isfinite(float(label))
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An ordered grade scale.

    Parameters
    ----------
    name : str
        Short name used in settings.
    levels : tuple of str
        Labels from worst to best; the code of a level is its place, 0 to K-1.
    good_from : int
        Code of the lowest level that counts as positive: good practice, in the scale's own words.
    positive : str
        What grades from that level on are called together, within a sentence, such as
        ``expected standard or better``; left out, it is made from the level. It should read
        right after "graded".
    spellings : mapping of str to str
        Further spellings of a level, each to its label. Compared without case and outer spaces.

    Raises
    ------
    SettingsError
        If there are fewer than two levels, a label stands twice, ``good_from`` is not a
        level above the worst, or one spelling is given to two levels.

    Examples
    --------
    >>> OFSTED4.code("good"), OFSTED4.code("RI"), OFSTED4.levels[3]
    (2, 1, 'Outstanding')
    >>> OFSTED4.positive, SIGNS_OF_SAFETY.positive
    ('good or better', '6 or more')
    """

    name: str
    levels: tuple[str, ...]
    good_from: int
    positive: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.levels) < 2:
            raise SettingsError(f'Scale "{self.name}" needs at least two levels, worst first.')
        if not 0 < self.good_from < len(self.levels):
            raise SettingsError(
                f'Scale "{self.name}": "good_from" must be a level above the worst.'
            )
        codes = {plain(label): code for code, label in enumerate(self.levels)}
        if len(codes) < len(self.levels):
            raise SettingsError(f'Scale "{self.name}" names a level twice.')
        for spelling, label in self.spellings.items():
            if not plain(spelling):
                raise SettingsError(
                    f'Scale "{self.name}": an empty spelling is given to "{label}"; a blank grade '
                    "is missing. Take it out."
                )
            if plain(label) not in codes:
                raise SettingsError(
                    f'Scale "{self.name}": spelling "{spelling}" points to "{label}", '
                    f"which is not a level. Levels: {', '.join(self.levels)}."
                )
            if codes.setdefault(plain(spelling), codes[plain(label)]) != codes[plain(label)]:
                raise SettingsError(f'Scale "{self.name}": "{spelling}" is given to two levels.')
        object.__setattr__(self, "_codes", codes)
        words = ScaleWords.of(self.levels, self.good_from, positive=self.positive)
        object.__setattr__(self, "positive", words.positive)

    @property
    def n_levels(self) -> int:
        """Number of levels, K."""
        return len(self.levels)

    @property
    def good_label(self) -> str:
        """Label of the lowest level that counts as positive."""
        return self.levels[self.good_from]

    @property
    def named_positive(self) -> str:
        """``positive`` where it is declared; empty where it is made from the level."""
        made = ScaleWords.of(self.levels, self.good_from).positive
        return "" if self.positive == made else self.positive

    @property
    def words(self) -> ScaleWords:
        """What a result says of this scale."""
        return ScaleWords(levels=self.levels, good_from=self.good_from, positive=self.positive)

    @property
    def codes(self) -> Mapping[str, int]:
        """Code of every known spelling, keyed by ``plain`` text."""
        return self._codes  # type: ignore[attr-defined, no-any-return]

    def code(self, text: str) -> int:
        """Code of a spelling.

        Raises
        ------
        UnknownGradeError
            If the spelling is not on the scale. Near matches are never taken.
        """
        try:
            return self.codes[plain(text)]
        except KeyError:
            raise UnknownGradeError(
                f'"{text}" is not a grade on the scale "{self.name}"; '
                f"expected one of: {', '.join(self.levels)}."
            ) from None

    def with_spellings(self, more: Mapping[str, str]) -> Scale:
        """Return the same scale with further spellings.

        Raises
        ------
        SettingsError
            If one of them means another level already, as "RI" does.
        """
        codes = {plain(label): code for code, label in enumerate(self.levels)}
        for spelling, label in more.items():
            known = self.codes.get(plain(spelling))
            if known is not None and codes.get(plain(label)) not in (None, known):
                raise SettingsError(
                    f'Scale "{self.name}": "{spelling}" is {self.levels[known]}; it cannot be '
                    f"{label} too. Correct the line under [grades]."
                )
        return Scale(
            name=self.name,
            levels=self.levels,
            good_from=self.good_from,
            positive=self.positive,
            spellings={**self.spellings, **more},
        )


OFSTED4 = Scale(
    name="ofsted4",
    levels=("Inadequate", "Requires improvement", "Good", "Outstanding"),
    good_from=2,
    spellings={
        "RI": "Requires improvement",
        "R.I.": "Requires improvement",
        "Requires improvement to be good": "Requires improvement",
        "Inad": "Inadequate",
        "Inad.": "Inadequate",
    },
)

SIGNS_OF_SAFETY = Scale(
    name="signs_of_safety",
    levels=tuple(str(step) for step in range(11)),
    good_from=6,
)

SCALES: Mapping[str, Scale] = {scale.name: scale for scale in (OFSTED4, SIGNS_OF_SAFETY)}


@dataclass(frozen=True, kw_only=True)
class ScaleMap:
    """An approved conversion from one scale to another.

    Parameters
    ----------
    source, target : Scale
        The scale the grades are on, and the scale they are turned into.
    version : str
        Version of the map; quoted wherever converted grades are used.
    approved_by : str
        Role that approved the map (no person's name).
    levels : mapping of str to str
        Target label for each source label.

    Raises
    ------
    SettingsError
        If a source level has no target, a target is unknown, or a better source level
        is given a worse target.

    Examples
    --------
    >>> steps = {str(k): OFSTED4.levels[(k > 2) + (k > 5) + (k > 8)] for k in range(11)}
    >>> sos = ScaleMap(source=SIGNS_OF_SAFETY, target=OFSTED4, version="1",
    ...                approved_by="Head of quality assurance", levels=steps)
    >>> sos.codes
    (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3)
    """

    source: Scale
    target: Scale
    version: str
    approved_by: str
    levels: Mapping[str, str]

    def __post_init__(self) -> None:
        missing = [label for label in self.source.levels if label not in self.levels]
        if missing:
            raise SettingsError(
                f'The map from "{self.source.name}" to "{self.target.name}" says nothing of '
                f"{', '.join(missing)}."
            )
        if not self.version or not self.approved_by:
            raise SettingsError("A scale map needs a version and the role that approved it.")
        codes = tuple(self.target.code(self.levels[label]) for label in self.source.levels)
        if list(codes) != sorted(codes):
            raise SettingsError(
                f'The map from "{self.source.name}" to "{self.target.name}" turns a better '
                "level into a worse one."
            )
        object.__setattr__(self, "_codes", codes)

    @property
    def codes(self) -> tuple[int, ...]:
        """Target code for each source code."""
        return self._codes  # type: ignore[attr-defined, no-any-return]
