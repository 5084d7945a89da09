"""Chocolatey's package as ``choco pack`` takes it: a nuspec, and the script that installs."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tools.release.manifests.published import PUBLISHER, Published
from tools.release.source import DESCRIPTION, HOMEPAGE, SUMMARY

__all__ = ["package"]

_NUSPEC = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>codecommit-doctor</id>
    <version>{version}</version>
    <title>codecommit-doctor</title>
    <authors>{publisher}</authors>
    <projectUrl>{homepage}</projectUrl>
    <projectSourceUrl>{homepage}</projectSourceUrl>
    <packageSourceUrl>{homepage}</packageSourceUrl>
    <licenseUrl>{homepage}/blob/{tag}/LICENSE</licenseUrl>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <bugTrackerUrl>{homepage}/issues</bugTrackerUrl>
    <docsUrl>{homepage}#readme</docsUrl>
    <releaseNotes>{homepage}/releases/tag/{tag}</releaseNotes>
    <tags>aws codecommit git credential-helper cli</tags>
    <summary>{summary}</summary>
    <description>{description}</description>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
"""

_INSTALL = """\
$ErrorActionPreference = 'Stop'

$arguments = @{{
  PackageName    = $env:ChocolateyPackageName
  UnzipLocation  = Split-Path -Parent $MyInvocation.MyCommand.Definition
  Url64bit       = '{url}'
  Checksum64     = '{sum}'
  ChecksumType64 = 'sha256'
}}

# Chocolatey puts every .exe that it finds below this folder on the PATH.
Install-ChocolateyZipPackage @arguments
"""


def package(release: Published) -> dict[str, str]:
    """The texts of its files, by their paths."""
    file = release.windows
    words = {
        "version": release.version,
        "tag": release.tag,
        "publisher": PUBLISHER,
        "homepage": HOMEPAGE,
        "summary": SUMMARY[0].upper() + SUMMARY[1:],
        "description": " ".join(DESCRIPTION),
    }
    nuspec = _NUSPEC.format(**{name: escape(word) for name, word in words.items()})
    return {
        "chocolatey/codecommit-doctor.nuspec": nuspec,
        "chocolatey/tools/chocolateyinstall.ps1": _INSTALL.format(url=file.url, sum=file.sum),
    }
