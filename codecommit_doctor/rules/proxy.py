"""Proxies as libcurl reads them. Source: curl(1), ENVIRONMENT and --proxy."""

from __future__ import annotations

import re

__all__ = ["PROXIES", "proxy_host"]

PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The variables that name a proxy for HTTPS; the first one that is set counts."""


def proxy_host(value: str) -> str | None:
    """The host of a proxy's address, without its scheme, login and port; None if there is none."""
    found = re.match(r"(?:[A-Za-z0-9]+://)?(?:[^/@]*@)?(\[[^\]]+\]|[^:/@\[\]]+)", value.strip())
    return found[1].strip("[]") if found else None
