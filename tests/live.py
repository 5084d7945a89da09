"""The doctor on a machine of the lab."""

from __future__ import annotations

import json
import subprocess

from tests import warm
from tests.conftest import VALIDATOR, Finished
from tests.lab.environment import Environment

__all__ = ["examine"]


def examine(machine: Environment, *words: str) -> Finished:
    """The doctor's JSON report, validated, and without any secret of the machine in it."""
    done = subprocess.run(
        [warm.doctor(), "--format", "json", *words],
        cwd=machine.clone,
        env=machine.environ(),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in out + err, err
    assert not [secret for secret in machine.planted() if secret in out + err]
    assert out, err
    found = Finished(done.returncode, out, err, json.loads(out))
    VALIDATOR.validate(found.report)
    return found
