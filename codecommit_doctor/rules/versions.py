"""Versions from which on a program does something, each once, with its source.

A version on a page is one of these: a test holds the pages against this list.
"""

from __future__ import annotations

__all__ = [
    "AWS_CLI",
    "AWS_CLI_BLANK_LINE",
    "AWS_CLI_LOGIN",
    "AWS_CLI_OTHER_HOSTS",
    "GIT",
    "GIT_CREDENTIAL",
    "GIT_FAULTY",
    "GIT_KEYCHAIN_ERASES_ALL",
    "GIT_RESET",
    "GIT_SYSTEM_FILE",
    "GIT_WILDCARDS",
]

GIT = "1.7.9"
"""CodeCommit asks for it; the first one with credential helpers. Source: CodeCommit User Guide,
"Setting up"; git, a78fbb4fb6."""

GIT_CREDENTIAL = "1.7.12"
"""The command ``git credential``, which asks the helpers. Source: git, e30b2feb1b."""

GIT_RESET = "2.9"
"""An empty ``credential.helper`` takes away the helpers before it. Source: git, 24321375cd."""

GIT_WILDCARDS = "2.26"
"""``*`` in the host of ``credential.<url>``. Source: git, 46fd7b3900."""

GIT_SYSTEM_FILE = "2.32"
"""``GIT_CONFIG_SYSTEM`` and ``GIT_CONFIG_GLOBAL``. Source: git, RelNotes/2.32.0."""

GIT_KEYCHAIN_ERASES_ALL = "2.45"
"""git-credential-osxkeychain erases all entries of a host at once. Source: git, 9032bcad82."""

GIT_FAULTY = {
    "2.11.0.windows.3": "Git for Windows 2.11.0(3) does not ask for a user name where it should",
    "1.9.5.msysgit.1": "Git for Windows 1.9.5.msysgit.1 is named as faulty by CodeCommit's guide",
}
"""Releases with a fault, as ``git --version`` names them. Source: CodeCommit User Guide,
"Troubleshooting"."""

AWS_CLI = "1.7.38"
"""The first one with the CodeCommit commands. Source: CodeCommit User Guide, "Setting up"."""

AWS_CLI_OTHER_HOSTS = "1.16.130"
"""Signs the hosts of FIPS and VPC endpoints right. Source: aws-cli, dabbdec75."""

AWS_CLI_BLANK_LINE = "1.18.8"
"""The helper reads a blank line behind Git's question. Source: aws-cli, 5e9af11ec."""

AWS_CLI_LOGIN = "2.32"
"""``aws login``. Source: aws-cli, CHANGELOG, 2.32.0."""
