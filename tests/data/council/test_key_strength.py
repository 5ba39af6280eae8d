"""Which keys are refused: those that a person, a rule or a guess could make, and no random one."""

import hashlib
import random
from itertools import islice

import pytest

from qaf_analysis.data.council.key_strength import weakness
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.terms.errors import UsageError

TEXT = b"Jumping zebras vex my quick fowl"


def recurrence(first, step):
    """32 bytes, each made by a rule from those before it."""
    row = list(first)
    while len(row) < 32:
        row.append(step(row) % 256)
    return bytes(row)


FIBONACCI = recurrence([1, 1], lambda row: row[-1] + row[-2])


def with_odd_bytes(secret, *places):
    changed = bytearray(secret)
    for place in places:
        changed[place] ^= 0x93
    return bytes(changed)


def words_of_a_generator(size, order):
    """Eight numbers of a textbook generator (Numerical Recipes), as they lie in memory."""
    state, out = 12345, b""
    for _ in range(8):
        state = (state * 1664525 + 1013904223) % 2**32
        out += state.to_bytes(size, order)
    return out


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (bytes(32), "1 different byte"),
        (b"\xff" * 32, "1 different byte"),
        (b"\x01\x02" * 16, "2 different bytes"),
        (bytes(range(16)) * 2, "16 different bytes"),
        (bytes([7] * 8) + hashlib.sha256(b"x" * 99).digest()[8:], "again and again"),
        (TEXT, "typed text"),
        *((with_odd_bytes(TEXT, place), "typed text") for place in (0, 15, 31)),
        (with_odd_bytes(TEXT, 1, 9, 17, 30), "typed text"),
        ("Übermäßig schöne Vögel jagen wé".encode()[:32], "typed text"),
        (
            bytes.fromhex("3141592653589793238462643383279502884197169399375105820974944592"),
            "digits",
        ),
        *((bytes(range(start, start + 32)), "rule") for start in (0, 128, 224)),
        (bytes(range(255, 223, -1)), "rule"),
        (bytes((7 * n + 3) % 256 for n in range(32)), "rule"),
        (with_odd_bytes(bytes((7 * n + 3) % 256 for n in range(32)), 13), "rule"),
        (bytes(n * n % 256 for n in range(32)), "rule"),
        (bytes(n * (n + 1) // 2 % 256 for n in range(10, 42)), "rule"),
        (bytes((n**3 + 5) % 256 for n in range(32)), "rule"),
        (bytes((n + 128) ^ 0x5A for n in range(32)), "rule"),
        (bytes(pow(3, n, 256) for n in range(32)), "rule"),
        (FIBONACCI, "rule"),
        (FIBONACCI[::-1], "rule"),
        *((with_odd_bytes(FIBONACCI, place), "rule") for place in range(32)),
        (with_odd_bytes(FIBONACCI, 3, 13), "rule"),
        (recurrence([1, 2, 7], lambda row: sum(row[-3:])), "rule"),
        (recurrence([5], lambda row: 13 * row[-1] + 7), "rule"),
        (recurrence([9, 4], lambda row: 6 * row[-1] + 3 * row[-2] + 11), "rule"),
        (words_of_a_generator(4, "little"), "rule"),
        (words_of_a_generator(4, "big"), "rule"),
        (bytes(islice((p for p in range(2, 200) if all(p % d for d in range(2, p))), 32)), "rule"),
        *((hashlib.sha256(text).digest(), "guessed") for text in (b"", b"\n", b"7", b"password")),
        (hashlib.sha256(b"Camden Council").digest(), "guessed"),
        (hashlib.sha512(b"secret").digest()[:32], "guessed"),
        (hashlib.blake2s(b"2024").digest(), "guessed"),
        (random.Random(42).randbytes(32), "guessed"),
    ],
)
def test_a_weak_key_is_refused_with_the_reason(tmp_path, secret, why):
    assert len(secret) == 32
    key = PseudonymKey(secret=secret)
    path = tmp_path / "council.key"
    key.write(path)
    with pytest.raises(UsageError, match=f"weak: .*{why}"):
        PseudonymKey.load(path)


@pytest.mark.parametrize("text", ["Ottershire", "ottershire", "OTTERSHIRE", "ottershire.key"])
def test_the_sum_of_the_councils_own_name_is_refused(text):
    secret = hashlib.sha256(text.encode()).digest()
    assert weakness(secret, council="Ottershire").endswith("can be guessed")
    assert weakness(secret, council="Beavershire") == ""


@pytest.mark.parametrize("council", ["", "Ottershire", "Example County Council", "Nobody’s name"])
def test_the_published_key_of_any_name_is_known_for_what_it_is(council):
    secret = PseudonymKey.demonstration(council).secret
    assert "published" in weakness(secret)
    assert weakness(with_odd_bytes(secret, 31)) == ""


def test_the_published_key_of_earlier_versions_is_refused_too():
    for council in ("Ottershire", "Leeds City Council"):
        secret = hashlib.sha256(f"qaf demonstration key: {council}".encode()).digest()
        assert weakness(secret, council="Ottershire")


@pytest.mark.slow
def test_no_random_key_is_refused(times):
    dice = random.Random("keys")
    keys = (dice.randbytes(32) for _ in range(times(5_000, full=20_000)))
    assert not any(weakness(key, council="Ottershire") for key in keys)
