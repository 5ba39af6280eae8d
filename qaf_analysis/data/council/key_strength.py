"""Why a key is no random one: text, a pattern, a sequence by rule, or the sum of a guessable text.

Whoever can guess a key can turn every code back into a name. A key that was typed, counted up or
made from words looks random to no rule below; one that was drawn at random passes them all.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.council.known_councils import ENDINGS, KNOWN_COUNCILS, STARTS

_PUBLISHED = "qaf demonstration key: "
_MARKED = 8  # last bytes of a published key, by which it is known whatever the council's name
# Limits for 32 bytes. Behind each: in how many random keys it is met by chance.
_FEWEST_DIFFERENT = 17  # bytes; fewer in 1 of 10^13
_MOST_ALIKE = 6  # times that one byte stands there; more in 1 of 10^8
_MOST_PRINTED = 27  # bytes that are printed signs; more in 1 of 10^8
_FEWEST_DIGITS = 11  # different hexadecimal digits; fewer in 1 of 10^9
_DEEPEST = 3  # differences of differences of differences: those of cubes are all alike
# Runs in which a rule is sought, for words of so many bits, and how far back the rule may reach.
# In a random key one fits in 1 of 10^12. A sequence with an odd byte is whole in one of its
# halves, one with two in one of its thirds.
_RUNS: tuple[tuple[int, tuple[tuple[int, int], ...], int], ...] = (
    (8, ((0, 16), (16, 32)), 4),
    (8, ((0, 10), (11, 21), (22, 32)), 2),
    (16, ((0, 16),), 4),
    (32, ((0, 8),), 2),
)
_SEEDS = 10_000
_WORDS = """
    password passw0rd secret key test demo example admin changeme letmein welcome qwerty monkey
    dragon football liverpool arsenal chelsea sunshine princess iloveyou council children audit
    audits qaf qaf-key pseudonym pseudonyms pseudonymkey default hello world none null abc abc123
    quality qualityassurance safeguarding ofsted socialcare childrensservices synthetic invented
