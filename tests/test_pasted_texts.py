"""Texts as people paste them: respelt, cut, of other programs, of other servers."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, quote_plus

import pytest

from codecommit_doctor.engine.recognition import recognise
from codecommit_doctor.engine.registry import load
from tests.conftest import URL

CHECKS = load().checks
REFUSED = f"fatal: unable to access '{URL}/': The requested URL returned error: 403"
UNANSWERED = (
    "fatal: could not read Username for 'https://git-codecommit.us-east-2.amazonaws.com': terminal "
    "prompts disabled"
)

HELD = (
    ("git: 'remote-codecommit' is not a git command. See 'git --help'.", "remote-helper/not-found"),
    ("fatal: Unable to find remote helper for 'codecommit'", "remote-helper/not-found"),
    ("The config profile (of my own team) could not be found", "profile-exists"),
    ("Error when retrieving token from sso: Token has expired and refresh failed",
     "aws-credentials"),
    (REFUSED, "git-access/refused"),
    (UNANSWERED, "credential-handshake/no-answer"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "id"), HELD)
@pytest.mark.parametrize(
    "form",
    [
        "html", "html-hex", "json", "typographic", "lost-escapes", "address", "address-twice",
        "form", "bold", "ticks", "tags", "spaces", "tabs", "kept-spaces", "unseen", "full-width",
        "utf-16", "utf-16-be",
    ],
)  # fmt: skip
def test_a_text_is_known_in_every_spelling(text: str, id: str, form: str) -> None:
    word = text.split()[2]
    spelt = {
        "html": html.escape(text),
        "html-hex": text.replace("'", "&#x27;"),
        "json": text.replace("'", "\\u0027").replace("/", "\\/"),
        "typographic": re.sub(r"'(.*?)'", "\N{LEFT SINGLE QUOTATION MARK}\\1’", text),
        "address": quote(text, safe=""),
        "address-twice": quote(quote(text)),
        "form": quote_plus(text),
        "bold": text.replace(word, f"**{word}**"),
        "ticks": text.replace("'", "`"),
        "tags": f"<p>{text.replace(word, f'<b class=x>{word}</b>')}<br/></p>",
        "spaces": text.replace(" ", "  "),
        "tabs": text.replace(" ", "\t"),
        "kept-spaces": text.replace(" ", "\N{NO-BREAK SPACE}"),
        "unseen": text.replace(" ", "\N{ZERO WIDTH SPACE} \N{RIGHT-TO-LEFT OVERRIDE}"),
        "full-width": "".join(chr(ord(c) + 0xFEE0) if c in ":()" else c for c in text),
        "utf-16": text.encode("utf-16-le").decode("ascii"),
        "utf-16-be": text.encode("utf-16-be").decode("ascii"),
        "lost-escapes": text.replace(word, f"[1m{word}[0m").replace("403", "^[[31m403^[[0m"),
    }[form]
    assert recognise(spelt, CHECKS)[0].id == id


@pytest.mark.parametrize(("text", "id"), HELD)
@pytest.mark.parametrize("prefix", ["", "│ "])
def test_a_text_is_known_wherever_its_line_was_cut(text: str, id: str, prefix: str) -> None:
    for cut in range(25, len(text) - 2, 4):
        first, second = text[:cut], text[cut:]
        if not re.match(r" ?[a-z'(/]", second):
            continue
        cut_text = f"{prefix}{first.rstrip()}\n{prefix}{second.lstrip()}\n"
        assert id in [one.id for one in recognise(cut_text, CHECKS)], cut_text


def test_lines_that_belong_to_nothing_are_not_put_together() -> None:
    for text in (
        "Reading the profile that was named before\nfatal: x does not exist\n",
        "Everything is up to date in profile\n\ndoes not exist\n",
    ):
        assert recognise(text, CHECKS) == []


ELSEWHERE = ("https://github.com/a/b.git/", "https://user@gitlab.example.org:8443/a/b/")
HERE = (
    URL,
    "https://git-codecommit.<region>.amazonaws.com/v1/repos/x",
    "https://vpce-1-git-codecommit.eu-west-1.vpce.amazonaws.com/v1/repos/x",
    "https://localhost:8443/x",
    "https://10.0.0.1/x",
)


@pytest.mark.parametrize("address", [*ELSEWHERE, *HERE])
@pytest.mark.parametrize(
    "text",
    [
        "fatal: unable to access '{}': The requested URL returned error: 403",
        "fatal: could not read Username for '{}': terminal prompts disabled",
        "fatal: Authentication failed for '{}'",
        "fatal: repository '{}' not found",
    ],
)
def test_the_address_of_another_server_is_told_from_codecommits(text: str, address: str) -> None:
    ids = [one.id for one in recognise(text.format(address), CHECKS)]
    assert (ids == ["git/other-host"]) == (address in ELSEWHERE)
    assert not (address in HERE and "git/other-host" in ids)


CONTEXT = [
    ("[Container] 2026/01/01 00:00:00 Phase\n" + UNANSWERED, "codebuild-helper"),
    ("git clone https://dev-at-111122223333@git-codecommit.x.amazonaws.com/v1/repos/x\n"
     + REFUSED, "git-credentials-user"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "context"), CONTEXT)
def test_the_place_of_a_text_tells_what_is_likely(text: str, context: str) -> None:
    assert recognise(text, CHECKS)[0].id == context


MET = [
    ("aws codecommit credential-helper $@ get: Zeile 1: aws: Kommando nicht gefunden.",
     "aws-cli-version"),
    ("aws codecommit credential-helper $@ get: ligne 1: aws : commande introuvable",
     "aws-cli-version"),
    ("zsh: command not found: aws", "aws-cli-version"),
    ("fish: Unknown command: aws", "aws-cli-version"),
    ("x: cannot open git-upload-pack", "endpoint-reachable"),
    ("org.eclipse.jgit.errors.NoRemoteRepositoryException: https://x: not found",
     "git-access/not-found"),
    ("CLIENT_ERROR: repository not found for primary source", "git-access/not-found"),
    ("CLIENT_ERROR: reference not found for primary source", "git/no-ref"),
    ("dial tcp 192.0.2.1:443: i/o timeout", "endpoint-reachable/time"),
    ("returned error: 407", "endpoint-reachable/proxy-login"),
    ("Peer reports incompatible or unsupported protocol version.", "endpoint-reachable/tls"),
    ("Failed to connect to repository : Command \"git ls-remote\" returned status code 128:",
     "git/ended"),
    ('The profile "x" is configured to use SSO but is missing required configuration: sso_region',
     "aws-credentials"),
    ("arn:aws:iam::1:role/x is not authorized to perform AssumeRole on role y", "aws-credentials"),
    ("trace: run_command: 'git credential-manager get'", "credential-manager-conflict"),
    ("trace: exec: git-credential-osxkeychain get", "credential-manager-conflict"),
    ("fatal: unable to look up current user in the passwd file: no such user",
     "git/user-without-name"),
    ("npm ERR! fatal: Cannot come back to cwd: Permission denied", "git/working-folder"),
    ("fatal: pack exceeds maximum allowed size (2.00 GiB)", "git/limit"),
    ("aws: /lib64/libc.so.6: version `GLIBC_2.28' not found", "program/other-system"),
    ("'charmap' codec can't encode character", "python/encoding"),
    ("error: file write error: No space left on device", "git/this-machine"),
    ("download not supported for scheme 'x'", "client/go-getter"),
    ("Failed to get credentials: Session token not found or invalid", "aws-credentials"),
    ("why do I get 403 from CodeCommit?", "git-access/refused"),
    ("error: cannot spawn C:/TortoiseGitPlink.exe: No such file or directory", "git/ssh"),
    ("Connection reset by 192.0.2.1 port 22", "git/ssh"),
    ("fatal: no submodule mapping found in .gitmodules for path 'x'", "git/submodule"),
    ("could not find appropriate mechanism for credentials", "client/libgit2"),
    ("cannot find module providing package git-codecommit.x.amazonaws.com/y", "client/go-modules"),
    ("Authentication failed because no credentials were provided. (https://x)", "client/xcode"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id"), MET)
def test_texts_of_public_threads(text: str, id: str) -> None:
    assert f"{recognise(text, CHECKS)[0].id}/".startswith(f"{id}/")


KINDS = [
    # what go-git says of a refusal, and what it can't read
    ("rpc error: code = Unknown desc = error testing repository: authorization failed",
     "client/go-git"),
    ("unable to clone 'https://x', error: reference delta not found", "client/go-git-transfer"),
    # programs that take an address apart themselves
    ("ERROR: Invalid requirement: 'codecommit::us-east-1://x'", "client/no-codecommit-addresses"),
    ("git+codecommit is not a supported VCS scheme", "client/no-codecommit-addresses"),
    ("No driver found to handle VCS repository https://x", "client/composer"),
    # the network, as the runtimes of other languages say it
    ("Error: getaddrinfo ENOTFOUND git-codecommit.x.amazonaws.com", "endpoint-reachable/name"),
    ("java.net.UnknownHostException: x", "endpoint-reachable/name"),
    ("Error: connect ECONNREFUSED 192.0.2.1:3128", "endpoint-reachable/connection"),
    ('Get "https://x/info/refs?service=git-upload-pack": EOF', "endpoint-reachable/connection"),
    ("net/http: TLS handshake timeout", "endpoint-reachable/time"),
    ("java.net.SocketTimeoutException: connect timed out", "endpoint-reachable/time"),
    ("Error: UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "endpoint-reachable/tls"),
    ('Could not connect to the endpoint URL: "https://sts.us-east-1.amazonaws.com/"',
     "endpoint-reachable/connection"),
    ('Could not connect to the endpoint URL: "https://sts.us-est-1.amazonaws.com/"', "aws-region"),
    ("error: RPC failed; curl 56 LibreSSL SSL_read: Operation timed out", "transfer-broke"),
    ("The remote server returned an error: (403) Forbidden.", "git-access/refused"),
    ("fetch failed with status code 401", "credential-handshake/no-answer"),
    # services and the API
    ("no AWS CodeCommit repository named x was found", "git-access/not-found"),
    ("no branch named x was found in the selected AWS CodeCommit repository", "git/no-ref"),
    ("[Container] 2026/01/01 00:00:00 Running git\nfatal: not a git repository (or any of",
     "codepipeline-files"),
    ("fatal: repository 'https://x.console.aws.amazon.com/codesuite/x/' not found",
     "repository-url"),
    # a login that asks, and one that is nowhere
    ("EOFError: EOF when reading a line", "aws-credentials"),
    ("[Errno 2] No such file or directory: '/var/run/x/serviceaccount/token'", "aws-credentials"),
    ("CredentialsError: Missing credentials in config", "aws-credentials"),
    # helpers that no shell understands
    ('$@ get: 1: Syntax error: "(" unexpected', "credential-helper"),
    ("aws: error: argument --profile: expected one argument", "profile-quoting"),
    ("NoConsoleScreenBufferError: Found xterm-256color", "aws-configuration/auto-prompt"),
    # programs that crash, and machines that can't
    ("AttributeError: module 'lib' has no attribute 'X509_V_FLAG'", "python/does-not-start"),
    ("env: python3.8: No such file or directory", "python/does-not-start"),
    ("error: git-remote-https died of signal 11", "program/crashed"),
    ("error: pack-objects died of signal 9", "git/this-machine"),
    ("fatal: could not create work tree dir 'x': Permission denied", "git/this-machine"),
    ('exec: "git": executable file not found in $PATH', "git-version"),
    ("Incorrect x. Could not read from remote repository.\nfatal: Authentication failed for 'x'",
     "credential-handshake/refused"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id"), KINDS)
def test_kinds_of_texts(text: str, id: str) -> None:
    assert recognise(text, CHECKS)[0].id == id


def test_a_log_of_a_program_that_works_says_nothing() -> None:
    for text in (
        "Deployment succeeded. 403 files uploaded.",
        "INFO Downloaded 401 artifacts in 403 ms",
        "connect ECONNREFUSED /run/user/1000/vscode-git-1.sock",
    ):
        assert recognise(text, CHECKS) == []


BROKERS = [
    "aws-vault: error: exec: Error getting temporary credentials: profile work: missing",
    "aws-vault: error: Specified keyring backend not available",
    "Error authenticating to IdP.: error retrieving auth response",
    "saml2aws: Your AWS credentials have expired. Please login again",
    "[\u2718] no access to role: ForbiddenException: No access",
    "Okta: MFA verification failed",
    "Error: Incorrect MFA code. Please try again.",
    "AADSTS50105: Your administrator has configured the application to block users",
    "AccessDeniedException: Untrusted certificate. Insufficient certificate",
    "Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain",
    "CredentialsProviderError: Could not resolve credentials using profile: [default]",
    "Error: no valid credential sources for Terraform AWS Provider found.",
    "Did you mean to set the `id-token` permission?",
    "[Errno 13] Permission denied: '/home/x/.aws/sso/cache/abc.json'",
]
OF_CLIENTS = [
    ("Git: remote: Invalid username or password", "client/graphical"),
    ("This is not a valid source path / URL", "client/graphical"),
    ("The repository is archived on GitHub. Check the settings", "client/graphical"),
    ("(com.apple.dt.SourceControlErrorDomain error -1.)", "client/xcode"),
    ("Secure connection to x could not be stablished because of SSL problems", "client/jgit"),
    ('Warning: CredentialId "codecommit" could not be found.', "client/jenkins"),
    ("ERROR: Couldn't find any revision to build.", "git/no-ref"),
    ("[!] Unable to add a source with url `x` named `demo`.", "client/pod"),
    ("go: git-codecommit.us-east-1.amazonaws.com/v1/repos/x.git@v0.0.0: reading "
     "git-codecommit.us-east-1.amazonaws.com/v1/repos/x.git: 404 Not Found", "client/go-modules"),
    ("Unable to access the artifact with Amazon S3 object key 'x'", "aws/artifact"),
    ("remote: HTTP Basic: Access denied", "git/other-service"),
    ("Failed to clone: unsupported protocol codecommit", "remote-helper"),
    ("No matching distribution that satisfies the requirement git-remote-codecommit",
     "remote-helper"),
    ("ERROR: Cannot find command 'git' - do you have 'git' installed?", "git-version"),
    ("You have not agreed to the Xcode license agreements", "git-version"),
    ("dyld[1]: Library not loaded: /usr/local/opt/pcre2/lib/libpcre2-8.0.dylib", "git-version"),
    ("store failed: Cannot create an item in a locked collection", "credential-manager-conflict"),
    ("fatal: Password store has not been initialized at 'x'", "credential-manager-conflict"),
    ("A specified logon session does not exist.", "credential-manager-conflict"),
    ("User interaction is not allowed.", "credential-manager-conflict"),
    ("/mnt/c/Program: No such file or directory", "credential-helper"),
    ("configparser.DuplicateSectionError: While reading from 'x'", "aws-configuration"),
    ("\u2718 Profile work not found in your AWS config", "profile-exists"),
    ("ERR_PNPM_FETCH_403  GET x: Forbidden - 403", "git-access/refused"),
    ("git clone keeps asking me for a user name", "credential-handshake/no-answer"),
    ("fatal: no se pudo leer el nombre de usuario para 'https://git-codecommit.x'",
     "credential-handshake/no-answer"),
    ("fatal: \u65e0\u6cd5\u8bfb\u53d6 'https://git-codecommit.x' \u7684\u7528\u6237\u540d",
     "credential-handshake/no-answer"),
    ("fatal: Authentifizierung f\u00fcr 'x' fehlgeschlagen", "credential-handshake/refused"),
    ("error: aws codecommit credential-helper $@ get died of signal 9", "git/own-helper"),
    ("unable to access 'https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F"
     "git-codecommit.x.amazonaws.com%2Fv1': The requested URL returned error: 403",
     "git-access/refused"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "id"), [*((text, "aws-credentials") for text in BROKERS), *OF_CLIENTS]
)
def test_words_of_clients_and_of_login_programs(text: str, id: str) -> None:
    assert [one.id for one in recognise(text, CHECKS)][:1] in ([id], [f"{id}/not-found"])


@pytest.mark.parametrize(
    "text",
    [
        "remote: HTTP Basic: Access denied. The provided password or token is incorrect",
        "remote: Support for password authentication was removed on August 13, 2021.",
        "remote: a personal access token is needed",
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_codecommit_itself_refused_beside_words_of_others(text: str, before: bool) -> None:
    host = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo/"
    ours = f"fatal: Authentication failed for '{host}'"
    log = "\n".join([text, ours] if before else [ours, text])
    assert [one.id for one in recognise(log, CHECKS)] == ["credential-handshake/refused"]
    theirs = f"{text}\nfatal: Authentication failed for 'https://git.example.com/demo/'"
    assert "git/other-service" in [one.id for one in recognise(theirs, CHECKS)]
    assert [one.id for one in recognise(text, CHECKS)] == ["git/other-service"]


@pytest.mark.parametrize(
    ("text", "id", "word"),
    [
        ("The system cannot find the path specified.", "aws-cli-version", "aws.cmd"),
        ("usage: git credential-store [<options>] <action>", "credential-helper", "store --file"),
        ("error: unknown option `x'\nusage: git credential-cache [<options>] <action>",
         "credential-helper", "does not take"),
        ("the input device is not a TTY", "aws-cli-version/needs-terminal", "leave out -t"),
        ("Error: the input device is not a TTY.  If you are using mintty, try prefixing the "
         "command with 'winpty'", "aws-cli-version/needs-terminal", "leave out -t"),
    ],
)  # fmt: skip
def test_words_of_wrappers_and_usages_are_told_exactly(text: str, id: str, word: str) -> None:
    first = recognise(text, CHECKS)[0]
    assert (first.id, word in first.meaning) == (id, True)


def test_a_password_of_another_program_is_none_of_gits() -> None:
    text = "rpc error: code = Unknown desc = NOAUTH Authentication required."
    assert recognise(text, CHECKS) == []
