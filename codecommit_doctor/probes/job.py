"""Windows' job objects: a program and all that it starts, also what nothing connects with it."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["Job", "job_for"]

_LIMITS = 9
_KILL_ON_CLOSE = 0x2000
"""JobObjectExtendedLimitInformation and JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE of winnt.h."""


class Job:
    """What one program started. It ends with us, however we end, unless it is let go before."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def end(self) -> None:
        """Ends the program and all that it started."""
        _call("TerminateJobObject", self._handle, 1)

    def let_go(self) -> None:
        """Leaves running what the program left behind on purpose."""
        _limit(self._handle, 0)
        _call("CloseHandle", self._handle)


def job_for(process: subprocess.Popen[bytes]) -> Job | None:
    """A job with this program in it; None where there are none, or Windows refuses it."""
    program = getattr(process, "_handle", None)
    if sys.platform != "win32" or program is None:
        return None
    handle = _call("CreateJobObjectW", None, None)
    if not handle:
        return None
    _limit(handle, _KILL_ON_CLOSE)
    if _call("AssignProcessToJobObject", handle, int(program)):
        return Job(handle)
    _call("CloseHandle", handle)
    return None


def _limit(handle: int, flags: int) -> None:
    import ctypes

    word, long, wide = ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint64
    types = [wide, wide, long, word, word, long, word, long, long, *[wide] * 6, *[word] * 4]
    fields = [(f"field_{number}", type) for number, type in enumerate(types)]
    limits = type("Limits", (ctypes.Structure,), {"_fields_": fields})()
    limits.field_2 = flags  # LimitFlags
    size = ctypes.sizeof(limits)
    _call("SetInformationJobObject", handle, _LIMITS, ctypes.byref(limits), size)


def _call(name: str, *arguments: object) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    function = getattr(ctypes.WinDLL("kernel32"), name)
    function.restype = ctypes.c_void_p if name.startswith("Create") else ctypes.c_int
    first, *others = arguments
    handle = ctypes.c_void_p(first) if isinstance(first, int) else first
    others = [ctypes.c_void_p(one) if name.startswith("Assign") else one for one in others]
    return function(handle, *others) or 0
