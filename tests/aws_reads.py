"""Run by the Python of an AWS CLI: what its own parsers make of lists of words.

Reads a JSON list of lists from standard input; writes one result for each: null if the AWS CLI
stops, else the operation, the profile and the region.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

from awscli import clidriver
from awscli.customizations import codecommit

calls: list[list[str | None]] = []


def record(self: Any, args: Any, parsed_globals: Any) -> int:
    calls.append([self.NAME, parsed_globals.profile or None, parsed_globals.region or None])
    return 0


for command in (
    codecommit.CodeCommitGetCommand,
    codecommit.CodeCommitNoOpStoreCommand,
    codecommit.CodeCommitNoOpEraseCommand,
):
    command._run_main = record

driver = clidriver.create_clidriver()
results = []
for words in json.load(sys.stdin):
    calls.clear()
    silent = io.StringIO()
    out, err = contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent)
    with out, err, contextlib.suppress(SystemExit):
        driver.main(words)
    results.append(calls[0] if calls else None)
print(json.dumps(results))
