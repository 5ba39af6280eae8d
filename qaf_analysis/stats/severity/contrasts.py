"""Severities as differences from colleagues: the only thing about them that can be known."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, frozen_floats
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.parameters import SeverityTerms
from qaf_analysis.stats.severity.ratings import AuditorGroups
from qaf_analysis.terms.estimate import Estimate

METHOD = "severity model"


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorContrasts:
    """One effect for each auditor, relative to the auditor's group.

    Parameters
    ----------
    value : float array, shape (auditors,)
        NaN for an auditor alone in a group without anchor.
    covariance : float array, shape (auditors, auditors)
    effect : float array, shape (auditors,)
        The same as the model has it, without centring.
    """

    value: Floats
    covariance: Floats
    effect: Floats

    @property
    def error(self) -> Floats:
        """Standard errors; rounding may leave a trace below 0 where an effect is held fixed."""
        return frozen_floats(np.sqrt(np.maximum(np.diag(self.covariance), 0)))


def auditor_contrasts(
    names: tuple[str, ...],
    *,
    terms: SeverityTerms,
    parameters: Floats,
    covariance: Floats,
    groups: AuditorGroups,
    anchored: dict[int, float],
) -> AuditorContrasts:
    """Effects of auditors that one-way blocks of parameters add up to, centred by group.

    Parameters
    ----------
    names : tuple of str
        The blocks, such as ``("group", "auditor")``.
    terms : SeverityTerms
    parameters, covariance : float array
    groups : AuditorGroups
    anchored : dict of auditor number to value
        Effects held fixed; groups with one of them are not centred.
    """
    n = len(groups.group)
    columns = np.zeros((n, len(parameters)))
    for name in names:
        if name in terms.columns:
            columns[:, terms.index[name]] += terms.columns[name]
    effect = columns @ parameters
    for number, value in anchored.items():
        effect[number] += value
    held = set(groups.group[list(anchored)].tolist())
    centring = np.eye(n)
    alone = np.zeros(n, dtype=bool)
    for group, size in enumerate(groups.sizes):
        inside = groups.group == group
        if group not in held:
            centring[np.ix_(inside, inside)] -= 1 / size
            alone |= inside & (size == 1)
    centred = centring @ columns
    spread = centred @ covariance @ centred.T
    spread[alone] = spread[:, alone] = nan
    contrast = centring @ effect
    contrast[alone] = nan
    return AuditorContrasts(
        value=frozen_floats(contrast),
        covariance=frozen_floats(spread),
        effect=frozen_floats(effect),
    )


def severity_estimates(fit: SeverityFit) -> tuple[Estimate, ...]:
    """Severity of each auditor with its interval, in the order of the auditors' numbers.

    Positive is harsher, in logits, relative to the mean of the auditor's connected group (or to
    the anchors). ``cases`` are the auditor's linked audits, ``auditors`` the size of the group.

    Returns
    -------
    tuple of Estimate
        Not estimable for an auditor without an audit in common with anybody.

    References
    ----------
    Wald intervals of centred empirical-Bayes contrasts, with the spread of severities taken at its
    upper 90 % limit.
    """
    if fit.options.auditor_effects == "none":
        return _none(fit, reason="the model holds no differences between auditors")
    return _estimates(fit, fit.severity, errors=fit.severity_error, method=METHOD)


def caseload_estimates(fit: SeverityFit) -> tuple[Estimate, ...]:
    """How much better practice is in the audits that reach each auditor, as above.

    Negative: the auditor gets the harder cases.
    """
    if fit.caseload is None or fit.caseload_covariance is None:
        return _none(fit, reason="the model holds no differences between caseloads")
    method = f"{METHOD}, caseload"
    errors = np.sqrt(np.diag(fit.caseload_covariance))
    return _estimates(fit, fit.caseload, errors=errors, method=method)


def _none(fit: SeverityFit, *, reason: str) -> tuple[Estimate, ...]:
    level = fit.options.level
    return tuple(
        Estimate.not_estimable(
            "no audit in common with another auditor" if size == 1 else reason,
            method=METHOD,
            level=level,
            cases=int(linked),
            auditors=int(size),
        )
        for linked, size in zip(
            fit.ratings.linked_audits, fit.groups.sizes[fit.groups.group], strict=True
        )
    )


def _estimates(
    fit: SeverityFit, values: Floats, *, errors: Floats, method: str
) -> tuple[Estimate, ...]:
    level = fit.options.level
    nothing = _none(fit, reason="")
    reach = float(special.ndtri((1 + level) / 2))
    found = []
    for value, se, without in zip(values, errors.tolist(), nothing, strict=True):
        if np.isnan(value):
            found.append(without)
            continue
        found.append(
            Estimate(
                value=float(value),
                low=float(value) - reach * se,
                high=float(value) + reach * se,
                level=level,
                cases=without.cases,
                auditors=without.auditors,
                method=f"{method}, {fit.options.link} link",
                se=se,
                p=float(2 * special.ndtr(-abs(value) / se)) if se > 0 else nan,
            )
        )
    return tuple(found)
