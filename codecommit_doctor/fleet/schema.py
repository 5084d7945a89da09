"""The summary's JSON Schema, for ``schema/``: ``python -m codecommit_doctor.fleet.schema``."""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":
    from codecommit_doctor.fleet.summary import schema

    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
