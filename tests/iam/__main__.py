"""A longer comparison, for developers: ``python -m tests.iam --cases 100000``."""

from __future__ import annotations

import argparse
import collections
import json

from tests.iam.reference import compare, not_installed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.iam", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--show", type=int, default=5, help="disagreements to print")
    words = parser.parse_args()
    if missing := not_installed():
        parser.error(f"{missing}: see tests/iam/reference.py")
    found = compare(words.cases, words.seed)
    print(f"{words.cases} cases, {found.verdicts} verdicts, {found.certain} of ours certain")
    for reason, count in collections.Counter(d.reason for d in found.disagreements).items():
        print(f"{count:6} {reason or 'not explained'}")
    for one in found.unexplained[: words.show]:
        print(f"\n{one.action}: {one.question}? we: {one.ours}, they: {one.theirs[:200]}")
        world = {name: part for name, part in one.world.items() if part is not None}
        print("\n".join(f"  {name}: {json.dumps(part)}" for name, part in world.items()))
    return 1 if found.unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
