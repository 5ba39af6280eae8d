"""What a severity model found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.severity.grid import GridPosterior
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import SeverityTerms
from qaf_analysis.stats.severity.ratings import AuditorGroups, SeverityRatings


@dataclass(frozen=True, kw_only=True)
class SpreadComponent:
    """How far something differs: a standard deviation in logits.

    Parameters
    ----------
    value, low, high : float
        NaN when the model does not hold it. ``low`` is 0 when the grades could also have come
        from no difference at all.
    at_boundary : bool
        Whether no difference explains the grades at least as well as ``value``; that is then
        where a mild guard keeps it off zero.
    words : str
        The same in plain words.
    """

    value: float
    low: float
    high: float
    at_boundary: bool
    words: str


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityFit:
    """A fitted severity model. All effects are in logits; positive severity is harsher.

    Parameters
    ----------
    ratings : SeverityRatings
    options : SeverityOptions
        What was fitted, which may be less than was asked for (see ``warnings``).
    severity : float array, shape (auditors,)
        Relative to the mean of the auditor's connected group, or to the anchors where the group
        holds one. NaN for an auditor alone in a group: there is nobody to compare with.
    severity_covariance : float array, shape (auditors, auditors)
        Covariance of those contrasts, for what is computed from them.
    severity_error : float array, shape (auditors,)
        Their standard errors for intervals, at the upper limits of the SDs: wider.
    auditor_effect : float array, shape (auditors,)
        Severities as the model has them, relative to its average; for predictions.
    difficulty : float array, shape (domains,)
        How much lower a domain is graded than the average one; sums to zero.
    difficulty_covariance : float array, shape (domains, domains)
    thresholds : float array, shape (K - 1,) or (domains, K - 1)
        Practice at which each level parts from the one below, for an average domain (or, with
        partial credit, to be added to the domain's difficulty). NaN for levels nobody used.
    location : float
        Mean of the thresholds; mean practice is 0.
    practice_by_quarter : float array, shape (quarters,), or None
        How much better practice was in each quarter; sums to zero.
    sd_audit, sd_halo : SpreadComponent
        Spread of practice and of the halo.
    sd_auditor, sd_moderator, sd_auditor_domain, sd_drift, sd_auditor_quarter, sd_caseload
        Spread of each kind of shrunken effect.
    by_domain, by_quarter : float array, shape (auditors, domains or quarters), or None
        Extra severity in each cell; NaN where an auditor has no grades, 0 for the anchored.
    drift : float array, shape (auditors,), or None
        Change of severity from the first to the last quarter, centred as ``severity``.
    drift_covariance : float array, shape (auditors, auditors), or None
    caseload : float array, shape (auditors,), or None
        How much better practice is in the audits that reach an auditor, relative to the mean of
        the auditor's connected group.
    caseload_covariance : float array, shape (auditors, auditors), or None
    log_likelihood : float
        Marginal log-likelihood of the grades at these effects.
    log_marginal : float
        With the auditors' effects integrated out too (Laplace), without guards.
    audit_mean, audit_sd : float array, shape (audits,)
        Posterior of each audit's practice, relative to the mean of its quarter.
    halo_mean : float array, shape (bundles,)
        How much better than that an auditor saw it, severity apart.
    parameters, covariance : float array, shape (parameters,), (parameters, parameters)
        All parameters and their covariance (inverse of the observed information); their places
        are ``SeverityTerms.index``.
    terms : SeverityTerms
    posterior : GridPosterior
        The likelihood at the estimates.
    iterations : int
    gradient_norm : float
    converged : bool
    groups : AuditorGroups
    warnings : tuple of str
        What was left out or is doubtful, in plain words.
    """

    ratings: SeverityRatings
    options: SeverityOptions
    severity: Floats
    severity_covariance: Floats
    severity_error: Floats
    auditor_effect: Floats
    difficulty: Floats
    difficulty_covariance: Floats
    thresholds: Floats
    location: float
    practice_by_quarter: Floats | None
    sd_audit: SpreadComponent
    sd_halo: SpreadComponent
    sd_auditor: SpreadComponent
    sd_moderator: SpreadComponent
    sd_auditor_domain: SpreadComponent
    sd_drift: SpreadComponent
    sd_auditor_quarter: SpreadComponent
    sd_caseload: SpreadComponent
    by_domain: Floats | None
    by_quarter: Floats | None
    drift: Floats | None
    drift_covariance: Floats | None
    caseload: Floats | None
    caseload_covariance: Floats | None
    log_likelihood: float
    log_marginal: float
    audit_mean: Floats
    audit_sd: Floats
    halo_mean: Floats
    parameters: Floats
    covariance: Floats
    terms: SeverityTerms
    posterior: GridPosterior
    iterations: int
    gradient_norm: float
    converged: bool
    groups: AuditorGroups
    warnings: tuple[str, ...]

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood."""
        return -2 * self.log_likelihood

    @property
    def index(self) -> Mapping[str, slice]:
        """Where each block of parameters stands."""
        return self.terms.index

    @property
    def spreads(self) -> Mapping[str, SpreadComponent]:
        """SD of each block of shrunken effects that the model holds, by the block's name."""
        every = {
            "auditor": self.sd_auditor,
            "moderator": self.sd_moderator,
            "auditor_domain": self.sd_auditor_domain,
            "drift": self.sd_drift,
            "auditor_quarter": self.sd_auditor_quarter,
            "caseload": self.sd_caseload,
        }
        return {name: every[name] for name in self.terms.random}

    @property
    def is_anchored(self) -> bool:
        """Whether some severities were held fixed."""
        return len(self.options.anchored) > 0
