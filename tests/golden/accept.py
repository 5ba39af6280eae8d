"""Keep a golden page that changed: python -m tests.golden.accept "kinder" --because "…"

The reason is written beside the page's hash, and a test holds that the last reason is that of the
page which is kept: a page cannot be overwritten in silence.
"""

from __future__ import annotations

import argparse
import sys

from tests.golden.councils import NAMES
from tests.golden.kept import Kept, NotAcceptedError


def main(arguments: list[str] | None = None, *, kept: Kept | None = None) -> int:
    """Accept the pages that are named; return 1 and say why where one cannot be accepted."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.accept", description=__doc__)
    parser.add_argument("names", nargs="+", help=f"councils whose pages were read: {NAMES}")
    parser.add_argument("--because", required=True, help="why the pages change, in one line")
    asked = parser.parse_args(arguments)
    try:
        for name in asked.names:
            (kept or Kept()).accept(name, because=asked.because)
    except NotAcceptedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
