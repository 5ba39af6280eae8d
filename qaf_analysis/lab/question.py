"""A form of questions in JupyterLab that can be answered by keyboard, in full words.

The form is drawn by ``question.js``; what it asks and what becomes of an answer is decided by a
``Conversation`` in Python. Both speak by messages. No question, answer or status is part of the
widget's state: a notebook may keep that state, and a grade on a child's file is no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Literal, Protocol

import anywidget

from qaf_analysis.terms.errors import WorkbenchError

QuestionKind = Literal["radios", "select", "text"]
UNDO = "undo"
"""Id of the button that takes the last answer back; Ctrl and Z press it too."""

_HERE = files("qaf_analysis.lab")
_FAULT = "Not kept: something went wrong in the notebook. Run this cell again."


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a form.

    Parameters
    ----------
    id : str
        By which its answer is told.
    label : str
        The question in words. A screen reader reads it alone, so it names its case too.
    kind : {"radios", "select", "text"}
        Words to choose from, all seen at once; a longer list; words of one's own.
    words : tuple of str
        To choose from; none for a text.
    value : str
        What is chosen or written; empty where nothing is.
    hints : tuple of str
        What each of the words means, in their order; may be left out.
    longest : int
        Letters that a text may have.
    """

    id: str
    label: str
    kind: QuestionKind = "radios"
    words: tuple[str, ...] = ()
    value: str = ""
    hints: tuple[str, ...] = ()
    longest: int = 2_000


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button of a form; the one that ``leads`` on is filled."""

    id: str
    label: str
    leads: bool = False


@dataclass(frozen=True, kw_only=True)
class FormTable:
    """A table inside a form, its cells in words; the first cell of a row is its heading.

    ``numbers`` says of each column whether it holds numbers, which stand to the right.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormPicture:
    """A picture inside a form: an address that holds it whole, its title and its words."""

    title: str
    alt: str
    source: str


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A heading with what stands below it; what has a title of its own needs no heading."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    picture: FormPicture | None = None
    table: FormTable | None = None
    questions: tuple[Question, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """All that a form shows at one time.

    Parameters
    ----------
    id : str
        Another id is drawn afresh, and the heading of section ``at`` gets the focus; with the same
        id only answers, progress and status are brought up to date.
    title : str
        Name of the form to a screen reader.
    sections : tuple of FormSection
    progress, status : str
        How far one is, and what became of the last act.
    alarm : bool
        Whether the status tells of something that went wrong.
    taken : str
        Id of the question whose answer was just taken back: it gets the focus.
    buttons : tuple of Button
    at : int
        Section that the reader is led to.
    shown : tuple of FormSection
        What stands below questions and status, such as what was asked for; it asks nothing.
    """

    id: str
    title: str
    sections: tuple[FormSection, ...]
    progress: str = ""
    status: str = ""
    alarm: bool = False
    taken: str = ""
    buttons: tuple[Button, ...] = ()
    at: int = 0
    shown: tuple[FormSection, ...] = ()


class Conversation(Protocol):
    """Decides what a form asks, and what becomes of the answers."""

    def page(self) -> FormPage:
        """Return what the form shows now."""

    def chose(self, question: str, value: str) -> None:
        """Take an answer."""

    def pressed(self, button: str) -> None:
        """Do what a button says."""

    def refused(self, reason: str) -> None:
        """Tell that an answer or a button came to nothing, and why."""


class QuestionForm(anywidget.AnyWidget):
    """The form of a conversation, as a widget."""

    _esm = _HERE.joinpath("question.js").read_text(encoding="utf-8")
    _css = _HERE.joinpath("question.css").read_text(encoding="utf-8")

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self.conversation = conversation
        self.on_msg(self._hear)

    def __repr__(self) -> str:
        return "A form: run this cell to see it."

    def _hear(self, _: object, content: Mapping[str, Any], buffers: object = None) -> None:
        """Act on a message of the form, and answer with what it shows from now on."""
        try:
            match content["kind"]:
                case "chose":
                    self.conversation.chose(str(content["question"]), str(content["value"]))
                case "pressed":
                    self.conversation.pressed(str(content["button"]))
        except WorkbenchError as error:
            self.conversation.refused(str(error))
        except Exception:
            # JupyterLab hides faults of a widget in its log: the person at the form must know.
            self.conversation.refused(_FAULT)
            raise
        finally:
            page = asdict(self.conversation.page())
            echo = {"view": content.get("view", ""), "number": content.get("number", 0)}
            self.send({**page, "echo": echo})
