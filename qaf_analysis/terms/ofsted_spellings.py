"""Full words and short forms by which councils write Ofsted's four grades."""

from __future__ import annotations

from collections.abc import Mapping

SHORT_FORMS: Mapping[str, str] = {
    "outstanding": "Outstanding",
    "outstand": "Outstanding",
    "outst": "Outstanding",
    "outs": "Outstanding",
    "out": "Outstanding",
    "os": "Outstanding",
    "o": "Outstanding",
    "good": "Good",
    "gd": "Good",
    "g": "Good",
    "requiresimprovement": "Requires improvement",
    "requiresimprovementtobegood": "Requires improvement",
    "requireimprovement": "Requires improvement",
    "requiredimprovement": "Requires improvement",
    "requiresimp": "Requires improvement",
    "requiresimprov": "Requires improvement",
    "reqimprovement": "Requires improvement",
    "reqsimprovement": "Requires improvement",
    "reqimprov": "Requires improvement",
    "reqimp": "Requires improvement",
    "reqsimp": "Requires improvement",
    "rimp": "Requires improvement",
    "ri": "Requires improvement",
    "rtbg": "Requires improvement",
    "inadequate": "Inadequate",
    "inadeq": "Inadequate",
    "inad": "Inadequate",
    "ia": "Inadequate",
    "i": "Inadequate",
}
"""Letters of what a cell says, without spaces and marks, to the level they stand for."""


LIKELY: Mapping[str, str] = {
    "needsimprovement": "Requires improvement",
    "improvementneeded": "Requires improvement",
    "improvementrequired": "Requires improvement",
}
"""Words of the same meaning that are no short form: offered as a likely reading."""
