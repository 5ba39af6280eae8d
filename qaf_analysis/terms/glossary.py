"""What each word of a report means, in plain English."""

from __future__ import annotations

from collections.abc import Mapping

from qaf_analysis.terms.scale import ScaleWords

GLOSSARY: Mapping[str, str] = {
    "Agreement": "How far two auditors who read the same audit give the same grade.",
    "AC2": "Gwet's agreement coefficient: 1 is perfect agreement, 0 is what chance would give. "
    "Grades far apart count as worse than grades next to each other.",
    "Alpha": "Krippendorff's alpha: like AC2, but stricter where most audits get the same grade.",
    "Audit": "One examination of the practice in a child's file, with a grade for each "
    "domain and, in most councils, an overall grade.",
    "Auditor": "Somebody inside the council who grades audits. Shown by a code, never by name.",
    "Calibration audit": "A file that every auditor grades, so that their grades can be compared.",
    "Case": "A child's file. Shown by a code; nobody can be told from it without the "
    "council's key.",
    "Comparison domain": "A domain that no theme touched, graded in the same audits as a themed "
    "one. What moves both alike is not put down to the theme.",
    "Control chart": "A series over time with a centre line and limits that show how far it "
    "usually varies. A picture, not a verdict.",
    "Domain": "A part of the audit tool, such as assessment or the child's voice.",
    "Gap": "The auditor's grade minus the moderator's grade on the same audit. Above zero means "
    "that the auditor was kinder.",
    "Grade": "A level of the declared scale.",
    "Interval": "The range within which the true figure lies for 95 of 100 reports like this one, "
    "where its assumptions hold.",
    "Moderation": "A second grading by somebody outside the council: a partner council, a peer, "
    "a consultancy.",
    "Moderation-adjusted": "What the grades would be had moderators graded every audit, worked "
    "out from those they did grade.",
    "Optimism": "Auditors grading above external moderators.",
    "Phasing in": "Quarters after a themed audit in which what was decided took hold. They count "
    "neither as before nor as after.",
    "Positive share": "The share of audits graded at the lowest level that the declared scale "
    "counts as positive, or above it.",
    "Process change": "A change to how audits are done, such as training or auditing in the same "
    "room.",
    "Provisional": "Said of a verdict on a theme while only one quarter after its audit is in.",
    "Quarter": "Three months of the financial year: April to June is Q1.",
    "Re-audit": "A later audit of the same theme. Audit and re-audit are two snapshots, with no "
    "comparison.",
    "Run chart": "A series over time around its median, without limits. A picture, not a verdict.",
    "Severity": "How strictly an auditor usually grades. Positive means stricter.",
    "Smallest change found": "The smallest true change that would be found 80 times in 100 with "
    "so many audits.",
    "Spread": "How much auditors differ in severity, in grades. Zero means that all are equally "
    "strict.",
    "Theme": "The subject of a themed audit, such as chronologies or supervision.",
    "Verdict": "One of a fixed list of words, reached by a rule that was fixed beforehand.",
}


def glossary_of(scale: ScaleWords) -> Mapping[str, str]:
    """The glossary in the words of one scale.

    Examples
    --------
    >>> from qaf_analysis.terms.scale import SIGNS_OF_SAFETY
    >>> glossary_of(SIGNS_OF_SAFETY.words)["Positive share"]
    'The share of audits graded 6 or more.'
    """
    return {
        **GLOSSARY,
        "Grade": f"A level of the declared scale: {', '.join(scale.levels)}.",
        "Positive share": f"The share of audits graded {scale.positive}.",
    }
