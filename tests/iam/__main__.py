"""Longer comparisons, for developers.

``python -m tests.iam --cases 100000`` holds policy sets against the reference, ``python -m
tests.iam --machines 500`` holds the doctor against the git of the lab.
"""

from __future__ import annotations

import argparse
import collections
import json
import tempfile
from pathlib import Path

from tests.iam.machines import outcomes
from tests.iam.reference import compare, not_installed
from tests.lab.service import Lab


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.iam", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--machines", type=int, default=0, help="machines instead of cases")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--show", type=int, default=5, help="disagreements to print")
    words = parser.parse_args()
    if words.machines:
        return _machines(words.machines)
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


def _machines(count: int) -> int:
    """Prints what was said, by whether git worked, and every contradiction."""
    said: collections.Counter[tuple[str, ...]] = collections.Counter()
    wrong = 0
    with Lab() as lab, tempfile.TemporaryDirectory() as folder:
        for found in outcomes(lab, Path(folder), range(count)):
            for id, (status, _, code) in sorted(found.said.items()):
                said[(found.refused or "works").partition(":")[0], id, status, code] += 1
            wrong += len(found.wrong)
            if found.wrong:
                print(f"machine {found.number}: {', '.join(found.wrong)}: {found.said}")
    for words, number in sorted(said.items()):
        print(f"{number:5}  git: {words[0]:10} {words[1]}: {words[2]} {words[3]}")
    print(f"{count} machines, {wrong} contradictions")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
