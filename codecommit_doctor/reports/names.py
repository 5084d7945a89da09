"""Teaches the pseudonyms every name that this machine knows, before a report is made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.redaction import Pseudonyms
from codecommit_doctor.rules.proxy import proxy_host

if TYPE_CHECKING:
    from codecommit_doctor.engine.examination import Section
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["learn_names"]

_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def learn_names(names: Pseudonyms, sections: tuple[Section, ...], machine: Machine) -> None:
    """Learns who is signed in, and the hosts of Git's and the environment's settings.

    It may ask AWS who signs, if nobody has asked yet and the network may be used.
    """
    described = machine.host.described()
    names.learn("host", described["id"])  # anybody could compute it from the name
    names.learn("user", described["account"])
    for text in _texts(sections, machine):
        names.applied(text)
    for proxy in _proxies(sections, machine):
        if host := proxy_host(proxy):
            names.learn("host", host)


def _texts(sections: tuple[Section, ...], machine: Machine) -> Iterator[str]:
    for section in sections:
        yield section.target.url
        yield from (f"{e.key} {e.value}" for e in _entries(section, machine))
        try:
            yield machine.aws(section.target).identity().arn
        except Unavailable:
            continue


def _proxies(sections: tuple[Section, ...], machine: Machine) -> Iterator[str]:
    yield from (os.environ.get(name, "") for name in _PROXIES)
    for section in sections:
        entries = _entries(section, machine)
        yield from (e.value or "" for e in entries if e.key.endswith(".proxy"))


def _entries(section: Section, machine: Machine) -> tuple[Entry, ...]:
    return machine.git(section.target.directory).configuration().entries
