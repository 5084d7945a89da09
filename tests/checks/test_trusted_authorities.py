"""The check endpoint-reachable: to which list of CAs that Git reads a CA has to be added."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from codecommit_doctor.check import Reach, Trouble
from tests import facts

SAID = {"schannel": "schannel: no", "openssl": "SSL certificate problem"}
FILE, READS = ("x", "http.sslcainfo"), "http.schannelusesslcainfo"
USED = ("schannel", "http.sslbackend")


def advice(
    trouble: Trouble, said: str, settings: list[tuple[str, str]], variables: list[str]
) -> str:
    """The one step that the check advises."""
    entries = tuple(facts.entry(value, key, line=4) for value, key in settings)
    endpoint = SimpleNamespace(
        unavailable_reason=lambda: None,
        reach=lambda: Reach(None, False, None, trouble, None, said, seconds=0.1),
        proxy=lambda: None,
        settings=lambda: (entries, tuple(variables)),
    )
    check = facts.check("endpoint-reachable")
    result = facts.ask(check, target=facts.target(), endpoint=endpoint)
    (step,) = result.advice
    return step.text


@pytest.mark.parametrize(
    ("backend", "settings", "variables", "words"),
    [
        ("openssl", [], [], "Set http.sslCAInfo for this host"),
        ("openssl", [FILE], [], "The file that http.sslCAInfo names must hold"),
        ("openssl", [FILE, USED], [], "The file that http.sslCAInfo names must hold"),
        ("openssl", [FILE], ["GIT_SSL_CAINFO"], "The file that GIT_SSL_CAINFO names must hold"),
        ("openssl", [("", "http.sslcainfo")], [], "Set http.sslCAInfo for this host"),
        ("schannel", [], [], "certmgr.msc"),
        ("schannel", [USED], [], "certmgr.msc"),
        ("schannel", [FILE, USED], [], "certmgr.msc"),
        ("schannel", [FILE, USED, ("false", READS)], [], "certmgr.msc"),
        ("schannel", [USED, ("true", READS)], [], "certmgr.msc"),
        ("schannel", [FILE, USED, ("true", READS)], [], "http.sslCAInfo names must hold"),
        ("schannel", [FILE, USED, ("1", READS)], [], "http.sslCAInfo names must hold"),
        ("schannel", [FILE, ("openssl", USED[1])], [], "http.sslCAInfo names must hold"),
        ("schannel", [FILE], [], "http.sslCAInfo names must hold"),
        ("schannel", [USED], ["GIT_SSL_CAINFO"], "certmgr.msc"),
        ("schannel", [USED, ("on", READS)], ["GIT_SSL_CAINFO"], "GIT_SSL_CAINFO names must hold"),
    ],
)
def test_the_ca_belongs_where_git_reads_it(
    backend: str, settings: list[tuple[str, str]], variables: list[str], words: str
) -> None:
    text = advice(Trouble.TLS, SAID[backend], settings, variables)
    assert words in text
    is_schannels_file = backend == "schannel" and "must hold" in words
    assert ("instead of the CAs of Windows" in text) is is_schannels_file


def test_only_a_certificate_needs_a_ca() -> None:
    assert "CA" not in advice(Trouble.NAME, SAID["schannel"], [], [])
