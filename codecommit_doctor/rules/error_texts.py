"""From the words that a program printed to the causes that fit them.

The texts are those of git, libcurl, Git Credential Manager and the AWS CLI. One text can have many
causes: they are named in the order in which they are worth looking at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["SYMPTOMS", "Symptom", "recognise"]


@dataclass(frozen=True)
class Symptom:
    """One text. pattern: found anywhere in it. meaning: one sentence. checks: ids that fit."""

    pattern: str
    meaning: str
    checks: tuple[str, ...]


def _symptom(pattern: str, meaning: str, checks: str) -> Symptom:
    return Symptom(pattern, meaning, tuple(checks.split()))


SYMPTOMS: tuple[Symptom, ...] = (
    _symptom(
        r"bad config (line|variable|file)|bad (boolean|numeric) config value|missing value for '"
        r"|unknown error occurr?ed while reading the configuration",
        "Git can't read its configuration, or a value in it.",
        "git-configuration use-http-path",
    ),
    _symptom(
        r"^'path'$|KeyError: 'path'",
        "The AWS helper was not told the repository's path: UseHttpPath is off.",
        "use-http-path",
    ),
    _symptom(
        r"'(remote-)?codecommit' is not a git command"
        r"|Unable to find remote helper for 'codecommit'",
        "git-remote-codecommit is not installed where Git looks for it.",
        "remote-helper",
    ),
    _symptom(
        r"git: 'credential-(aws|!aws|'!aws)[^']*' is not a git command|Unterminated quoted string"
        r"|unexpected EOF while looking for matching|Syntax error: end of file unexpected",
        "The value of credential.helper is no command that Git's shell understands.",
        "credential-helper profile-quoting",
    ),
    _symptom(
        r"git: 'credential-[\w-]+' is not a git command",
        "A credential helper is configured that is not installed.",
        "credential-manager-conflict git-installations",
    ),
    _symptom(
        r"\baws(\.cmd|\.exe)?: (command )?not found|'aws' is not recognized|bad interpreter",
        "Git's own shell can't start the AWS CLI.",
        "aws-cli-version credential-helper",
    ),
    _symptom(
        r"Invalid choice:? '?codecommit|argument command: Invalid choice",
        "This AWS CLI has no CodeCommit commands: it is too old.",
        "aws-cli-version aws-cli-codecommit",
    ),
    _symptom(
        r"argument subcommand: Invalid choice",
        "The AWS CLI was given words that it does not know: a profile name fell apart.",
        "profile-quoting credential-helper",
    ),
    _symptom(
        r"The config profile \(.*?\) could not be found|profile was not found",
        "The profile that is asked for is not in the AWS files.",
        "profile-quoting profile-exists environment-overrides",
    ),
    _symptom(
        r"Unable to parse config file",
        "The AWS CLI can't read one of its files.",
        "aws-configuration",
    ),
    _symptom(
        r"Token (for .* )?(does not exist|has expired)|Error loading SSO Token"
        r"|Error when retrieving token from sso|The SSO session associated with this profile",
        "The login of IAM Identity Center (SSO) has expired.",
        "aws-credentials",
    ),
    _symptom(
        r"Unable to locate credentials|Partial credentials found|has no attribute 'secret_key'"
        r"|does not have credentials configured|Enter MFA code|at 'tokenCode' failed",
        "The AWS CLI found no complete credentials.",
        "aws-credentials profile-exists environment-overrides",
    ),
    _symptom(
        r"ExpiredToken|UnrecognizedClientException|security token .* (is )?(expired|invalid)",
        "AWS does not take these credentials: they have expired, or were revoked.",
        "aws-credentials environment-overrides clock-skew",
    ),
    _symptom(
        r"EncryptionKey\w*Exception|kms:\w+|KMSInvalidStateException",
        "The repository's encryption key can't be used.",
        "kms-deny kms-key",
    ),
    _symptom(
        r"Could not resolve (host|proxy)",
        "The name can't be looked up: the region, the address, the proxy or the network.",
        "region-supported repository-url endpoint-reachable",
    ),
    _symptom(
        r"SSL certificate problem|schannel|gnutls_handshake|SSL_ERROR|certificate verify failed"
        r"|CertificateVerifyFailed|unable to get local issuer",
        "The connection is not trusted: a proxy that inspects TLS, or a list of CAs that is old.",
        "endpoint-reachable",
    ),
    _symptom(
        r"from proxy after CONNECT|CONNECT tunnel failed|Proxy CONNECT aborted"
        r"|Failed to connect to|Connection timed out"
        r"|Connection refused|Couldn't connect to server",
        "There is no way to the service: a proxy, a firewall, or a VPC endpoint.",
        "endpoint-reachable",
    ),
    _symptom(
        r"returned error: 429|rate limited|Rate exceeded|ThrottlingException",
        "AWS asks to slow down: too many requests at a time.",
        "",
    ),
    _symptom(
        r"repository '.*' not found|RepositoryDoesNotExistException|returned error: 404",
        "There is no such repository in this region and account.",
        "repository-url repository-exists region-supported profile-exists",
    ),
    _symptom(
        r"Failed to write item to store|The stub received bad data",
        "A credential manager tried to store the AWS helper's password, which is too long for it.",
        "credential-manager-conflict",
    ),
    _symptom(
        r"returned error: 403|HTTP 403|HTTP code = 403|403 Forbidden|You are not authorized",
        "CodeCommit was reached and refused what it was sent.",
        "credential-manager-conflict stored-credentials authorization-override credential-handshake"
        " aws-credentials environment-overrides config-shadowing clock-skew git-credentials"
        " iam-permissions kms-deny kms-key repository-exists",
    ),
    _symptom(
        r"could not read (Username|Password)|terminal prompts disabled|Username for 'https"
        r"|Password for 'https|Authentication failed for|returned error: 401",
        "No helper gave an answer, so Git asked for a password.",
        "credential-helper use-http-path profile-quoting aws-cli-version profile-exists"
        " aws-credentials git-credentials",
    ),
)
"""The most telling ones first."""


def recognise(text: str, known: Iterable[str]) -> list[Symptom]:
    """The symptoms in a text, the most telling first.

    known: ids of the checks that this installation has; others are left out.
    """
    ids = frozenset(known)
    lines = "\n".join(line.strip() for line in text.splitlines())
    return [
        Symptom(s.pattern, s.meaning, tuple(check for check in s.checks if check in ids))
        for s in SYMPTOMS
        if re.search(s.pattern, lines, re.IGNORECASE | re.MULTILINE)
    ]
