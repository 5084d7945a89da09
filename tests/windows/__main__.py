"""``python -m tests.windows``: builds the Windows machine, with nothing but the standard library.

``unit [WORDS...]`` runs the unit tests on it, with words for pytest; ``possible`` tells by its exit
code whether all is installed that it is built with; ``packages`` prints what Debian calls that.
"""

from __future__ import annotations

import sys
import time

from tests.windows.build import DEBIAN_PACKAGES, CannotBuild, build, reason_against


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "packages":
        print(*DEBIAN_PACKAGES)
        return 0
    if command == "possible":
        return 1 if reason_against() else 0
    started = time.monotonic()
    try:
        prefix = build()
    except CannotBuild as reason:
        print(f"no Windows machine: {reason}", file=sys.stderr)
        return 1
    print(f"{prefix} ({time.monotonic() - started:.0f} s)", flush=True)
    if command == "unit":
        from tests.windows import unit

        return unit.run(prefix, sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
