"""How often the detector of personal details misses, and how often it is wrong: both counted."""

import re
from time import process_time

import pandas as pd
import pytest

from qaf_analysis.data.cells.personal import (
    details_in,
    details_in_label,
    is_nhs_number,
    warn_of_personal_details,
)
from qaf_analysis.data.contract.problems import Problems
from tests.places import ROOT

# What moderators and auditors write: nothing here points at a person.
ORDINARY = """
Good analysis of risk, but the chronology is thin before 2019.
The Child Protection Plan was reviewed on 14/03/2019 and again on 12.6.19.
Mother has engaged well with the Early Help offer since the last review.
Father Was not consulted before the Strategy Discussion.
Mum feels that the Social Worker listened to her.
Dad and the children were seen; the Child in Need plan is SMART.
Child J was seen alone. Child R's voice is strong in the assessment.
Team Manager oversight recorded monthly; Practice Week findings followed up.
Social Worker visited every 10 working days as agreed.
Section 47 enquiry completed in 15 days. Section 17 support offered.
Working Together 2018 was followed. Children Act 1989 threshold met.
IRO Good challenge; Independent Reviewing Officer footprint is visible.
Downgraded from Good to Requires Improvement because of drift and delay.
The Core Group met on 3 May 2019, 7 June 2019 and 5 July 2019.
See Domain 3: Impact on the child. Grade 2 would be generous.
Plan B Review of contingency needed. Team A North to follow up.
Life Story Work not started; Later Life Letter outstanding.
The Public Law Outline letter before proceedings was clear.
The GP and Health Visitor contributed. School attended Core Group.
Parent declined consent; worker Impact statement missing.
Child Looked After since 2017, second placement, settled.
Supervision was held 4 times in 12 months (expected 12).
Case summary 1,250 words; chronology has 87 entries.
Signs of Safety scale 4 moved to 6 over Q3 2019-20.
Ofsted would want to see more of the child's lived experience.
Visits at 2 to 3 week intervals, then every 6th week.
Q3 2nd audit: the same grade as in Q2, 1st audit.
Partner agencies were slow. Partner Agencies: police, health, school.
Family Group Conference held; Family Network meeting planned.
The worker, Social Work Student, was well supported.
Permanence planning began by the 2nd review. Early Permanence considered.
Moderator agrees with Overall; moderator Overall grade unchanged.
Strengths: direct work. Areas for development: management direction.
Assessment completed within 45 days, signed off by manager On time.
May need a referral to CAMHS. Will be closed in June. Mark as complete.
The auditor Has graded this higher than the descriptor allows.
Ratio 3:1, 50% of visits, £250 of section 17 money, page 12345.
Reg 44 visitor report read. Reg 24 assessment completed.
Hope and Grace are themes of the family's own story. Joy in the home.
Care Leaver pathway plan updated. Staying Put agreed. Setting Up Home grant given.
Return Home Interview completed within 72 hours.
Supervision Order made by the Family Court at the Final Hearing.
Evidence that the father's views changed the plan; mother's did not.
Strategy meeting minutes of 2019-05-03 on file within 1 day.
Child seen alone on each visit (12 of 14), home conditions seen (9).
Neglect toolkit used: score 27 then 19. Graded Care Profile 2 used.
Multi-Agency Safeguarding Hub decision within 24 hours.
Step down to Early Help at 3rd review, closed to Children's Social Care.
Threshold document applied: level 4. Level 3 at closure.
Unclear why A Good grade was given. I agree with B and C.
""".strip().splitlines()

