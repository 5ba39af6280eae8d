"""A report that was made, once more in other formats: the same document, from the kept results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.report.document import Document
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.run.gather import gather
from qaf_analysis.run.manifest import read_manifest, verify_manifest
from qaf_analysis.run.session import Session
from qaf_analysis.terms.errors import RunFailedError

FORMATS = ("pdf", "word", "excel", "csv")


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Files written, the run they come from, and what the reader must know of them."""

    files: tuple[Path, ...]
    run_id: str
    notes: tuple[str, ...]


def document_of_run(run: Path) -> Document:
    """Compose the report of a run anew from the results it keeps.

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
    return quarterly_document(results, run_id=manifest["run_id"], look=session.look)


def export_run(
    run: Path,
    out: Path,
    *,
    formats: tuple[str, ...] = FORMATS,
    reference: bytes | None = None,
    told: Callable[[str], None] = lambda name: None,
) -> Exported:
    """Write the report of a run in other formats into a folder; the run itself is not touched.

    Parameters
    ----------
    run : Path
        Folder of the run.
    out : Path
        Folder to write to.
    formats : tuple of str
        Some of ``FORMATS``.
    reference : bytes, optional
        The council's own Word document, whose styles are used in place of those that the
        settings of the run name.
    told : callable
        Told the name of each format as it is begun.
    """
    document = document_of_run(run)
    private_folder(out)
    written: list[Path] = []
    for name in formats:
        told(name)
        for path, content in _WRITERS[name](document, reference).items():
            private_folder((out / path).parent)
            write_privately(out / path, content)
            written.append(out / path)
    run_id = str(read_manifest(run)["run_id"])
    notes = _letters_replaced(document) if "pdf" in formats else ()
    return Exported(files=tuple(written), run_id=run_id, notes=notes)


def _letters_replaced(document: Document) -> tuple[str, ...]:
    from qaf_analysis.report.writers.typst_source import letters_replaced

    return letters_replaced(document)


def _pdf(document: Document, reference: bytes | None) -> Mapping[str, bytes]:
    from qaf_analysis.report.writers.pdf import write_pdf

    return {"report.pdf": write_pdf(document)}


def _word(document: Document, reference: bytes | None) -> Mapping[str, bytes]:
    from qaf_analysis.report.writers.word import write_word

    return {"report.docx": write_word(document, reference=reference)}


def _excel(document: Document, reference: bytes | None) -> Mapping[str, bytes]:
    from qaf_analysis.report.writers.workbook import workbook

    return {"tables.xlsx": workbook(document)}


def _csv(document: Document, reference: bytes | None) -> Mapping[str, bytes]:
    from qaf_analysis.report.writers.csv_tables import csv_tables

    return {f"tables/{name}": content for name, content in csv_tables(document).items()}


# The writers are imported when they are asked for: each brings a library of its own.
_WRITERS: Mapping[str, Callable[[Document, bytes | None], Mapping[str, bytes]]] = {
    "pdf": _pdf,
    "word": _word,
    "excel": _excel,
    "csv": _csv,
}
