"""The machine itself."""

from __future__ import annotations

import os
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.deadline import left
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import run
from codecommit_doctor.probes.programs import find
from codecommit_doctor.rules.pseudonym import account_pseudonym, machine_pseudonym

if TYPE_CHECKING:
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.windows_credentials import WindowsCredential

__all__ = ["Host"]

_BINFMT = Path("/proc/sys/fs/binfmt_misc")

_ON_BEHALF = ("SUDO_USER", "DOAS_USER", "PKEXEC_UID", "INVOCATION_ID", "AWS_SSM_INSTANCE_ID")
"""Variables by which sudo, doas, pkexec, systemd and the SSM agent show that they started us."""


@probe
class Host:
    """Platform, clock, shell, and whether names of hosts can be looked up."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted

    def now(self) -> datetime:
        """The time by this machine's clock, in UTC."""
        return datetime.now(timezone.utc)

    @property
    def system(self) -> str:
        """``Windows``, ``Darwin`` or ``Linux``; whatever Python says elsewhere."""
        import platform

        return platform.system()

    @property
    def is_windows(self) -> bool:
        return os.name == "nt"

    @property
    @once
    def is_wsl(self) -> bool:
        """Linux inside Windows: its home and its credential stores are not those of Windows.

        A kernel of one's own lacks Microsoft's name; then WSL's variable tells.
        """
        import platform

        return self.system == "Linux" and (
            "microsoft" in platform.release().lower() or bool(os.environ.get("WSL_DISTRO_NAME"))
        )

    @property
    @once
    def starts_windows_programs(self) -> bool | None:
        """Whether WSL starts programs of Windows; None if that can't be told.

        Linux hands them over by an entry of binfmt_misc, which is missing where /etc/wsl.conf has
        ``enabled=false`` below ``[interop]``.
        """
        if not (_BINFMT / "status").is_file():
            return None
        entries = [_BINFMT / name for name in ("WSLInterop", "WSLInterop-late")]
        try:
            said = [entry.read_text("ascii") for entry in entries if entry.is_file()]
        except (OSError, UnicodeError):
            return None
        return any(text.startswith("enabled") for text in said)

    @property
    def account_kind(self) -> str:
        """Who runs us: ``user``, ``root``, or ``system`` for an account of Windows' services.

        Services see another home directory than the person who set up Git.
        """
        if self.is_windows:
            profile = os.environ.get("USERPROFILE", "").lower()
            is_service = "\\config\\systemprofile" in profile or "\\serviceprofiles\\" in profile
            return "system" if is_service else "user"
        return "root" if os.geteuid() == 0 else "user"

    @property
    def account_note(self) -> str:
        """What a reader must know if a service, or root for somebody, looks; else empty."""
        if self.account_kind == "system":
            return "this is the configuration of a service's account, not yours"
        if self.account_kind == "root" and any(map(os.environ.get, _ON_BEHALF)):
            return "this is root's configuration, not yours; --user NAME looks as that person"
        return ""

    @property
    def release(self) -> str:
        """The release of the system, as its maker calls it: ``Ubuntu 24.04.1 LTS``."""
        import platform

        if self.system == "Linux":
            try:
                return platform.freedesktop_os_release()["PRETTY_NAME"]
            except (OSError, KeyError):
                return "unknown"
        if self.system == "Darwin":
            return f"macOS {platform.mac_ver()[0]}"
        return platform.platform(aliased=True)

    @property
    @once
    def shell(self) -> str:
        """The shell that runs us: bash, zsh, fish, cmd, powershell, pwsh..."""
        import shellingham

        try:
            return str(shellingham.detect_shell()[0])
        except (shellingham.ShellDetectionFailure, OSError, RuntimeError):
            if self.is_windows:
                return "cmd"
            return os.path.basename(os.environ.get("SHELL", "sh"))

    def command(self, words: tuple[str, ...], lines: tuple[str, ...] = ()) -> str:
        """A command line for this shell. lines: what the command reads from its input."""
        from codecommit_doctor.rules.shell import piped, quote

        return piped(lines, words, self.shell) if lines else quote(words, self.shell)

    def unset(self, names: list[str]) -> str:
        """What takes variables away in this shell."""
        from codecommit_doctor.rules.shell import unset

        return unset(names, self.shell)

    @once
    def windows_credentials(self, host: str) -> tuple[WindowsCredential, ...]:
        """What the Windows Credential Manager holds for a host of Git's, also if asked from WSL;
        empty elsewhere, and where it can't be asked.
        """
        if not (self.is_windows or self.is_wsl):
            return ()
        program = find("cmdkey" if self.is_windows else "cmdkey.exe")
        outcome = run([program, "/list"]) if program else None
        if outcome is None or outcome.failure:
            return ()
        from codecommit_doctor.rules.windows_credentials import listed

        return listed(outcome.text, host)

    @once
    def resolves(self, name: str) -> bool | None:
        """Whether a host name has an address; None if that can't be asked within 3 seconds."""
        if self._wanted.offline:
            return None
        answers: list[bool] = []
        thread = threading.Thread(target=_look_up, args=(name, answers), daemon=True)
        thread.start()
        thread.join(left(3.0))
        return answers[0] if answers else None

    def described(self) -> dict[str, str]:
        """What a report says of the machine. id, account: pseudonyms of it and of who runs us."""
        import platform

        name = platform.node()
        note = {"note": self.account_note} if self.account_note else {}
        return {
            "system": self.system,
            "release": platform.release(),
            "architecture": platform.machine(),
            "python": platform.python_version(),
            "shell": self.shell,
            "environment": "wsl" if self.is_wsl else sys.platform,
            "account_kind": self.account_kind,
            "id": machine_pseudonym(name),
            "account": account_pseudonym(name, _account()),
            **note,
        }


def _account() -> str:
    """Whose rights we have: what LOGNAME says may be another's."""
    if os.name == "posix":
        import pwd

        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return str(os.geteuid())
    return os.environ.get("USERNAME", "")


def _look_up(name: str, answers: list[bool]) -> None:
    import socket

    try:
        socket.getaddrinfo(name, 443)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
            answers.append(False)
    except (OSError, UnicodeError):
        return
    else:
        answers.append(True)
