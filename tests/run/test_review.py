"""A report reviewed and signed: what refuses a signature, what voids one, and what copies show."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass

import pytest
from lxml import html

from qaf_analysis.cli import app
from qaf_analysis.moderation.ledger.entries import Draft, Kind
from qaf_analysis.moderation.ledger.signature import voucher
from qaf_analysis.run import manifest
from qaf_analysis.run.export import export_run
from qaf_analysis.run.review_session import Review, open_review
from qaf_analysis.terms.errors import IntegrityError, RunFailedError, UsageError
from tests.run.small_council import write_small_council
from tests.run.test_verify import resealed

pytestmark = pytest.mark.slow
ANALYST, OTHER, MODERATOR = "A-02", "M-04", "M-07"
FAILED = "check-some-audits-were-graded-by-two-auditors"


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_MODERATION", str(tmp_path / "moderation"))
    monkeypatch.setenv("QAF_LEDGER_KEY", str(tmp_path / "keys" / "ledger-key"))


@dataclass
class Desk:
    """A small run with its ledger; ``review`` opens it for a person."""

    small: object

    def review(self, who=OTHER, **more) -> Review:
        return open_review(run=self.small.run, reviewer=who, made_by=ANALYST, **more)

    def ready(self, who=OTHER) -> Review:
        """Repeated, and the failed check spoken to."""
        review = self.review(who)
        review.reproduce(data=self.small.data)
        review.note(FAILED, state="accept", words="Known: a small programme.")
        return review


@pytest.fixture
def desk(small):
    return Desk(small)


def sign(review, decision="sign", **more):
    return review.sign(decision=decision, **more)


def test_a_repeated_run_is_signed_and_copies_say_so_but_the_run_stays_as_it_is(desk, tmp_path):
    before = {p: p.read_bytes() for p in desk.small.run.rglob("*") if p.is_file()}
    review = desk.ready()
    told = sign(review, role="external moderator", comments="Twelve audits only.")
    assert "Checked and signed by the external moderator (M-04)" in str(told)
    assert "No" not in review.state.sentences[1]
    entry = review.ledger.entries(kinds=[Kind.SIGN])[0]
    page = hashlib.sha256((desk.small.run / "report.html").read_bytes()).hexdigest()
    assert entry.body["report"]["committee"] == page
    assert entry.body["reproduced"]["outcome"] == "identical"
    assert entry.body["ledger"] == {
        "id": review.ledger.id,
        "seq": entry.seq,
        "prev": entry.prev.hex()[:16],
    }
    assert entry.body["data_checks"] == {"passed": 8, "failed": 1, "could_not_run": 5}
    made = export_run(
        desk.small.run, tmp_path / "out", formats=("html",),
        editions=("committee", "working", "annex"), sign_off=review.sign_off,
    )  # fmt: skip
    for path in made.files:
        said = html.parse(path).getroot().text_content()
        assert "Checked and signed by the external moderator (M-04)" in said
        assert "Comments of the external moderator (M-04): Twelve audits only." in said
        assert f"ledger {entry.head}" in said
        assert "Draft, not signed" not in said
    assert {p: p.read_bytes() for p in desk.small.run.rglob("*") if p.is_file()} == before


def test_the_body_is_exactly_what_was_agreed(desk):
    review = desk.ready()
    sign(review, conflicts="I was a team manager here")
    body = review.ledger.entries(kinds=[Kind.SIGN])[0].body
    assert set(body) == {
        "schema", "run_id", "report", "results_sha256", "data_checks", "reproduced", "signer",
        "decision", "comments", "queries", "conflicts", "own_share", "statement", "key_id",
        "ledger", "at",
    }  # fmt: skip
    assert set(body["reproduced"]) == {
        "at", "by", "machine", "outcome", "figures_compared", "largest_difference",
    }  # fmt: skip
    assert set(body["signer"]) == {"code", "role", "organisation", "external"}
    assert body["conflicts"] == "I was a team manager here"
    assert body["own_share"] == 0


def test_nobody_signs_what_was_not_repeated(desk):
    review = desk.review()
    review.note(FAILED, state="accept", words="Known.")
    with pytest.raises(IntegrityError, match="not repeated yet"):
        sign(review)
    assert review.ledger.entries(kinds=[Kind.SIGN]) == ()


def test_nobody_signs_what_was_repeated_with_another_result(desk):
    review = desk.ready()
    write_small_council(desk.small.data, grade="Outstanding")
    review.reproduce(data=desk.small.data)
    with pytest.raises(IntegrityError, match="outcome was: differs"):
        sign(review)


def test_nobody_signs_other_bytes_than_those_that_were_repeated(desk):
    desk.ready()
    page = desk.small.run / "working.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(RunFailedError, match="not as it was made"):
        desk.review()
    resealed(desk.small.run)
    with pytest.raises(IntegrityError, match="not those that were repeated"):
        sign(desk.review())


def test_a_failed_data_check_must_be_spoken_to(desk):
    review = desk.review()
    review.reproduce(data=desk.small.data)
    with pytest.raises(IntegrityError, match="graded by two auditors” failed"):
        sign(review)
    # The word of another is not the signer's.
    desk.review("M-09").note(FAILED, state="accept", words="Fine with me.")
    with pytest.raises(IntegrityError, match="graded by two auditors” failed"):
        sign(review)
    sign(review, comments="The check “Some audits were graded by two auditors” is known to fail.")


def test_the_analyst_does_not_sign_and_somebody_must_be_known_to_be_it(desk):
    with pytest.raises(IntegrityError, match="A-02 made this run"):
        sign(desk.ready(ANALYST))
    nobody = open_review(run=desk.small.run, reviewer=OTHER)
    with pytest.raises(IntegrityError, match="Nobody is known to have made this run"):
        sign(nobody)


def test_the_run_itself_says_who_made_it_where_it_knows(small, monkeypatch):
    monkeypatch.setenv("QAF_MADE_BY", ANALYST)
    built = small.again(seed=2)
    assert manifest.read_manifest(built.folder)["made_by"] == ANALYST
    with pytest.raises(UsageError, match="says that A-02 made it"):
        open_review(run=built.folder, reviewer=OTHER, made_by="A-09")


def in_roster(review, name):
    """The private roster of a round, in which the moderator has the name of the exports."""
    folder = review.ledger.folder / "rounds" / "R1"
    folder.mkdir(parents=True, exist_ok=True)
    told = [{"code": MODERATOR, "name": name, "source": "", "is_external": True, "teams": []}]
    (folder / "roster.json").write_text(json.dumps(told), encoding="utf-8")


def test_who_graded_part_of_it_signs_only_beside_somebody_who_did_not(desk):
    review = desk.ready(MODERATOR)
    in_roster(review, "Moderator 1")
    with pytest.raises(IntegrityError, match="25% of the grades are M-07's own"):
        sign(review)
    sign(desk.ready(OTHER))
    sign(review)
    assert "M-04" in str(review.state)
    assert "M-07" in str(review.state)


def test_nobody_signs_a_run_of_only_their_own_grades(desk, monkeypatch):
    from qaf_analysis.run import review_session

    sign(desk.ready(OTHER))
    monkeypatch.setattr(review_session, "own_share", lambda run, names: 1.0)
    with pytest.raises(IntegrityError, match="Every grade of this run is M-07's own"):
        sign(desk.ready(MODERATOR))


def test_open_queries_need_a_signature_that_says_so(desk):
    review = desk.ready()
    with pytest.raises(IntegrityError, match="No query is open"):
        sign(review, "sign_with_queries")
    review.note("verdict-moderation", state="query", words="Why four only?")
    with pytest.raises(IntegrityError, match="1 query is open"):
        sign(review)
    sign(review, "sign_with_queries")
    sign_off = review.sign_off
    assert [(query.words, query.card) for query in sign_off.queries] == [("Why four only?", 2)]
    review.note("verdict-moderation", state="accept")
    assert review.sign_off.queries == ()


def test_a_refusal_says_why_and_leaves_a_draft(desk):
    review = desk.review()
    with pytest.raises(IntegrityError, match="Say why"):
        sign(review, "refuse")
    sign(review, "refuse", comments="The sample was chosen by hand.")
    assert "refused to sign" in str(review.state)
    assert review.sign_off.watermark == "Draft, not signed"


def test_a_signature_is_withdrawn_by_its_signer_alone(desk):
    review = desk.ready()
    sign(review)
    with pytest.raises(UsageError, match="M-09 has not signed"):
        desk.review("M-09").withdraw(words="No.")
    with pytest.raises(UsageError, match="Say why"):
        review.withdraw(words=" ")
    review.withdraw(words="A case was read by a colleague.")
    assert "was withdrawn on" in str(review.state)
    assert review.sign_off.watermark == "Signature withdrawn"
    sign(review)
    assert review.sign_off.is_valid


@pytest.mark.parametrize("changed", ["one grade", "a parameter", "a line of code"])
def test_whatever_is_changed_after_signing_voids_it(desk, monkeypatch, changed):
    review = desk.ready()
    sign(review)
    if changed == "one grade":
        write_small_council(desk.small.data, regraded="Outstanding")
    if changed == "a line of code":
        monkeypatch.setattr(manifest, "tree_sha256", lambda folder: "e" * 64)
    built = desk.small.again(seed=2 if changed == "a parameter" else 1)
    assert built.run_id != review.run_id
    by = built.run_id[:8]
    assert f"(run {by}). This copy's signature no longer applies." in str(review.state)
    assert review.sign_off.watermark == "Superseded"
    # The new run is nobody's yet.
    fresh = open_review(run=built.folder, reviewer=OTHER)
    assert "Not signed. A draft: do not quote." in str(fresh.state)


def test_the_same_run_made_again_stays_signed(desk):
    review = desk.ready()
    sign(review)
    again = desk.small.again()
    assert again.folder == desk.small.run
    assert review.sign_off.is_valid
    # Another run in between, and then the first once more from its own inputs.
    desk.small.again(seed=2)
    assert not review.sign_off.is_valid
    desk.small.again()
    assert review.sign_off.is_valid


def test_pages_put_in_place_of_those_that_were_signed_are_seen(desk):
    sign(desk.ready())
    page = desk.small.run / "report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("12", "13", 1), encoding="utf-8")
    resealed(desk.small.run)
    with pytest.raises(IntegrityError, match="committee of this run is not what M-04 signed"):
        _ = desk.review().sign_off


def test_a_signature_copied_to_another_run_is_none(desk):
    review = desk.ready()
    sign(review)
    body = dict(review.ledger.entries(kinds=[Kind.SIGN])[0].body)
    other = desk.small.again(seed=2)
    forged = Draft(op="x", kind=Kind.SIGN, who=OTHER, about=f"run/{other.run_id}", body=body)
    from datetime import UTC, datetime

    review.ledger.append([forged], now=datetime.now(UTC))
    with pytest.raises(IntegrityError):
        _ = open_review(run=other.folder, reviewer=OTHER).sign_off


needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")


@needs_ssh
def test_a_signers_own_key_is_checked_by_everybody(desk, tmp_path):
    from datetime import UTC, datetime

    path = tmp_path / "own"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    review = desk.ready()
    public = path.with_suffix(".pub").read_text(encoding="utf-8")
    vouched = [voucher(of=OTHER, key=public, by=by) for by in ("M-08", "M-09")]
    review.ledger.append(vouched, now=datetime.now(UTC))
    sign(review, key_file=path)
    reader = desk.review(for_reading=True)
    assert reader.sign_off.is_valid
    assert "which everybody can check" in str(reader.state)


@needs_ssh
def test_a_key_that_nobody_vouched_for_signs_nothing(desk, tmp_path):
    path = tmp_path / "own"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    with pytest.raises(IntegrityError, match="vouched"):
        sign(desk.ready(), key_file=path)


def run(*arguments, capsys):
    code = app.run([str(each) for each in arguments])
    out = capsys.readouterr()
    return code, " ".join((out.out + out.err).split())


def test_the_commands_lead_from_a_finding_to_a_signed_copy(desk, tmp_path, capsys):
    small = desk.small
    code, said = run("verify", small.run, "--data", small.data, "--record", "--as", OTHER,
                     capsys=capsys)  # fmt: skip
    assert code == 0, said
    assert "Identical" in said
    code, said = run("review", "show", small.run, capsys=capsys)
    assert code == 0
    assert "verdict-moderation" in said
    sign_it = ("review", "sign", small.run, "--as", OTHER, "--role", "external moderator",
               "--conflicts", "none", "--made-by", ANALYST)  # fmt: skip
    code, said = run(*sign_it, "--decision", "sign", capsys=capsys)
    assert code == 8
    assert said.startswith("Not signed.")
    code, said = run("review", "note", small.run, FAILED, "accept", "--as", OTHER, "--words",
                     "Known.", capsys=capsys)  # fmt: skip
    assert code == 0, said
    code, said = run(*sign_it, "--decision", "sign", capsys=capsys)
    assert code == 0, said
    assert "Checked and signed by the external moderator (M-04)" in said
    code, said = run("verify", small.run, "--data", small.data, capsys=capsys)
    assert code == 0, said
    assert "Ledger: No entry was changed" in said
    assert "Signature: Checked and signed" in said
    out = tmp_path / "out"
    code, said = run("export", small.run, "--signed", "--out", out, "--formats", "html",
                     capsys=capsys)  # fmt: skip
    assert code == 0, said
    assert "Checked and signed" in (out / "report.html").read_text(encoding="utf-8")
    write_small_council(small.data, grade="Outstanding")
    code, said = run("verify", small.run, "--data", small.data, capsys=capsys)
    assert code == 8
    assert "input: audits.csv was changed" in said
    code, said = run("review", "withdraw", small.run, "--as", OTHER, "--words", "Changed.",
                     capsys=capsys)  # fmt: skip
    assert code == 0, said
    assert "was withdrawn" in said


def test_wrong_uses_say_what_to_write(desk, capsys):
    small = desk.small
    for arguments, told in (
        (("verify", small.run, "--record"), "--as M-04"),
        (("review", "note", small.run, "verdict-x", "accept", "--as", OTHER), "is no finding"),
        (("review", "note", small.run, FAILED, "maybe", "--as", OTHER), "write accept, query or"),
        (("review", "note", small.run, FAILED, "query", "--as", OTHER), "Say what you query"),
    ):
        code, said = run(*arguments, capsys=capsys)
        assert code == 2, said
        assert told in said


def test_a_broken_ledger_is_told_and_costs_the_verification(desk, capsys):
    import sqlite3

    review = desk.ready()
    sign(review)
    with sqlite3.connect(review.ledger.path) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE entry SET who = 'M-05' WHERE kind = 'sign'")
    connection.close()
    code, said = run("verify", desk.small.run, "--data", desk.small.data, capsys=capsys)
    assert code == 8
    assert "was changed" in said
