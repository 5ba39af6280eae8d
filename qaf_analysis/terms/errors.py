"""Named errors. Each message says what was found, what was expected and how to mend it."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Something the reader of the message can put right; never shown with a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the message alone."""
        return [str(self)]


class SettingsError(WorkbenchError):
    """The council's settings file is not as it should be."""


class InputRejectedError(WorkbenchError):
    """The input cannot be used at all; nothing was loaded and nothing was changed."""


class UsageError(WorkbenchError):
    """A command or a parameter was not as it should be."""


class RunFailedError(WorkbenchError):
    """A notebook or a writer failed; earlier reports are untouched."""


class RunLockedError(WorkbenchError):
    """Another run of the same council is under way."""


class DisclosureError(WorkbenchError):
    """A result may not leave in the edition asked for."""


class IntegrityError(WorkbenchError):
    """A ledger or a signature is not as it should be, or may not be given."""


class UnknownGradeError(WorkbenchError, ValueError):
    """A grade lies outside the declared scale."""


class UnknownQuarterError(WorkbenchError, ValueError):
    """A quarter is not written like ``2019-20 Q3``."""


class ShapeError(WorkbenchError, ValueError):
    """Arrays given to a statistic do not fit each other."""


class DocumentError(WorkbenchError, ValueError):
    """A table, picture or document could not be read by everybody, or not safely."""