# Each points at somebody; names and numbers are invented.
PERSONAL = """
Mum Sharon was not told of the meeting.
Spoke to mum, Kehinde, who was upset.
His mother (Oona Brannigan) lives in Leeds.
Stepdad Wojciech moved out in May.
step-father Desmond was seen on 3 May.
The sister Aoife was not interviewed.
Sibling: Temitope attends nursery.
Nan Beryl looks after both.
foster carer Mirembe raised this twice.
Social worker Padraig did not visit.
Her partner, called Zoltan, was unknown to us.
The child Ifeoluwa was seen alone.
Baby Kacper was weighed.
Teacher Mrs Okonkwo made the referral.
Dr Featherstonehaugh wrote to us.
Mr. Smith was not told.
J. Smith is the allocated worker.
A.B. Featherstone signed it off.
Smith, J. has been the auditor since 2018.
Allocated to Featherstone, B. in June.
Initials KB known as Kit.
Sarah was seen at school.
I think Mohammed's views are missing.
Liam Brannigan should be named in the plan.
Discussed with Priya on the phone.
DOB 14.3.12
d.o.b. 14/03/2012
She was born on 14 March 2012.
Born 2012-03-14 in Leeds.
Kit (14.3.12) was seen.
date of birth is wrong on the system
Birthday is 14th March
NHS number 943 476 5919 on file.
9434765919
401-023-2137 quoted in the letter
Lives at 14 Acacia Avenue.
Moved to 7a St Marks Road in June.
Flat 12, same block as before.
Postcode LS6 2AB is wrong.
at sw1a 1aa since May
M1 1AE again
Rang 07700 900123 twice.
Tel 0113 496 0000
phone +44 7700 900123
(0113) 496 0000
Wrote to kit.b@example.org
NI number QQ 12 34 56 C not given; AB123456C is.
UPN A123456789012
Mosaic ID 1234567 closed in error.
LCS 654321 has the same address.
case no. 123456
client ref: 7654321
Court number ZW19C00123
""".strip().splitlines()


def test_ordinary_comments_raise_few_alarms():
    wrong = [text for text in ORDINARY if details_in(text)]
    assert len(ORDINARY) == 50
    assert len(wrong) <= 1, wrong


def test_prose_of_this_project_raises_few_alarms():
    """Thousands of sentences about the same subject in which nobody but authors is named."""
    lines = [
        line.strip()
        for path in sorted((ROOT / "tests" / "golden" / "pages").glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if " | " not in line  # a row of a table, where tests go by the names of their authors
    ]
    sentences = {s for line in lines for s in re.split(r"(?<=[.!?])\s+", line) if len(s) > 20}
    assert len(sentences) > 2000
    assert sum(bool(details_in(sentence)) for sentence in sentences) <= len(sentences) / 1000


def test_personal_comments_are_found():
    missed = [text for text in PERSONAL if not details_in(text)]
    assert len(PERSONAL) == 53
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    "label", ["J Smith", "Smith, J.", "Jane Smith", "Mr Jones’ team", "14/03/2012", "14 Mar 2012"]
)
def test_a_label_that_names_somebody_is_found(label):
    assert details_in_label(label)


@pytest.mark.parametrize(
    "label",
    [
        *("East", "Team A", "A Team", "Families First North", "Duty & Assessment", "CiN 2", "MASH"),
        *("Children with Disabilities", "Looked After", "Locality Team 3", "14+ Service", "Q3"),
        *("Child protection", "Chronologies", "Peer audit 2019", "Spring round", "Leaving Care"),
        *("North West", "Safeguarding 1", "Court Team", "Court work", "Round 2", "Random sample"),
    ],
)
def test_labels_of_teams_and_types_raise_no_alarm(label):
    assert details_in_label(label) == ()


def test_nhs_numbers_by_their_check_digit():
    """943 476 5919 and 401 023 2137 are the examples of the NHS; any other last digit is wrong."""
    for whole in ("9434765919", "4010232137"):
        right = [digit for digit in "0123456789" if is_nhs_number(whole[:9] + digit)]
        assert right == [whole[9]]
    # 6 x 2 = 12 leaves 1, which would need the digit 10: such a number is never given out.
    assert not any(is_nhs_number(f"000000006{digit}") for digit in "0123456789")
    assert is_nhs_number("1000000060")  # 1 x 10 + 6 x 2 = 22 leaves 0, and 11 is written 0
    assert not is_nhs_number("0000000000")


def test_the_warning_counts_rows_and_quotes_nothing():
    problems = Problems(file="moderations.csv")
    texts = pd.Series(["fine", "Mum Kehinde rang", "", "DOB 14.3.12"], index=[2, 3, 4, 5])
    warn_of_personal_details(texts, heading="reason", problems=problems)
    assert [(f.row, f.code) for f in problems.findings] == [
        (3, "personal_details"),
        (5, "personal_details"),
    ]
    for finding in problems.findings:
        assert not {"Kehinde", "14.3.12"} & set(finding.message.split())


@pytest.mark.parametrize("piece", ["1", "0 ", "A ", "A. ", "born ", "a.", "mum ", "Flat ", "ref "])
def test_a_text_of_the_greatest_length_is_searched_at_once(piece):
    begun = process_time()
    details_in((piece * 32_767)[:32_767])
    assert process_time() - begun < 1


def test_a_detail_is_found_in_the_first_four_thousand_characters():
    assert details_in("x " * 1_900 + "born 14.3.12") == ("a date of birth",)
