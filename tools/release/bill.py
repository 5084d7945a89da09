"""The bill of materials: CycloneDX, of all that the folder with its own Python holds."""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from tools.release.licenses import Licensed
from tools.release.source import Source, run, run_python

__all__ = ["build"]


def build(source: Source, modules: Path, libraries: list[Licensed], target: Path) -> None:
    """Writes it. libraries: Python and the system's. Raises RuntimeError."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        environment = Path(work, "environment")
        run(sys.executable, "-m", "venv", "--without-pip", environment)
        (found,) = environment.glob("lib/*/site-packages")
        (found / "modules.pth").write_text(f"{modules}\n", "utf-8")
        options = ("--spec-version", "1.6", "--output-reproducible", "--validate")
        described = ("--pyproject", source.folder / "pyproject.toml")
        words = ("environment", *options, *described, "--output-file", target)
        run_python(source, "-m", "cyclonedx_py", *words, environment / "bin" / "python")
    bill: dict[str, Any] = json.loads(target.read_text("utf-8"))
    bill["metadata"]["component"]["version"] = source.version
    made = datetime.fromtimestamp(source.epoch, timezone.utc)
    bill["metadata"]["timestamp"] = made.isoformat().replace("+00:00", "Z")
    own = bill["metadata"]["component"]["bom-ref"]
    ours = {part["bom-ref"] for part in bill["components"] if part["name"] == "codecommit-doctor"}
    bill["components"] = [part for part in bill["components"] if part["bom-ref"] not in ours]
    _join(bill, own, ours)
    bill["components"] += [_component(library) for library in libraries]
    for entry in bill["dependencies"]:
        if entry["ref"] == own:
            entry["dependsOn"] = sorted({*entry["dependsOn"], *(part.purl for part in libraries)})
    target.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", "utf-8", newline="\n")


def _join(bill: dict[str, Any], own: str, ours: set[str]) -> None:
    """Makes one component of the project and its own installed package."""
    needed = {
        needed
        for entry in bill["dependencies"]
        if entry["ref"] in {own, *ours}
        for needed in entry.get("dependsOn", ())
    }
    others = [entry for entry in bill["dependencies"] if entry["ref"] not in {own, *ours}]
    bill["dependencies"] = [{"ref": own, "dependsOn": sorted(needed - ours)}, *others]


def _component(part: Licensed) -> dict[str, Any]:
    name = "expression" if " " in part.license else "license"
    license: Any = part.license if name == "expression" else {"id": part.license}
    return {
        "bom-ref": part.purl,
        "type": "library",
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [{name: license}],
    }
