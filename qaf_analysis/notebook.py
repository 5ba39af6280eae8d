"""Everything a notebook calls, under one name: ``from qaf_analysis import notebook as qaf``.

Questions have the names of their analyses, such as ``qaf.optimism``; the registry lists them.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from qaf_analysis.report.quarterly import verdict_table
from qaf_analysis.run.gather import build, gather
from qaf_analysis.run.session import open_session
from qaf_analysis.run.setup import open_setup
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.registry import QUESTIONS
from qaf_analysis.topics.show import plot, say, table

__all__ = [
    "build",
    "gather",
    "open_session",
    "open_setup",
    "plot",
    "release",
    "say",
    "table",
    "verdict_table",
]

# What the notebooks outside the quarterly report call. Their forms and charts take time to import:
# a notebook of the report does not wait for them.
_LAB = {
    "browse": "qaf_analysis.lab.browse",
    "open_explore": "qaf_analysis.lab.explore.page",
    "open_review": "qaf_analysis.lab.reviewing",
    "open_round": "qaf_analysis.lab.moderating",
    "review_form": "qaf_analysis.lab.reviewing",
}
_QUESTIONS = {question.asks.__name__: question.asks for question in QUESTIONS}


def __getattr__(name: str) -> Callable[..., Any]:
    """Return the analysis that answers a question, or what opens a form, by its name."""
    if name in _LAB:
        found: Callable[..., Any] = getattr(import_module(_LAB[name]), name)
        return found
    if name not in _QUESTIONS:
        raise AttributeError(f"There is no question {name}; there are {', '.join(_QUESTIONS)}.")
    return _QUESTIONS[name]


def __dir__() -> list[str]:
    return [*__all__, *_LAB, *_QUESTIONS]
