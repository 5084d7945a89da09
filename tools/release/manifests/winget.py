"""The three files of winget: version, installer, and the words in one language."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import yaml

from tools.release.manifests.published import LICENSE, PUBLISHER, Published
from tools.release.source import DESCRIPTION, HOMEPAGE, SUMMARY

__all__ = ["ID", "SCHEMA", "manifests"]

ID = "codecommit-doctor.codecommit-doctor"
SCHEMA = "1.9.0"
"""The first that knows ``ArchiveBinariesDependOnPath``: the .exe needs the folder beside it, so it
is found by the PATH and not by a link.
"""


def manifests(release: Published, epoch: int) -> dict[str, str]:
    """Their texts, by their paths."""
    made = datetime.fromtimestamp(epoch, timezone.utc).date()
    parts = {
        "version": {"DefaultLocale": "en-US"},
        "installer": _installer(release) | {"ReleaseDate": made},
        "defaultLocale": _words(release),
    }
    ends = {"version": "", "installer": ".installer", "defaultLocale": ".locale.en-US"}
    folder = f"winget/manifests/c/{ID.replace('.', '/')}/{release.version}"
    return {
        f"{folder}/{ID}{ends[kind]}.yaml": _text(release, kind, told)
        for kind, told in parts.items()
    }


def _text(release: Published, kind: str, told: dict[str, Any]) -> str:
    whole = {"PackageIdentifier": ID, "PackageVersion": release.version, **told}
    whole |= {"ManifestType": kind, "ManifestVersion": SCHEMA}
    schema = f"https://aka.ms/winget-manifest.{kind}.{SCHEMA}.schema.json"
    head = f"# yaml-language-server: $schema={schema}\n"
    return head + yaml.safe_dump(whole, sort_keys=False, width=1000)


def _installer(release: Published) -> dict[str, Any]:
    file = release.windows
    program = f"{file.name.removesuffix('.zip')}\\codecommit-doctor.exe"
    return {
        "InstallerType": "zip",
        "NestedInstallerType": "portable",
        "NestedInstallerFiles": [
            {"RelativeFilePath": program, "PortableCommandAlias": "codecommit-doctor"}
        ],
        "ArchiveBinariesDependOnPath": True,
        "Commands": ["codecommit-doctor"],
        "Installers": [
            {
                "Architecture": "x64",
                "InstallerUrl": file.url,
                "InstallerSha256": file.sum.upper(),
            }
        ],
    }


def _words(release: Published) -> dict[str, Any]:
    return {
        "PackageLocale": "en-US",
        "Publisher": PUBLISHER,
        "PackageName": "codecommit-doctor",
        "PackageUrl": HOMEPAGE,
        "License": LICENSE,
        "LicenseUrl": f"{HOMEPAGE}/blob/{release.tag}/LICENSE",
        "ShortDescription": SUMMARY[0].upper() + SUMMARY[1:],
        "Description": " ".join(DESCRIPTION),
        "Moniker": "codecommit-doctor",
        "Tags": ["aws", "codecommit", "git"],
        "ReleaseNotesUrl": f"{HOMEPAGE}/releases/tag/{release.tag}",
    }
