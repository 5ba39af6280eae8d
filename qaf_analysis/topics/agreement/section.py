"""The sections on agreement among auditors: on the whole, grade by grade, and what drives it."""

from __future__ import annotations

from qaf_analysis.kit.parts import Card
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail, agreement_detail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, agreement_drivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement, agreement
from qaf_analysis.topics.agreement.pictures import (
    agreement_card_picture,
    agreement_detail_pictures,
    agreement_drivers_pictures,
    agreement_pictures,
)
from qaf_analysis.topics.agreement.tables import (
    agreement_detail_tables,
    agreement_drivers_tables,
    agreement_tables,
)
from qaf_analysis.topics.agreement.words import (
    agreement_card,
    say_agreement,
    say_agreement_detail,
    say_agreement_drivers,
)
from qaf_analysis.topics.common.section import Section, Shown

NOTEBOOK = "01_agreement"


def _card(result: Agreement, shown: Shown[Agreement]) -> Card:
    drawn = result.ac2.is_estimable
    return Card(
        question="Do auditors agree?",
        verdict=result.verdict.capitalize(),
        words=agreement_card(result),
        section=AGREEMENT.id,
        # Drawn alone: the card is often made without the section, whose pictures take time.
        picture=agreement_card_picture(result).about(shown.headline) if drawn else None,
    )


AGREEMENT = Section(
    id="agreement",
    short="Agreement among auditors",
    notebook=NOTEBOOK,
    each_headline=True,
    result=Agreement,
    asks=agreement,
    say=say_agreement,
    tables=agreement_tables,
    pictures=agreement_pictures,
    card=_card,
)
BY_GRADE = Section(
    id="by-grade",
    short="Agreement grade by grade",
    level=3,
    notebook=NOTEBOOK,
    each_headline=True,
    result=AgreementDetail,
    asks=agreement_detail,
    say=say_agreement_detail,
    tables=agreement_detail_tables,
    pictures=agreement_detail_pictures,
)
DRIVERS = Section(
    id="drivers",
    short="What drives disagreement",
    level=3,
    notebook=NOTEBOOK,
    each_headline=True,
    result=AgreementDrivers,
    asks=agreement_drivers,
    say=say_agreement_drivers,
    tables=agreement_drivers_tables,
    pictures=agreement_drivers_pictures,
)
