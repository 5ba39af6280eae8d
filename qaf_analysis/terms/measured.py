"""Error rates of verdicts as they were measured, for the words beside each verdict.

The figures are those of ``docs/calibration/impact.csv`` and ``derived.csv``; a test holds them
together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ThemeErrors:
    """How often "improved" is claimed although no improvement activity had an effect.

    Each is the largest rate over 8 quarters of 50 audits and 12 of 150, in 100 councils.

    Parameters
    ----------
    usual : float
        Nothing happened to the themed domain, whatever happened to all domains alike.
    one_domain : float
        The same with a single comparison domain.
    lasting : float
        A domain's chance lasts from quarter to quarter.
    worst : float
        The theme was the worst domain of the last quarter, and that quarter was not left out.
    rising_few, rising_many : float
        The themed domain was rising by itself anyway: 8 quarters of 50 audits, and the largest.
    """

    usual: float
    one_domain: float
    lasting: float
    worst: float
    rising_few: float
    rising_many: float


THEME_ERRORS = ThemeErrors(
    usual=3, one_domain=3, lasting=7, worst=4, rising_few=17, rising_many=100
)


@dataclass(frozen=True, kw_only=True)
class ChosenDate:
    """How often "improved" is claimed in steady councils when the date is chosen after looking.

    In 100 councils, over 8 and 12 quarters of 50 audits, with and without chance that lasts.

    Parameters
    ----------
    fewest, most : float
        The date with the smallest p-value taken for that of the theme.
    fixed : float
        The largest rate where the date was fixed beforehand.
    """

    fewest: float
    most: float
    fixed: float

    @property
    def words(self) -> str:
        """What choosing a date after looking does."""
        return (
            "Choosing the date of a themed audit after outcomes are seen finds an improvement in "
            f"{self.fewest:.0f} to {self.most:.0f} of 100 steady councils instead of at most "
            f"{self.fixed:.0f}."
        )


CHOSEN_DATE = ChosenDate(fewest=5, most=12, fixed=3)


@dataclass(frozen=True, kw_only=True)
class DerivedTraps:
    """What a rule for a derived overall grade makes of the same audits by the same auditors.

    Parameters
    ----------
    fewest, most : int
        By how many points its positive share moves as one more area is blank: from six areas to
        five, to four, to three.
    harsh_three, harsh_six : float
        Grades by which auditors look harsher than in the areas themselves, with three areas and
        with six, where they are noisier than moderators; 0 where the rule does not do so.
    """

    fewest: int
    most: int
    harsh_three: float = 0.0
    harsh_six: float = 0.0

    @property
    def blank(self) -> str:
        """Why audits with a blank area count for nothing, within a sentence."""
        return (
            f"one area left blank in every audit would move the derived share by {self.fewest} to "
            f"{self.most} points"
        )

    @property
    def noise(self) -> str:
        """What the rule does to noise; empty where it does nothing worth telling."""
        if not self.harsh_six:
            return ""
        return (
            "The weakest of several areas turns noise into harshness: auditors who are only less "
            f"steady than moderators look {self.harsh_three:.2f} (three areas) to "
            f"{self.harsh_six:.2f} (six) of a grade harsher than in the areas."
        )


LOWER_MEDIAN_TRAPS = DerivedTraps(fewest=5, most=8)
WEAKEST_TRAPS = DerivedTraps(fewest=2, most=5, harsh_three=0.06, harsh_six=0.09)
