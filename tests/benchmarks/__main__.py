"""``python -m tests.benchmarks NAME``: a single benchmark, or ``all`` of them for docs/benchmarks.md."""

from __future__ import annotations

import sys

from tests.benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main())
