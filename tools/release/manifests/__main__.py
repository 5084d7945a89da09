"""``python -m tools.release.manifests FOLDER`` writes the manifests of the release in a folder.

Where the release was built on Linux alone, this is run again when the zip of Windows is there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.release.manifests.every import write
from tools.release.source import epoch, version_in
from tools.sources import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.release.manifests")
    parser.add_argument("folder", type=Path, help="the folder of a release")
    words = parser.parse_args()
    target = write(words.folder, version_in(ROOT), epoch(), say=print)
    print(target)


if __name__ == "__main__":
    main()
