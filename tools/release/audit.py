"""Known vulnerabilities of what is shipped: every package of the lock, as pip-audit tells them.

``python -m tools.release.audit`` asks now. A package that no service told of is *not audited*:
pip-audit alone would call a lock clean that it could not look up.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.release.lock import Locked, locked

__all__ = ["Audit", "audit", "audited", "require", "rounds"]

SERVICES = ("pypi", "osv")
"""In the order in which they are asked; the next one is asked of what the last one did not know."""


@dataclass
class Audit:
    """What the services said.

    told: the vulnerabilities of each package, as ``name==version``. missing: packages that no
    service told of. reasons: what came instead.
    """

    told: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def vulnerable(self) -> dict[str, list[str]]:
        return {package: ids for package, ids in self.told.items() if ids}

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"{len(self.told)} packages audited, {len(self.missing)} not audited"
        yield from (f"{package}: {', '.join(ids)}" for package, ids in self.vulnerable.items())
        if self.missing:
            yield f"not audited: {', '.join(self.missing)}"
            yield from dict.fromkeys(self.reasons)


def audit(entries: Iterable[Locked] | None = None, accepted: Iterable[str] = ()) -> Audit:
    """Asks. accepted: ids of vulnerabilities that somebody looked at."""
    found = Audit()
    wanted = list(locked() if entries is None else entries)
    for service in SERVICES:
        for some in rounds(wanted):
            try:
                answer = _ask(service, some)
            except RuntimeError as error:
                found.reasons.append(f"{service}: {error}")
            else:
                found.told |= audited(answer, frozenset(accepted))
        wanted = [entry for entry in wanted if _named(entry) not in found.told]
    found.missing = sorted(map(_named, wanted))
    return found


def rounds(entries: Iterable[Locked]) -> list[list[Locked]]:
    """The entries in lists that name no package twice: the lock has some for old Pythons alone."""
    made: list[list[Locked]] = []
    for entry in entries:
        name = entry.requirement.name
        for some in made:
            if name not in {other.requirement.name for other in some}:
                some.append(entry)
                break
        else:
            made.append([entry])
    return made


def audited(answer: Any, accepted: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """What pip-audit's JSON tells, by package; those that it skipped are not in it."""
    return {
        f"{package['name']}=={package['version']}": [
            vulnerability["id"]
            for vulnerability in package["vulns"]
            if not accepted & {vulnerability["id"], *vulnerability["aliases"]}
        ]
        for package in answer["dependencies"]
        if "skip_reason" not in package
    }


def require(found: Audit, *, trial: bool) -> None:
    """Raises SystemExit for a release with known or unknown risks; a trial goes on."""
    if found.vulnerable and not trial:
        raise SystemExit("known vulnerabilities are shipped: renew the lock, or --accept ID")
    if found.missing and not trial:
        raise SystemExit("not every package was audited; --trial goes on all the same")


def _named(entry: Locked) -> str:
    return f"{entry.requirement.name}=={entry.version}"


def _ask(service: str, entries: list[Locked]) -> Any:
    """pip-audit's JSON. Raises RuntimeError with the last line that it said."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        file = Path(work, "requirements.txt")
        lines = (f"{_named(e)} {' '.join(f'--hash={hash}' for hash in e.hashes)}" for e in entries)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        words = ("--disable-pip", "--require-hashes", "--requirement", str(file))
        how = ("--vulnerability-service", service, "--format", "json", "--progress-spinner", "off")
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *how, *words], capture_output=True, text=True
        )
    try:
        return json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(said[-1][:300]) from None


if __name__ == "__main__":
    result = audit()
    print(*result.lines(), sep="\n")
    require(result, trial=False)
