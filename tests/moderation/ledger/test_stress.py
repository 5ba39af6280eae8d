"""Several processes at once lose nothing and add nothing twice; a killed one loses nothing."""

from tests.moderation.ledger.stress import PAGE, Killed, Written, killed_writers, many_writers, page


def test_six_processes_lose_nothing_and_write_nothing_twice(tmp_path):
    written = many_writers(tmp_path, decisions=120)
    assert (written.lost, written.twice, written.problems) == (0, 0, ())
    assert written.sent == 120 + 2 * 12  # each of six writes 20 and repeats 2 pairs


def test_a_killed_writer_leaves_a_whole_ledger_with_all_it_acknowledged(tmp_path):
    killed = killed_writers(tmp_path, points=8, seed=1)
    assert (killed.lost, killed.broken, killed.not_gone_on) == (0, 0, 0)
    assert killed.acknowledged > 0


def test_the_measured_page_is_of_full_size_and_says_that_nothing_was_lost():
    text = PAGE.read_text(encoding="utf-8")
    assert "--decisions 10000 --kills 300 --seed 1`" in text
    rows = [
        line.strip("| ").split(" | ") for line in text.splitlines() if line[:3] in ("| 1", "| 3")
    ]
    (decisions, sent, lost, twice, chain, *_), (points, _, _, told, *faults) = rows
    assert (decisions, lost, twice, chain) == ("10,000", "0", "0", "whole")
    assert int(sent.replace(",", "")) > 10_000
    assert points == "300"
    assert int(told.replace(",", "")) > 300
    assert faults == ["0", "0", "0"]


def test_the_page_would_tell_of_a_loss():
    written = Written(decisions=9, processes=6, sent=9, lost=2, twice=1, problems=("x",), seconds=1,
                      longest_wait=1)  # fmt: skip
    killed = Killed(points=7, before_the_first=1, acknowledged=5, lost=3, broken=4, not_gone_on=2,
                    journals=6)  # fmt: skip
    text = page(written, killed, seed=1)
    assert "| 9 | 9 | 2 | 1 | broken | 1 s | 1.0 s |" in text
    assert "| 7 | 1 | 6 | 5 | 3 | 4 | 2 |" in text
