"""The check endpoint-reachable, where a proxy is configured that does not answer."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.proxy import proxy_host
from tests.conftest import HEALTHY, URL, Sandbox

ID = "endpoint-reachable"
DEAD = "http://ann:hunter2@127.0.0.1:9"


@pytest.mark.parametrize("section", ["http", 'http "https://git-codecommit.*.amazonaws.com"'])
def test_the_setting_is_named_with_its_line(healthy: Sandbox, section: str) -> None:
    healthy.write(".gitconfig", f"{HEALTHY}[{section}]\n\tproxy = {DEAD}\n")
    healthy.env |= {"NO_PROXY": "localhost", "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}
    done = healthy.examine("--only", ID, URL, offline=False)
    result = done.results[ID]
    assert (result["status"], result["code"]) == ("fail", f"{ID}/dead-proxy")
    assert result["evidence"][0]["location"] == {
        "file": "~/.gitconfig",
        "line": 5,
        "scope": "global",
    }
    assert not any("is set" in fact["fact"] for fact in result["evidence"])
    assert "hunter2" not in done.out


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_the_variable_is_named(healthy: Sandbox, variable: str) -> None:
    healthy.env[variable] = DEAD
    done = healthy.examine("--only", ID, URL, offline=False)
    assert variable in done.results[ID]["summary"]
    assert "hunter2" not in done.out


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("http://a:b@proxy.corp:8080/", "proxy.corp"),
        ("proxy.corp", "proxy.corp"),
        ("socks5h://[::1]:9", "::1"),
        ("", None),
    ],
)
def test_hosts_of_proxies(value: str, host: str | None) -> None:
    assert proxy_host(value) == host
