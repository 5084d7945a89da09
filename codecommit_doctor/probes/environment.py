"""The environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from codecommit_doctor.probes import probe

__all__ = ["Environment"]

_PROFILE = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
"""In the order in which botocore reads them."""

_BRING_CREDENTIALS = (
    *("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", *_PROFILE),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
)
"""Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers"."""


@probe
class Environment:
    """The environment variables. variables: other ones than this process's."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables: Mapping[str, str] = os.environ if variables is None else variables

    def __contains__(self, name: str) -> bool:
        """Whether a variable is set, if only to nothing."""
        return name in self.variables

    def get(self, name: str) -> str:
        """The value of a variable; "" where it is not set."""
        return self.variables.get(name, "")

    @property
    def profile(self) -> tuple[str, str] | None:
        """The AWS profile that a variable names, which may be "", and that variable."""
        named = (name for name in _PROFILE if name in self.variables)
        return next(((self.variables[name], name) for name in named), None)

    @property
    def brings_credentials(self) -> bool:
        """Whether a variable says from where credentials of AWS come."""
        return any(name in self.variables for name in _BRING_CREDENTIALS)

    def sets(self, key: str) -> bool:
        """Whether GIT_CONFIG_COUNT and its kin set this key. Source: git-config(1)."""
        count = self.get("GIT_CONFIG_COUNT")
        numbers = range(int(count)) if re.fullmatch(r"[0-9]{1,4}", count) else range(0)
        return key.lower() in (self.get(f"GIT_CONFIG_KEY_{number}").lower() for number in numbers)
