"""``--user NAME``: the same command line, once more, in a process of that user's."""

from __future__ import annotations

import os
import signal

from codecommit_doctor.cli.ending import Ended
from codecommit_doctor.cli.messages import say

__all__ = ["run_as"]


def run_as(name: str) -> int | None:
    """Goes on in a child that has become the user; there, and only there, it returns None.

    The child has a session of its own: what it starts can't type into root's terminal.

    Returns:
        In the parent: the exit code of the child.
    """
    import codecommit_doctor.redaction  # noqa: F401 - to say why, if its file can't be read then
    from codecommit_doctor.probes.another_user import CannotBecome, become, environment_of

    try:
        environment = environment_of(name)
        child = os.fork()
        if child:
            return _wait_for(child)
        os.setsid()
        become(name, environment)
    except CannotBecome as reason:
        say(str(reason))
        return 2
    return None


def _wait_for(child: int) -> int:
    """Hands on what should end us."""
    while True:
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except KeyboardInterrupt:
            os.kill(child, signal.SIGINT)
        except Ended:
            os.kill(child, signal.SIGTERM)
        else:
            return code if code >= 0 else 128 - code
