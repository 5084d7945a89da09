"""The host of a proxy, out of what libcurl takes for its address."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.proxy import proxy_host


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("proxy.example", "proxy.example"),
        (" http://proxy.example:3128/ ", "proxy.example"),
        ("http://me:pw@proxy.example:3128", "proxy.example"),
        ("socks5h://10.0.0.1", "10.0.0.1"),
        ("http://[::1]:3128", "::1"),
        ("me@[fe80::1]", "fe80::1"),
        ("http://X:1", "X"),
        ("", None),
        ("http://", "http"),
        (":3128", None),
    ],
)
def test_the_host_of_a_proxy(value: str, host: str | None) -> None:
    assert proxy_host(value) == host