"""


def weakness(secret: bytes, *, council: str = "") -> str:
    """Why a secret is no random key; empty where nothing speaks against it.

    Of a hundred million random keys about three are refused, and another is then made at once.

    Parameters
    ----------
    secret : bytes
        The 32 bytes of a key.
    council : str
        Name of the council whose key it is, if known.

    Examples
    --------
    >>> weakness(bytes(32)), weakness(b"Jumping zebras vex my quick fowl")
    ('it has only 1 different byte', 'it is typed text')
    >>> weakness(bytes(n * n % 256 for n in range(5, 37)))
    'its bytes follow a rule'
    >>> weakness(hashlib.sha256(b"").digest())
    'it is the sum of a text that can be guessed'
    """
    different = len(set(secret))
    if different < _FEWEST_DIFFERENT:
        return f"it has only {different} different byte{'' if different == 1 else 's'}"
    if max(map(secret.count, secret)) > _MOST_ALIKE:
        return "one byte stands in it again and again"
    if _is_text(secret):
        return "it is typed text"
    if len(set(secret.hex())) < _FEWEST_DIGITS:
        return f"it has only {len(set(secret.hex()))} different digits"
    if _has_alike_steps(secret) or any(_follow_a_rule(*run) for run in _runs(secret)):
        return "its bytes follow a rule"
    if secret[-_MARKED:] == _mark(secret[:-_MARKED]):
        return "it is a published one, for invented data"
    if secret in _guessable_sums() or secret in set(_sums(_texts_of(council))):
        return "it is the sum of a text that can be guessed"
    return ""


def published_secret(council: str) -> bytes:
    """The key for invented data of that name, which anybody can make again.

    Its last bytes are the sum of the others, so that it is known for what it is under any name.

    Examples
    --------
    >>> weakness(published_secret("Example County Council"))
    'it is a published one, for invented data'
    """
    start = hashlib.sha256(f"{_PUBLISHED}{council}".encode()).digest()[:-_MARKED]
    return start + _mark(start)


def _mark(start: bytes) -> bytes:
    return hashlib.sha256(_PUBLISHED.encode() + start).digest()[:_MARKED]


def _is_text(secret: bytes) -> bool:
    """Whether nearly all bytes are printed signs, or all are text with accents or other letters."""
    if sum(32 <= byte < 127 for byte in secret) > _MOST_PRINTED:
        return True
    try:
        text = secret.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)


def _has_alike_steps(secret: bytes) -> bool:
    """Whether steps from byte to byte, or steps of those steps, are of few kinds only."""
    steps: list[Sequence[int]] = [[after ^ before for before, after in pairwise(secret)]]
    row: Sequence[int] = secret
    for _ in range(_DEEPEST):
        row = [(after - before) % 256 for before, after in pairwise(row)]
        steps.append(row)
    return any(len(set(row)) <= len(row) // 2 for row in steps)


def _runs(secret: bytes) -> Iterator[tuple[Sequence[int], int, int]]:
    for bits, spans, reach in _RUNS:
        size = bits // 8
        parts = [secret[start : start + size] for start in range(0, len(secret), size)]
        for order in ("big", "little") if size > 1 else ("big",):
            words = [int.from_bytes(part, order) for part in parts]
            for start, end in spans:
                yield words[start:end], bits, reach


def _follow_a_rule(words: Sequence[int], bits: int, reach: int) -> bool:
    """Whether each word is a fixed sum of multiples of those before it, and of a constant.

    So are counting, squares, powers, Fibonacci's numbers and simple generators of random numbers.
    The equations for the multiples are solved modulo 2^bits by Gauss's elimination: the pivot is
    the entry with the fewest factors of two, which divides all others.
    """
    size = 1 << bits
    rows = [[1, *words[at - reach : at], words[at]] for at in range(reach, len(words))]
    columns = list(range(reach + 1))
    while columns and rows:
        # x & -x is the largest power of two in x.
        power, at, column = min(
            ((row[c] & -row[c]) or size, at, c) for at, row in enumerate(rows) for c in columns
        )
        if power == size:
            break
        pivot = rows.pop(at)
        if pivot[-1] % power:
            return False
        unit = pow(pivot[column] // power, -1, size)
        for row in rows:
            times = row[column] // power * unit
            row[:] = [(a - times * b) % size for a, b in zip(row, pivot, strict=True)]
        columns.remove(column)
    return not any(row[-1] for row in rows)


def _texts_of(council: str) -> Iterator[str]:
    """The published key's text, and whatever else would be typed of a council's name."""
    name = tidy(council)
    slug = "".join(letter if letter.isalnum() else "-" for letter in name.casefold())
    for one in dict.fromkeys((council, name, name.title(), name.lower(), name.upper())):
        yield _PUBLISHED + one
        yield from (one, f"{one} key", f"{one}-key", f"{one.replace(' ', '')}", f"key of {one}")
    yield from (slug, f"{slug}.key", slug.replace("-", ""), slug.replace("-", "_"))


@cache
def _guessable_sums() -> frozenset[bytes]:
    # A generator of random numbers that was started from a small number gives keys to try, too.
    started = (random.Random(seed).randbytes(32) for seed in range(_SEEDS))
    return frozenset((*_sums(_guessable_texts()), *started))


def _guessable_texts() -> Iterator[str]:
    yield from map(str, range(_SEEDS))
    yield from map(chr, range(256))
    for word in _WORDS.split():
        yield from (word, word.title(), word.upper())
        yield from (f"{form}{n}" for form in (word, word.title()) for n in ("1", "12", "123", "!"))
    for name in KNOWN_COUNCILS:
        for whole in (*(start + name for start in STARTS), *(name + end for end in ENDINGS)):
            yield from (whole, _PUBLISHED + whole, whole.lower(), whole.lower().replace(" ", ""))


def _sums(texts: Iterator[str]) -> Iterator[bytes]:
    """Sums of 32 bytes of each text, as it stands and with the end of its line."""
    kinds: tuple[Callable[[bytes], bytes], ...] = (
        lambda data: hashlib.sha256(data).digest(),
        lambda data: hashlib.sha3_256(data).digest(),
        lambda data: hashlib.blake2s(data).digest(),
        lambda data: hashlib.sha512(data).digest()[:32],
        lambda data: hashlib.sha256(hashlib.sha256(data).digest()).digest(),
    )
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        yield from (kind(data) for kind in kinds)
        yield hashlib.sha256(data + b"\n").digest()
        yield hashlib.sha256(data + b"\r\n").digest()
