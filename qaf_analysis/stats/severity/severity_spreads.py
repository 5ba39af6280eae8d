"""How far practice, halo and auditors differ, with intervals and words for the boundary."""

from __future__ import annotations

from math import exp, nan, sqrt

import numpy as np
from scipy import special

from qaf_analysis.stats.severity.fit import SpreadComponent
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.search import SeverityPeak
from qaf_analysis.stats.severity.variances import NONE, SpreadStep

ABSENT = SpreadComponent(value=nan, low=nan, high=nan, at_boundary=False, words="not in the model")

# An interval that reaches further than this, as a logarithm, says nothing.
BOUNDLESS = 10.0


def spread_components(
    likelihood: SeverityLikelihood, *, peak: SeverityPeak, level: float
) -> dict[str, SpreadComponent]:
    """SD of practice (``audit``), of the halo (``halo``) and of each shrunken block.

    Intervals are symmetric for the logarithm of the SD. They reach down to 0 where the
    log-likelihood without the effect is within half a chi-square quantile (1 degree of freedom)
    of that with it.
    """
    found = {"audit": _practice(peak, level=level)}
    if likelihood.has_halo:
        found["halo"] = _halo(likelihood, peak=peak, level=level)
    step = SpreadStep(likelihood=peak.quadratic, sd=np.array(list(peak.sd.values())))
    if peak.sd:
        variances = np.diag(step.sd_covariance)
        at_best = peak.quadratic.log_marginal(step.sd)
        for place, name in enumerate(peak.sd):
            without = step.sd.copy()
            without[place] = NONE
            found[name] = _component(
                step.sd[place],
                se=sqrt(variances[place]),
                gain=at_best - peak.quadratic.log_marginal(without),
                level=level,
            )
    return found


def _practice(peak: SeverityPeak, *, level: float) -> SpreadComponent:
    value = exp(peak.parameters[-2])
    if not peak.free[-2]:
        words = "no sign that practice differs between audits, or nothing that tells it"
        return SpreadComponent(value=value, low=nan, high=nan, at_boundary=True, words=words)
    return _component(value, se=sqrt(peak.covariance[-2, -2]), gain=np.inf, level=level)


def _halo(likelihood: SeverityLikelihood, *, peak: SeverityPeak, level: float) -> SpreadComponent:
    without = peak.parameters.copy()
    without[-1] = np.log(NONE)
    gain = peak.posterior.log_likelihood - likelihood.posterior(without).log_likelihood
    value, se = exp(peak.parameters[-1]), sqrt(peak.covariance[-1, -1])
    return _component(value, se=se, gain=gain, level=level)


def _component(value: float, *, se: float, gain: float, level: float) -> SpreadComponent:
    wide = float(special.ndtri((1 + level) / 2)) * se
    if not wide < BOUNDLESS:
        words = f"about {value:.2f} logits (standard deviation), but how far is not known"
        return SpreadComponent(
            value=float(value), low=nan, high=nan, at_boundary=False, words=words
        )
    reach = exp(wide)
    none_fits = gain < float(special.chdtri(1, 1 - level)) / 2
    words = f"differs by {value:.2f} logits (standard deviation)"
    if gain <= 0:
        words = "at the boundary: the grades show no difference beyond chance"
    elif none_fits:
        words += ", but could also not differ at all"
    return SpreadComponent(
        value=float(value),
        low=0.0 if none_fits else float(value / reach),
        high=float(value * reach),
        at_boundary=bool(gain <= 0),
        words=words,
    )
