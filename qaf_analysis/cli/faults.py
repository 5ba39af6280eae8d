"""Which exit code an error gives, and what is said of it: never a traceback, never a cell."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qaf_analysis.cli.console import warn
from qaf_analysis.terms import errors

BUILT = 0
USAGE = 2
REJECTED = 3
QUARANTINED = 4
FAILED = 5
LOCKED = 6
DISCLOSURE = 7
INTEGRITY = 8
INTERRUPTED = 130
BUG = 70

_CODES: tuple[tuple[type[errors.WorkbenchError], int], ...] = (
    (errors.UsageError, USAGE),
    (errors.UnknownQuarterError, USAGE),
    (errors.InputRejectedError, REJECTED),
    (errors.SettingsError, REJECTED),
    (errors.RunLockedError, LOCKED),
    (errors.DisclosureError, DISCLOSURE),
    (errors.IntegrityError, INTEGRITY),
    (errors.WorkbenchError, FAILED),
)


STOPPED = "Stopped. Your files and earlier reports are as they were."
"""Said where a command was stopped at a place that has no more to tell."""


class StoppedError(Exception):
    """The user pressed the stop key; the message says what was kept."""


@contextmanager
def telling_of_a_stop(kept: str) -> Iterator[None]:
    """Say what was kept if the stop key is pressed in the block.

    Parameters
    ----------
    kept : str
        What of the work is there, in a sentence or two. Notes on the exception say more.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        # The parser of the command line would take the key itself and tell nothing.
        notes = getattr(stop, "__notes__", ())
        raise StoppedError(" ".join([STOPPED, kept, *notes])) from None


def explain(error: BaseException) -> int:
    """Say what went wrong, and return the exit code.

    Parameters
    ----------
    error : BaseException
        Whatever ended the command.
    """
    for kind, code in _CODES:
        if isinstance(error, kind):
            warn(str(error))
            return code
    if isinstance(error, StoppedError):
        warn(str(error))
        return INTERRUPTED
    if isinstance(error, OSError) and error.strerror:
        what = f" ({Path(str(error.filename)).name})" if error.filename else ""
        warn(f"The computer refused: {error.strerror}{what}. Earlier reports are untouched.")
        return FAILED
    if isinstance(error, MemoryError):
        warn("There was too little memory. Close other programs, or give fewer files at a time.")
        return FAILED
    warn(
        f"This is a fault of the workbench, not of your data: {fault_place(error)}. Earlier "
        f"reports are untouched. Please report it with its number, {fault_id(error)}."
    )
    return BUG


def fault_place(error: BaseException) -> str:
    """Kind of the error and the line of code it came from, without its message.

    Messages of errors that nobody foresaw may quote a cell of the data.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def fault_id(error: BaseException) -> str:
    """Short number of a fault: the same wherever and whenever the same code fails alike."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}" for frame in frames]
    text = "\n".join([type(error).__name__, *places])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
