"""What a severity model holds: its link, its effects, and how it is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from qaf_analysis.stats.core.arrays import check_level
from qaf_analysis.stats.severity.grade_links import Link
from qaf_analysis.terms.errors import UsageError

Thresholds: TypeAlias = Literal["rating_scale", "partial_credit"]
AuditorEffects: TypeAlias = Literal["shrunken", "free", "none"]


@dataclass(frozen=True, kw_only=True)
class SeverityOptions:
    """What the severity model holds.

    Parameters
    ----------
    link : {"adjacent", "cumulative"}
        Adjacent-category (Rasch) or cumulative logits.
    thresholds : {"rating_scale", "partial_credit"}
        One set of thresholds for all domains, or one for each.
    halo : bool
        Whether what one auditor sees in one audit differs, for all domains together, from what
        another would see. Without it, intervals of severity are far too narrow.
    auditor_effects : {"shrunken", "free", "none"}
        Severities drawn towards each other as far as chance explains them; each for itself; or
        no difference between auditors.
    auditor_by_domain, drift, auditor_by_quarter : bool
        Shrunken differences of each auditor by domain; along a straight line over the quarters;
        by quarter. The last two need quarters.
    practice_by_quarter : bool
        Whether practice may differ between quarters, where quarters are given. Without it, better
        practice in a quarter would count as kindness of those who audited then.
    caseload : bool, optional
        Whether mean practice may differ between the audits that reach each auditor (shrunken).
        False takes it that audits reach auditors at random: sharper where that is so, wrong by
        the difference of caseloads where not. By default true with shrunken auditor effects.
    anchored : mapping of auditor code to severity
        Severities held fixed, such as external moderators at 0.
    moderators : collection of auditor codes
        Those of the raters who are moderators. With shrunken effects they then have a mean and a
        spread of their own, so that neither group is drawn towards the other.
    nodes, reach : int, float, optional
        Points of the grid and where it ends, in logits. By default 61 points to 7, widened or
        refined until it covers and resolves the practice found.
    level : float
        Confidence level of intervals.

    Raises
    ------
    UsageError
        If a word is not known, the grid is too small or the level is not between 0 and 1.
    """

    link: Link = "adjacent"
    thresholds: Thresholds = "rating_scale"
    halo: bool = True
    auditor_effects: AuditorEffects = "shrunken"
    auditor_by_domain: bool = False
    drift: bool = False
    auditor_by_quarter: bool = False
    practice_by_quarter: bool = True
    caseload: bool | None = None
    anchored: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    moderators: Collection[int] = frozenset()
    nodes: int | None = None
    reach: float | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        words = (
            ("link", self.link, get_args(Link)),
            ("thresholds", self.thresholds, get_args(Thresholds)),
            ("auditor_effects", self.auditor_effects, get_args(AuditorEffects)),
        )
        for name, word, known in words:
            if word not in known:
                raise UsageError(f'"{name}" is one of {", ".join(known)}, not "{word}".')
        check_level(self.level)
        if (self.nodes is not None and self.nodes < 5) or (
            self.reach is not None and not self.reach > 0
        ):
            raise UsageError("The grid needs at least 5 points and a reach above 0.")
        object.__setattr__(self, "anchored", MappingProxyType(dict(self.anchored)))
        object.__setattr__(self, "moderators", frozenset(self.moderators))

    @property
    def has_caseload(self) -> bool:
        """Whether mean practice may differ between auditors' audits."""
        shrunken = self.auditor_effects == "shrunken"
        return shrunken if self.caseload is None else self.caseload

    @property
    def partial_credit(self) -> bool:
        """Whether each domain has thresholds of its own."""
        return self.thresholds == "partial_credit"
