"""A long made-up table to browse."""

from qaf_analysis.kit.parts import Column, Table

TABLE = Table(
    caption="Made-up teams",
    columns=(Column(heading="Team", align="left"), Column(heading="Audits")),
    rows=tuple((f"Team {number}", str(7 * number % 50)) for number in range(1, 31)),
)
