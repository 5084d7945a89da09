"""The examples, the GitLab component and the Dockerfile, with version and sum filled in."""

from __future__ import annotations

import subprocess

from tools.release.manifests.published import Published
from tools.sources import ROOT

__all__ = ["SUM", "VERSION", "filled", "texts"]

VERSION, SUM = "@VERSION@", "@SHA256@"
"""What stands for them in the tree, where no release can be named."""

_COMPONENT = "templates/preflight.yml"
_IMAGE = "installers/image/Dockerfile"


def texts(release: Published) -> dict[str, str]:
    """Their texts, by their paths."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "examples"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True).stdout
    names = [name for name in listed.decode("utf-8").split("\0") if name]
    made = {name: (ROOT / name).read_text("utf-8") for name in names}
    made = {name: filled(text, release.version, release.linux.sum) for name, text in made.items()}
    image = (ROOT / _IMAGE).read_text("utf-8")
    made["image/Dockerfile"] = filled(image, release.version, release.linux.sum)
    component = (ROOT / _COMPONENT).read_text("utf-8")
    for input, value in (("version", release.version), ("sha256", release.linux.sum)):
        component = component.replace(
            f"    {input}:\n", f'    {input}:\n      default: "{value}"\n'
        )
    return {**made, _COMPONENT: component}


def filled(text: str, version: str, sum: str) -> str:
    return text.replace(VERSION, version).replace(SUM, sum)
