"""``python -m tests.windows``: builds the Windows machine.

``python -m tests.windows unit [WORDS...]`` runs the unit tests on it, with words for pytest.
"""

from __future__ import annotations

import sys
import time

from tests.windows import unit
from tests.windows.build import CannotBuild, build


def main() -> int:
    started = time.monotonic()
    try:
        prefix = build()
    except CannotBuild as reason:
        print(f"no Windows machine: {reason}", file=sys.stderr)
        return 1
    print(f"{prefix} ({time.monotonic() - started:.0f} s)", flush=True)
    if sys.argv[1:2] == ["unit"]:
        return unit.run(prefix, sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
