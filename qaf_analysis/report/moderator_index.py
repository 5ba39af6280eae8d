"""The first page of the moderator's edition: every executed notebook, and how to check a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaf_analysis.report.blocks import Strong, Words
from qaf_analysis.report.html import POLICY, page_style, page_templates

MARKING = "OFFICIAL-SENSITIVE"
_CHECKS: tuple[Words, ...] = (
    (
        Strong("One figure."),
        " Look it up in figures.csv of this run: what it measures, of which audits and when, how "
        "they are weighed, its interval, and what it rests on.",
    ),
    (
        Strong("One step."),
        " Open it above. Code is folded above each result; it calls the tested package and holds "
        "no formula of its own.",
    ),
    (
        Strong("Every rule."),
        " The annex lists each verdict’s rule with its numbers, and the method with its source.",
    ),
    (
        Strong("That nothing was changed."),
        " manifest.json has the hash of every input, parameter and output; an export of a run that "
        "was changed since is refused.",
    ),
    (
        Strong("The whole of it."),
        " Run the same exports and settings with the same version again: the run bears the same "
        "number, and the files the same bytes.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One executed notebook.

    Parameters
    ----------
    name : str
        Name of its file, without its ending.
    question : str
        Its heading.
    about : str
        What it does, in a sentence or two.
    """

    name: str
    question: str
    about: str


def moderator_index(steps: Sequence[Step], *, quarter: str, run_id: str) -> str:
    """Write the page that leads to every step of a run.

    Parameters
    ----------
    steps : sequence of Step
        In the order in which they ran.
    quarter : str
        Quarter reported on.
    run_id : str
        Run that they belong to.

    Returns
    -------
    str
        A page without script or remote source, as ``html_page`` writes them.
    """
    title = f"How the report on {quarter} was made"
    return (
        page_templates()
        .get_template("moderator.html")
        .render(
            title=title,
            skip="the steps",
            marking=MARKING,
            run_id=run_id,
            steps=steps,
            checks=_CHECKS,
            policy=POLICY,
            style=page_style(f"{MARKING} · {title}"),
        )
    )
