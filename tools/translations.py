"""Collects how Git says a few messages in other languages, for ``rules/translations.json``.

``python -m tools.translations [FOLDER]``. FOLDER holds the compiled catalogues of git and bash as
their packages bring them (``/usr/share/locale`` by default; of another version: ``apt-get download
git`` and ``dpkg-deb -x``). Only the few messages are taken that are met when CodeCommit is not
reached or refuses. What the file has already is kept, so that older and newer catalogues add up.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from pathlib import Path

FILE = Path(__file__).parent.parent / "codecommit_doctor" / "rules" / "translations.json"

MESSAGES = (
    "unable to access '%s': %s",
    "Authentication failed for '%s'",
    "repository '%s' not found",
    "transport '%s' not allowed",
    "unable to find remote helper for '%s'",
    "git: '%s' is not a git command. See 'git --help'.",
    "'%s' appears to be a git command, but we were not",
    "$HOME not set",
    "detected dubious ownership in repository at '%s'",
    "bad config line %d in file %s",
    "bad config line %d in %s",
    "bad boolean config value '%s' for '%s'",
    "missing value for '%s'",
    "the receiving end does not support this repository's hash algorithm",
    "Server does not support this repository's object format",
    "'%s' does not appear to be a git repository",
    "RPC failed; %s",
    "the remote end hung up unexpectedly",
    "expected flush after ref listing",
    "Unsupported SSL backend '%s'. Supported SSL backends:",
    "Could not set SSL backend to '%s': cURL was built without SSL backends",
    "couldn't find remote ref %s",
    "URL '%s' uses plaintext credentials",
    "unknown error occurred while reading the configuration files",
    "unable to read askpass response from '%s'",
    "Could not read from remote repository.",
    "not a git repository (or any of the parent directories): %s",
    "src refspec %s does not match any",
    "failed to push some refs to '%s'",
    "%s: command not found",
    "'%s' is not recognized as an internal or external command",
)
"""Their first lines, in English; case does not count.

The last but one is bash's; the last one stands for what cmd.exe and PowerShell say, who have no
catalogue: its forms were written into the file by hand.
"""


def collect(folder: Path) -> dict[str, set[str]]:
    """The translated forms of each message, of all languages together."""
    found: dict[str, set[str]] = {message: set() for message in MESSAGES}
    by_key = {message.lower(): message for message in MESSAGES}
    for file in sorted(
        found for name in ("git", "bash") for found in folder.glob(f"*/LC_MESSAGES/{name}.mo")
    ):
        with file.open("rb") as data:
            catalogue = gettext.GNUTranslations(data)._catalog  # type: ignore[attr-defined]
        for key, translated in catalogue.items():
            first = key.splitlines()[0].lower() if isinstance(key, str) and key else ""
            if first in by_key:
                form = translated.splitlines()[0].strip()
                if re.sub(r"%\S*|\W", "", form) and form.lower() != first:
                    found[by_key[first]].add(form)
    return found


def main(folder: Path) -> None:
    """Adds what the catalogues of a folder say to the file."""
    known = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    merged = {
        message: sorted(forms | set(known.get(message, ())))
        for message, forms in collect(folder).items()
    }
    kept = {message: forms for message, forms in merged.items() if forms}
    FILE.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(kept)} messages, {sum(map(len, kept.values()))} forms")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/locale"))
