"""The JSON Schemas, for ``schema/``.

``python -m codecommit_doctor.reports.schema`` prints that of the report, with ``jsonl`` behind it
that of a line.
"""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":
    from codecommit_doctor.reports import lines, report

    made = lines.schema() if sys.argv[1:] == ["jsonl"] else report.schema()
    sys.stdout.write(json.dumps(made, indent=2) + "\n")
