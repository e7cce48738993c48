"""`python -m tests.corpus`: the quality table, the confusion matrices and the worst errors; fails below a floor."""

from __future__ import annotations

import sys

from tests.corpus.table import below_floors, measure, show

if __name__ == "__main__":
    measured = measure()
    print(show(measured))
    mistakes = below_floors(measured.values)
    print("\n".join(mistakes) or "all floors hold")
    sys.exit(1 if mistakes else 0)
