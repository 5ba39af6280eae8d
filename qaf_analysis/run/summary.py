"""What a run came to in a few words: its edition and its four verdicts, kept beside its report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.report.document import Document
from qaf_analysis.terms.errors import RunFailedError

SUMMARY_FILE = "summary.json"
QUESTIONS = ("agreement", "optimism", "themes", "consistency")
"""Short names of the four questions, in the order of their cards."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A report in a few words.

    Parameters
    ----------
    edition, council : str
        For whom it is, and whose.
    verdicts : tuple of (str, str)
        Short name of each question, and its verdict as the card says it.
    """

    edition: str
    council: str
    verdicts: tuple[tuple[str, str], ...]

    @property
    def line(self) -> str:
        """The verdicts in one line.

        Examples
        --------
        >>> two = (("agreement", "Agrees well"), ("optimism", "Adjust"))
        >>> Summary(edition="board", council="Example", verdicts=two).line
        'agreement: agrees well · optimism: adjust'
        """
        return " · ".join(f"{name}: {said[:1].lower()}{said[1:]}" for name, said in self.verdicts)


def summary_of(document: Document, *, council: str) -> Summary:
    """Return what a document says in a few words."""
    page = document.first_page
    verdicts = tuple(zip(QUESTIONS, (card.verdict for card in page.cards), strict=True))
    return Summary(edition=page.edition, council=council, verdicts=verdicts)


def write_summary(summary: Summary, folder: Path) -> None:
    """Keep a summary in the folder of its run."""
    told = {
        "edition": summary.edition,
        "council": summary.council,
        "verdicts": dict(summary.verdicts),
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (folder / SUMMARY_FILE).write_text(text, encoding="utf-8", newline="\n")


def read_summary(folder: Path) -> Summary:
    """Return the summary that a run keeps.

    Raises
    ------
    RunFailedError
        If there is none, or it cannot be read.
    """
    try:
        told = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        verdicts = tuple((str(name), str(said)) for name, said in told["verdicts"].items())
        return Summary(edition=told["edition"], council=told["council"], verdicts=verdicts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunFailedError(
            f"{folder.name} has no {SUMMARY_FILE} that can be read ({type(error).__name__})."
        ) from None
