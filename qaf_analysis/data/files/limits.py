"""How large a file may be and what may stand in it: every number of the reading, once.

Each limit is far above any council's export and low enough that whatever exceeds it is answered
within ten seconds and 500 MB, on a laptop. They are held before anything is parsed: first the size
that the disk tells, then the zip file's list of parts, then the counts of lines, cells and tags.
"""

from __future__ import annotations

# Whole files, by what the disk says of their size.
MAX_TABLE_BYTES = 150_000_000
MAX_WORKBOOK_BYTES = 100_000_000
MAX_SETTINGS_BYTES = 1_000_000
MAX_SETTINGS_DIGITS = 15
"""Digits of a number in the settings; with more it would not be exact anywhere."""
MAX_SETTINGS_TEXT = 1_000
"""Characters of a text in the settings, a query apart; messages quote such texts."""
MAX_SETTINGS_DEPTH = 12
"""Tables inside tables; the deepest of ours is the fourth."""

# A table, whatever it came from.
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters of a cell, as Excel has it; a row with a longer one is set aside."""
HEADER_WITHIN = 30

# Text files.
MAX_LINES = 3 * MAX_ROWS
"""Line ends; more than rows because blank lines and line breaks inside cells are allowed."""
MAX_SEPARATORS = 25_000_000
MAX_TEXTS = 2_000_000
"""Different texts of a table, counted column by column and block by block; each costs about a
hundred bytes, however short. A million rows with one text of their own, and many alike, are
within it."""
MAX_CELLS_IN_TURN = 12_000_000
"""Cells that are cut out one by one, where each keeps a text of its own."""
MAX_LINE_BYTES = 8_000_000
MAX_FIELD = 2_000_000
"""Characters up to which a cell is cut out at all; the reader keeps four bytes for each."""
MAX_MISFITS = 20_000
"""Rows of another length than the header, if they are more than half: then it is no table."""
NUL_TAIL = 16
"""NUL bytes at the end of a file from which it counts as cut short."""

# The zip file of a workbook.
MAX_DIRECTORY_BYTES = 1_000_000
MAX_PARTS = 2_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
SMALL_PART = 1_000_000
"""Bytes; a small part may compress well by chance."""

# The parts of a workbook.
MAX_SHEETS = 100
MAX_TAGS = 4_500_000
"""Opening and closing tags of all sheets, shared texts and formats together: a cell takes four to
six, so that this is about a million cells."""
MAX_ATTRIBUTES = 4_000_000
"""Of all these tags; a cell has two or three."""
MAX_KINDS_OF_TAG = 1_000
"""And of attributes: the parser never forgets a name; Excel has a few dozen of each."""
MAX_FILLED_ROWS = 300_000
"""Of all sheets together."""
MAX_CHARACTERS = 150_000_000
"""Of all cells of a sheet; a text that many cells refer to counts in each of them."""
MAX_FORMATS = 70_000
"""Excel itself allows 65,490."""
MAX_TOKEN = 1_000_000
"""Bytes of one tag or comment; the parser would go over a longer one again and again."""
MAX_DEPTH = 50
"""Tags inside tags; Excel needs nine."""
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MAX_MERGED = 1_000_000
"""Cells that merged ranges cover, among those rows and columns that hold anything."""
