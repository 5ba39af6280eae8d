"""Signatures that everybody can check and only one person can make, with the program ssh-keygen.

A keyed sum shows that an entry is true only to who holds the key, and whoever can check it can
forge it. Who signs a report has a key of two halves instead: the secret half stays with the person,
the public half stands in the ledger once two other people have vouched that it is theirs. Windows
10 and 11, macOS and Linux have ssh-keygen; where it is missing it is said what stands in its place.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind
from qaf_analysis.terms.errors import IntegrityError, UsageError

NAMESPACE = "qaf-sign-off"
VOUCHERS = 2
PROGRAM = "ssh-keygen"
_PUBLIC = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})"
)
_SECONDS = 120  # to type a passphrase


def can_sign() -> bool:
    """Whether this computer has the program that signs and checks."""
    return shutil.which(PROGRAM) is not None


def without_signature(key_id: str) -> str:
    """What is said of a sign-off that has no signature of two halves.

    Examples
    --------
    >>> without_signature("4f2a09c1d2e3")[:48]
    'Checked by the holder of the key 4f2a09c1d2e3; n'
    """
    return (
        f"Checked by the holder of the key {key_id}; nobody else can check it, because no public "
        "key was used."
    )


def public_key(text: str) -> str:
    """A public key as it stands in its file, without the comment, which may hold a name.

    Raises
    ------
    UsageError
        If it is none; a secret key is never taken.
    """
    if "PRIVATE KEY" in text:
        raise UsageError("This is a secret key. Give the public one: the file that ends in .pub.")
    found = _PUBLIC.match(text.strip())
    if not found:
        raise UsageError("This is no public key: it begins with a word such as ssh-ed25519.")
    return found.group(0)


def voucher(*, of: str, key: str, by: str, withdrawn: bool = False) -> Draft:
    """The entry by which a person vouches that a public key is another's, or takes it back.

    Parameters
    ----------
    of : str
        Code of the person whose key it is.
    key : str
        The public key.
    by : str
        Code of the person who vouches, having compared the key with its owner.
    withdrawn : bool
        Whether the key is to count no longer, because it was lost or seen by others.

    Raises
    ------
    UsageError
        If it is no public key, or a person vouches for their own.
    """
    plain = public_key(key)
    if by == of and not withdrawn:
        raise UsageError("Nobody vouches for their own key: two other people do.")
    state = "withdrawn" if withdrawn else "vouched"
    return Draft(
        op=f"key {of} {plain} {state} {by}",
        kind=Kind.KEY,
        who=by,
        about=f"key/{of}",
        body={"of": of, "public_key": plain, "state": state},
    )


def enrolled_keys(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Public keys of each person that count: two others vouched, and nobody took it back.

    Parameters
    ----------
    entries : iterable of Entry
        Entries of a ledger; of those of kind ``KEY`` only, so that all can be given. What stands
        after a signature can be left out, for a key may have been withdrawn since.
    """
    vouched = dict[tuple[str, str], set[str]]()
    withdrawn = set[tuple[str, str]]()
    for entry in entries:
        if entry.kind is not Kind.KEY:
            continue
        one = (str(entry.body["of"]), str(entry.body["public_key"]))
        if entry.body["state"] == "withdrawn":
            withdrawn.add(one)
        elif entry.who != one[0]:
            vouched.setdefault(one, set()).add(entry.who)
    found = dict[str, tuple[str, ...]]()
    for (person, key), by in vouched.items():
        if len(by) >= VOUCHERS and (person, key) not in withdrawn:
            found[person] = (*found.get(person, ()), key)
    return found


def sign(content: bytes, key_file: Path) -> str:
    """Sign bytes with a person's secret key; ssh-keygen asks for its passphrase.

    Parameters
    ----------
    content : bytes
        What is signed.
    key_file : Path
        The secret key, or the public one where a key agent holds the secret.

    Returns
    -------
    str
        The signature as text.

    Raises
    ------
    UsageError
        If there is no ssh-keygen, or it does not sign with that key.
    """
    if not key_file.is_file():
        raise UsageError(f"There is no key “{key_file}”; ssh-keygen -t ed25519 makes one.")
    done = _run(["-Y", "sign", "-f", str(key_file), "-n", NAMESPACE], content)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise UsageError(
            f"{PROGRAM} did not sign with {key_file.name}: the passphrase was wrong or not asked "
            "for, the key is damaged, or others may read it. In a notebook no passphrase can be "
            "typed: sign from the command line (qaf review)."
        )
    return done.stdout.decode("ascii")


def is_signed_by(content: bytes, signature: str, keys: Sequence[str]) -> bool:
    """Whether one of the public keys belongs to the secret key that signed exactly these bytes.

    Raises
    ------
    UsageError
        If there is no ssh-keygen.
    IntegrityError
        If a key is none.
    """
    plain = []
    for key in keys:
        try:
            plain.append(public_key(key))
        except UsageError:
            raise IntegrityError("A public key in the ledger is none.") from None
    if not plain:
        return False
    with tempfile.TemporaryDirectory(prefix="qaf-") as folder:
        allowed, signed = Path(folder) / "allowed", Path(folder) / "signature"
        allowed.write_bytes(
            "".join(f'signer namespaces="{NAMESPACE}" {key}\n' for key in plain).encode("ascii")
        )
        signed.write_bytes(signature.encode("utf-8"))
        options = ["-f", str(allowed), "-I", "signer", "-n", NAMESPACE, "-s", str(signed)]
        return _run(["-Y", "verify", *options], content).returncode == 0


def _run(options: Sequence[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(PROGRAM)
    if program is None:
        raise UsageError(
            f"This computer has no {PROGRAM}: nothing can be signed with a public key, or checked. "
            "On Windows it is the optional feature OpenSSH Client."
        )
    try:
        return subprocess.run(
            [program, *options], input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"{PROGRAM} waited {_SECONDS} seconds for a passphrase.") from None
