"""Scoop's manifest: one JSON file in a bucket."""

from __future__ import annotations

import json

from tools.release.manifests.published import LICENSE, Published
from tools.release.source import HOMEPAGE, SUMMARY

__all__ = ["manifest"]


def manifest(release: Published) -> dict[str, str]:
    """Its text, by its path."""
    file = release.windows
    told = {
        "version": release.version,
        "description": SUMMARY[0].upper() + SUMMARY[1:],
        "homepage": HOMEPAGE,
        "license": LICENSE,
        "architecture": {"64bit": {"url": file.url, "hash": file.sum}},
        "extract_dir": file.name.removesuffix(".zip"),
        "bin": ["codecommit-doctor.exe", ["codecommit-doctor.exe", "git-codecommit-doctor"]],
        "checkver": "github",
        "autoupdate": {
            "architecture": {"64bit": {"url": _of_any(file.url, release.version)}},
            "extract_dir": _of_any(file.name.removesuffix(".zip"), release.version),
            "hash": {"url": "$baseurl/SHA256SUMS"},
        },
    }
    return {"scoop/codecommit-doctor.json": json.dumps(told, indent=4) + "\n"}


def _of_any(text: str, version: str) -> str:
    return text.replace(version, "$version")
