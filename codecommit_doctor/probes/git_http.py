"""What ``http.*`` means for one address, by git's own matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["effective"]


def effective(git: Git, name: str, url: str) -> tuple[Entry, ...]:
    """The values of ``http.<name>`` that git uses for an address, in order, resets applied.

    Git hands a value on if no value before it was for a more exact address. So, for each of them,
    a configuration of our own asks git which of it and those before it is the most exact.
    """
    entries = [
        entry
        for entry in git.configuration().entries
        if entry.key.startswith("http.") and entry.key.endswith(f".{name}")
    ]
    if not entries:
        return ()
    settings = []
    for last in range(len(entries)):
        for number, entry in enumerate(entries[: last + 1]):
            section = f"http.{entry.subsection}" if entry.subsection else "http"
            settings.append((f"{section}.k{last}", str(number)))
    outcome = git.ask(settings, "config", "--get-urlmatch", "http", url)
    told = set(outcome.text.split("\n"))
    used: list[Entry] = []
    for number, entry in enumerate(entries):
        if f"http.k{number} {number}" in told:
            used = [] if entry.value == "" else [*used, entry]
    return tuple(used)
