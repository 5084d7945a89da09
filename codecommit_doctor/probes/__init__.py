"""The probes read the machine: each fact once, by whoever asks first, from any thread."""

from __future__ import annotations

from importlib import import_module
from typing import Any

CLASSES = {
    "Aws": "aws",
    "AwsCli": "aws_cli",
    "Endpoint": "endpoint",
    "Git": "git",
    "Handshake": "handshake",
    "Host": "host",
    "Policies": "policies",
    "Profiles": "profiles",
    "RemoteHelper": "remote_helper",
    "Signer": "signer",
    "SignerKind": "signer",
}


def load(name: str) -> Any:
    """The class of a probe, by its name; loads its module."""
    return getattr(import_module(f"{__name__}.{CLASSES[name]}"), name)
