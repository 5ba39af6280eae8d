"""A report that was made, once more in other formats: the same editions, from the kept results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.every import COMMITTEE, FILES, WORKING, Editions, every_edition
from qaf_analysis.report.look import Look
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.report.signoff import SignOff
from qaf_analysis.run.gather import gather
from qaf_analysis.run.manifest import read_manifest, verify_manifest
from qaf_analysis.run.session import Session
from qaf_analysis.terms.errors import RunFailedError
from qaf_analysis.topics.registry import Results

FORMATS = ("pdf", "word", "excel", "csv")
EVERY_FORMAT = (*FORMATS, "html")
"""The web pages stand in the run already, unsigned; they are made anew for a signed copy."""

USUAL_EDITIONS = (COMMITTEE, WORKING)
AUDITORS_FILE = "auditors.xlsx"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Files written, the run they come from, and what the reader must know of them."""

    files: tuple[Path, ...]
    run_id: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeptRun:
    """What a finished run keeps for composing its report anew."""

    results: Results
    run_id: str
    look: Look
    unsigned: SignOff


def kept_run(run: Path) -> KeptRun:
    """Read the results of a finished run.

    Raises
    ------
    RunFailedError
        If the folder holds no whole run, or something in it was changed since it was made.
    """
    manifest = read_manifest(run)
    problems = verify_manifest(run).problems
    if problems:
        raise RunFailedError(
            f"{run.name} is not as it was made ({problems[0]}), so it is not exported. Make the "
            "report again."
        )
    quarter = manifest["identity"]["parameters"]["quarter"]
    session = Session(data=run, work=run, asked=quarter, by_hand=False)
    results = gather(session, keep=False)
    return KeptRun(
        results=results,
        run_id=str(manifest["run_id"]),
        look=session.look,
        unsigned=session.unsigned,
    )


def document_of_run(run: Path) -> Document:
    """Compose the long report of a run anew, with its tables about single auditors.

    Raises
    ------
    RunFailedError
        As ``kept_run``.
    """
    kept = kept_run(run)
    return quarterly_document(kept.results, run_id=kept.run_id, look=kept.look)


def editions_of_run(run: Path, *, sign_off: SignOff | None = None) -> Editions:
    """Compose every edition of a run anew from the results it keeps.

    Parameters
    ----------
    run : Path
        Folder of the run, which is sealed and says nothing of signatures.
    sign_off : SignOff, optional
        Its signature; a draft without one.

    Raises
    ------
    RunFailedError
        As ``kept_run``.
    """
    from qaf_analysis.report.writers.pdf import layout

    kept = kept_run(run)
    return every_edition(
        kept.results,
        run_id=kept.run_id,
        lay_out=layout,
        look=kept.look,
        sign_off=kept.unsigned if sign_off is None else sign_off,
    )


def export_run(
    run: Path,
    out: Path,
    *,
    formats: tuple[str, ...] = FORMATS,
    editions: tuple[str, ...] = USUAL_EDITIONS,
    reference: bytes | None = None,
    auditors_to: Path | None = None,
    told: Callable[[str], None] = lambda name: None,
    sign_off: SignOff | None = None,
) -> Exported:
    """Write the report of a run in other formats into a folder; the run itself is not touched.

    Parameters
    ----------
    run : Path
        Folder of the run.
    out : Path
        Folder to write to.
    formats : tuple of str
        Some of ``EVERY_FORMAT``. Workbook and CSV hold the tables of the annex.
    editions : tuple of str
        Which editions are written as PDF and Word.
    reference : bytes, optional
        The council's own Word document, whose styles are used in place of those that the
        settings of the run name.
    auditors_to : Path, optional
        Folder for the workbook of the tables about single auditors; it is made only for this.
    told : callable
        Told the name of each format as it is begun.
    sign_off : SignOff, optional
        The signature that each first page shows; a draft without one.
    """
    found = editions_of_run(run, sign_off=sign_off)
    sealed = {} if auditors_to is None else _auditors(found)  # refused before a file is written
    private_folder(out)
    written: list[Path] = []
    for name in formats:
        told(name)
        written += _write(out, _files(name, found, editions, reference))
    if auditors_to is not None:
        private_folder(auditors_to)
        written += _write(auditors_to, sealed)
    notes = tuple(_letters_replaced(found, editions)) if "pdf" in formats else ()
    run_id = str(read_manifest(run)["run_id"])
    return Exported(files=tuple(written), run_id=run_id, notes=notes)


def _write(out: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    for path, content in files.items():
        private_folder((out / path).parent)
        write_privately(out / path, content)
        yield out / path


# The writers are imported when they are asked for: each brings a library of its own.


def _files(
    name: str, found: Editions, editions: tuple[str, ...], reference: bytes | None
) -> Mapping[str, bytes]:
    match name:
        case "pdf":
            from qaf_analysis.report.writers.pdf import write_pdf

            return {f"{FILES[each]}.pdf": write_pdf(found[each]) for each in editions}
        case "word":
            from qaf_analysis.report.writers.word import write_word

            return {
                f"{FILES[each]}.docx": write_word(found[each], reference=reference)
                for each in editions
            }
        case "html":
            from qaf_analysis.report.html import html_page

            return {
                f"{FILES[each]}.html": html_page(found[each]).encode("utf-8") for each in editions
            }
        case "excel":
            from qaf_analysis.report.writers.workbook import workbook

            return {"tables.xlsx": workbook(found.annex)}
        case _:
            from qaf_analysis.report.writers.csv_tables import csv_tables

            return {f"tables/{name}": told for name, told in csv_tables(found.annex).items()}


def _auditors(found: Editions) -> Mapping[str, bytes]:
    from qaf_analysis.report.writers.workbook import workbook

    return {AUDITORS_FILE: workbook(found.whole, auditors="alone")}


def _letters_replaced(found: Editions, editions: tuple[str, ...]) -> Iterator[str]:
    from qaf_analysis.report.writers.typst_source import letters_replaced

    told = (note for each in editions for note in letters_replaced(found[each]))
    yield from dict.fromkeys(told)
