"""A round owner's desk: the council's exports, the ledger and the round's folder together."""

from __future__ import annotations

