"""Options that several commands share: one wording each, wherever it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataFolder = Annotated[
    Path, typer.Option("--data", help="Folder that holds your exports.", show_default=False)
]
OutputsFolder = Annotated[
    Path | None,
    typer.Option("--outputs", help="Folder for what is made.", show_default="outputs"),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every random draw.", min=0)]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Level = Annotated[float, typer.Option(help="Confidence level.")]
Power = Annotated[float, typer.Option(help="Chance of seeing what is there.")]

Table = Annotated[Path, typer.Argument(help="CSV file or Excel workbook.", show_default=False)]
Levels = Annotated[
    str | None,
    typer.Option(
        help='The scale, worst first: "1,2,3,4".', show_default="Ofsted's four, if they fit"
    ),
]
GoodFrom = Annotated[
    str | None,
    typer.Option(
        help="Lowest level that counts as positive.", show_default="Ofsted's third, or the middle"
    ),
]
Positive = Annotated[
    str | None,
    typer.Option(
        help='What levels from there on are called: "expected standard or better".',
        show_default="made from that level",
    ),
]
