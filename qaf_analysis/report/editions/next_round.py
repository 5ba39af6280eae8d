"""The next round of moderation: how many audits to draw now, why so many, and by which command.

What the verdict on over-optimism still leaves open decides the number; where it leaves nothing
open, the plan of the mean gap does. So no page of one report names two numbers for one year.
"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.kit.numbers import counted, whole
from qaf_analysis.report.quarterly import by_headline
from qaf_analysis.terms.verdicts import OptimismVerdict
from qaf_analysis.topics.moderation.next_sample import ROUNDS, NextSample
from qaf_analysis.topics.moderation.words import need_words, say_next_sample
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.recommendations import moderated_a_year
from qaf_analysis.topics.registry import Results


@dataclass(frozen=True, kw_only=True)
class NextRound:
    """What is to be drawn next.

    Parameters
    ----------
    plan : NextSample
        The plan of the grade that audits are drawn by.
    a_year : int
        Audits to have moderated in a year; 0 where that cannot be said.
    because : str
        What so many would tell or settle, within a sentence.
    """

    plan: NextSample
    a_year: int
    because: str

    @property
    def draw(self) -> int:
        """Audits to draw now; 0 where that cannot be said, or none is open."""
        return self.plan.of_a_round(self.a_year)

    @property
    def why_not(self) -> str:
        """Why nothing can be planned; empty where something can."""
        return self.plan.why_not

    @property
    def claim(self) -> str:
        """The draw as a heading."""
        return f"Draw {counted(self.draw, 'audit')} of {self.plan.scope.quarter} for moderation"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """How the number comes about, what the plan rests on, and how audits are drawn."""
        a_round = -(-self.a_year // ROUNDS)
        open_ = self.plan.open_audits
        short = (
            f" Only {whole(open_)} {'is' if open_ == 1 else 'are'} open, so all of them are drawn."
            if a_round > open_
            else ""
        )
        return (
            f"{counted(self.a_year, 'moderated audit')} a year would {self.because}. In {ROUNDS} "
            f"rounds a year, that is {whole(a_round)} a round.{short}",
            *say_next_sample(self.plan).paragraphs[1:],
            "They are drawn by chance within auditors' grades, and some are for two moderators. "
            "The draw keeps its seed and every chance; give both back with the moderators' grades.",
        )

    @property
    def limits(self) -> str:
        """What the plan does not show."""
        return say_next_sample(self.plan).limits

    @property
    def command(self) -> str:
        """The command that draws them, with the council's folders to be filled in."""
        return (
            "qaf sample --data FOLDER --out NEWFOLDER "
            f'--audits {self.draw} --quarter "{self.plan.scope.quarter}"'
        )


def next_round(results: Results) -> NextRound:
    """Choose what is to be drawn next: for several headlines, what the most demanding needs."""
    every = [_of(own) for _, own in by_headline(results)]
    return max(every, key=lambda one: one.a_year)


def _of(results: Results) -> NextRound:
    plan, optimism = results[NextSample], results[Optimism]
    if optimism.verdict == OptimismVerdict.MORE_MODERATION and optimism.gap.is_estimable:
        return NextRound(
            plan=plan,
            a_year=moderated_a_year(optimism) or optimism.audits,
            because="settle what the verdict on over-optimism leaves open"
            if moderated_a_year(optimism)
            else "still not settle the verdict on over-optimism, but come nearest to it",
        )
    need = plan.by_grades
    if need is None or not need.moderated:
        return NextRound(plan=plan, a_year=0, because="")
    return NextRound(plan=plan, a_year=need.moderated, because=f"tell {need_words(plan)}")
