"""From a printed text to the causes that fit, without a look at the machine."""

from __future__ import annotations

import gettext
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from botocore import exceptions
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.engine import recognition
from codecommit_doctor.engine.recognition import Recognition, recognise
from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules import translations
from codecommit_doctor.rules.error_texts import CONTEXTS, TEXTS
from codecommit_doctor.rules.literals import literals
from tests import warm
from tests.conftest import HELPER, URL, Sandbox

CHECKS = load().checks

PRINTED = [
    # git and libcurl
    (f"fatal: unable to access '{URL}/': The requested URL returned error: 403",
     "credential-manager-conflict"),
    ("fatal: could not read Username for 'https://git-codecommit.us-east-2.amazonaws.com': "
     "terminal prompts disabled", "credential-helper"),
    ("fatal: could not read Username for 'https://h': No such device or address",
     "credential-helper"),
    (f"fatal: unable to access '{URL}/': Could not resolve host: git-codecommit.x.amazonaws.com",
     "region-supported"),
    (f"fatal: repository '{URL}/' not found", "repository-url"),
    ("fatal: bad boolean config value 'yess' for 'credential.usehttppath'", "git-configuration"),
    ("fatal: bad config line 3 in file /home/x/.gitconfig", "git-configuration"),
    ("fatal: unable to access 'x': SSL certificate problem: unable to get local issuer certificate",
     "endpoint-reachable"),
    ("fatal: unable to access 'x': Received HTTP code 407 from proxy after CONNECT",
     "endpoint-reachable"),
    ("fatal: unable to access 'x': CONNECT tunnel failed, response 502", "endpoint-reachable"),
    ("git: 'remote-codecommit' is not a git command. See 'git --help'.", "remote-helper"),
    ("fatal: Unable to find remote helper for 'codecommit'", "remote-helper"),
    ("git: 'credential-aws' is not a git command. See 'git --help'.", "credential-helper"),
    ("git: 'credential-manager-core' is not a git command. See 'git --help'.",
     "credential-manager-conflict"),
    # the aws command and its shell
    ("'path'", "use-http-path"),
    ("aws codecommit credential-helper $@ get: 1: aws: not found", "aws-cli-version"),
    ("aws codecommit credential-helper $@ get: aws: command not found", "aws-cli-version"),
    ("The config profile (My) could not be found", "profile-exists"),
    ("aws codecommit credential-helper $@ get: line 1: C:Program: command not found",
     "credential-helper"),
    ("aws codecommit credential-helper $@ get: line 1: C:UsersXaws.exe: command not found",
     "credential-helper"),
    ("aws codecommit credential-helper $@ get: /opt/aws/bin/aws: Permission denied",
     "aws-cli-version"),
    ("error: cannot spawn aws codecommit credential-helper $@ get: No such file or directory",
     "aws-cli-version"),
    ('Could not connect to the endpoint URL: "https://sts.us-esat-1.amazonaws.com/"', "aws-region"),
    ("An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security "
     "token included in the request is expired", "aws-credentials"),
    ("An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: The "
     "request signature we calculated does not match the signature you provided. Check your AWS "
     "Secret Access Key and signing method.", "aws-credentials"),
    ("An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: "
     "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z", "clock-skew"),
    ("An error occurred (AccessDenied) when calling the AssumeRole operation: User: x is not "
     "authorized to perform: sts:AssumeRole on resource: y", "aws-credentials"),
    ("An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No "
     "access", "aws-credentials"),
    ("AuthFailure: AWS was not able to validate the provided access credentials",
     "aws-credentials"),
    ("authentication required for primary source and source version abc",
     "iam-permissions"),
    # macOS
    ("failed to store: -25308", "credential-manager-conflict"),
    ("fatal: failed to get: -25293", "credential-manager-conflict"),
    ("xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools), missing "
     "xcrun at: /Library/Developer/CommandLineTools/usr/bin/xcrun", "git-version"),
    # addresses that were pasted
    ("fatal: protocol '\u200bhttps' is not supported", "repository-url"),
    ("fatal: protocol 'https' is not supported", "repository-url"),  # it was lost in the copy
    ("fatal: protocol '\u201chttps' is not supported", "repository-url"),
    ("fatal: repository 'https://git-codecommit.x.amazonaws.com/v1/repos/git-codecommit.x.amazonaws"
     ".com/' not found", "repository-url"),
    ("aws: error: argument subcommand: Invalid choice, valid choices are:", "profile-quoting"),
    ("Unable to parse config file: /home/x/.aws/config", "aws-configuration"),
    ("Error when retrieving token from sso: Token has expired and refresh failed",
     "aws-credentials"),
    ("Error loading SSO Token: Token for work does not exist", "aws-credentials"),
    ("Unable to locate credentials. You can configure credentials by running \"aws login\".",
     "aws-credentials"),
    ("'NoneType' object has no attribute 'secret_key'", "aws-credentials"),
    # git and what it stands on
    ("git: 'remote-https' is not a git command. See 'git --help'.", "endpoint-reachable"),
    ("/usr/lib/git-core/git-remote-https: symbol lookup error: undefined symbol: x", "git-version"),
    ("Error: spawn git ENOENT", "git-version"),
    ("error: failed to execute prompt script (exit code 1)", "credential-helper"),
    # Git Credential Manager
    ("Logon failed, use ctrl+c to cancel basic credential prompt.", "credential-manager-conflict"),
    ("fatal: HttpRequestException encountered.", "credential-manager-conflict"),
    ("fatal: An error occurred while sending the request.\nfatal: Unable to connect to the remote "
     "server", "credential-manager-conflict"),
    ("fatal: Failed to write item to store. [0x6f7]\nfatal: The stub received bad data",
     "credential-manager-conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first"), PRINTED, ids=range(len(PRINTED)))
def test_a_text_leads_to_its_likeliest_cause(text: str, first: str) -> None:
    assert first in recognise(text, CHECKS)[0].checks[:1]


TLS = [
    ("SSL certificate problem: unable to get local issuer certificate", "not trusted"),
    ("SSL certificate problem: self signed certificate in certificate chain", "not trusted"),
    ("server certificate verification failed. CAfile: none CRLfile: none", "not trusted"),
    ("SSL: no alternative certificate subject name matches target host name", "not trusted"),
    ("schannel: SEC_E_UNTRUSTED_ROOT (0x80090325)", "not trusted"),
    ("error setting certificate verify locations:  CAfile: x.crt CApath: none", "not trusted"),
    ("Problem with the SSL CA cert (path? access rights?)", "not trusted"),
    ("gnutls_handshake() failed: Error in the certificate verification.", "not trusted"),
    ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:443", "was cut"),
    ("gnutls_handshake() failed: The TLS connection was non-properly terminated.", "was cut"),
    ("gnutls_handshake() failed: Error in the pull function.", "was cut"),
    ("OpenSSL SSL_read: SSL_ERROR_SYSCALL, errno 104", "was cut"),
    ("error:0A000126:SSL routines::unexpected eof while reading", "was cut"),
    ("schannel: failed to receive handshake, SSL/TLS connection failed", "was cut"),
    ("error:1408F10B:SSL routines:ssl3_get_record:wrong version number", "does not speak TLS"),
    ("OpenSSL SSL_connect: error:0A00010B:SSL routines::wrong version number",
     "does not speak TLS"),
    ("gnutls_handshake() failed: An unexpected TLS packet was received.", "does not speak TLS"),
    ("schannel: next InitializeSecurityContext failed: Unknown error (0x80092012) - The revocation "
     "function was unable to check revocation for the certificate.", "was withdrawn"),
    ("schannel: next InitializeSecurityContext failed: CRYPT_E_REVOCATION_OFFLINE (0x80092013) - "
     "The revocation function was unable to check revocation because the revocation server was "
     "offline.", "was withdrawn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TLS, ids=range(len(TLS)))
def test_an_untrusted_connection_is_told_from_one_that_was_cut(text: str, said: str) -> None:
    found = recognise(f"fatal: unable to access '{URL}/': {text}", CHECKS)
    assert [said in one.meaning for one in found] == [True]


OF_NO_CHECK = [
    ("rpc error: code = Unknown desc = failed to list refs: authentication required", "go-git"),
    ("failed to list refs: authentication required: SPNEGO token required", "go-git"),
    ("error: failed to authenticate when downloading repository", "cargo"),
    ("  attempted to find username/password via git's `credential.helper` support, but failed",
     "cargo"),
    ("git -c credential.helper= clone --recursive --progress -- https://h/v1/repos/x",
     "helpers-off"),
    ("Error Cloning Repository: failed to clone with and without '.git' suffix", "isomorphic-git"),
    ("kex_exchange_identification: Connection closed by remote host", "ssh"),
    ("fatal: clone of 'codecommit://x' into submodule path 'y' failed", "submodule"),
    ("ERROR: Command errored out with exit status 128: git clone -q https://h/v1/repos/x", "ended"),
    ("error: download failed: git exited with 128", "ended"),
    ("fatal: refusing to merge unrelated histories", "own-clone"),
    ("warning: remote HEAD refers to nonexistent ref, unable to checkout.", "no-ref"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), OF_NO_CHECK, ids=range(len(OF_NO_CHECK)))
def test_a_text_of_another_program_is_called_that(text: str, name: str) -> None:
    assert [one.id.partition("/")[2] for one in recognise(text, CHECKS)] == [name]


def test_a_refusal_in_the_middle_of_a_transfer_is_a_refusal() -> None:
    text = (
        "error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\n"
        "send-pack: unexpected disconnect while reading sideband packet\n"
        "fatal: the remote end hung up unexpectedly\n"
    )
    assert [one.id for one in recognise(text, CHECKS)][-1] == "git-access/refused"
    assert recognise(text, CHECKS)[0].id == "git-access/refused"


def test_a_profile_that_is_not_found_may_have_lost_its_quotes() -> None:
    found = recognise("The config profile (My) could not be found", CHECKS)
    assert [one.id for one in found] == ["profile-exists", "profile-quoting"]


CONTEXT_IDS = {context.id for context in CONTEXTS}

PREFIXES = (
    "  stderr: {}",
    "│ {}",
    "2023-01-01T00:00:00Z [INFO]: {}",
    "2023-01-01T00:00:00.1234567Z ##[error]{}",
    "##[error]{}",
    "#12 3.456 {}",
    "\x1b[31m{}\x1b[0m",
    "12:00:01 {}",
    "[Container] 2023/01/01 00:00:00 {}",
    "00:00:01.123 [workspace] {}",
    "[Pipeline] {}",
    "2024-05-05T01:02:03.123456Z 01E {}",
    "web-1  | {}",
    "Nov 25 18:00:00 host runner[123]: {}",
    "npm ERR! {}",
    "remote: {}",
    "> {}",
    "ERROR: {}",
    "[2026-01-01 00:00:00,123] ERROR {}",
)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("text", ["'path'", PRINTED[0][0], PRINTED[1][0]])
def test_prefixes_of_logs_hide_no_text(prefix: str, text: str) -> None:
    plain = recognise(text, CHECKS)
    found = recognise(f"a line before\r\n{prefix.format(text)}\r\na line behind", CHECKS)
    assert [one.id for one in plain] == [one.id for one in found if one.id not in CONTEXT_IDS]
    assert all(line in text or text in line for one in plain for line in one.lines)


CLIENTS = [
    ("x: Authentication is required but no CredentialsProvider has been registered", "client/jgit"),
    ("https://x: git-upload-pack not permitted on 'https://x/'", "client/jgit"),
    ("remote authentication required but no callback set; class=Http (34)", "client/libgit2"),
    ("unexpected http resp 403 for https://x (dulwich)", "client/dulwich"),
    ("HttpError: HTTP Error: 401 Unauthorized", "client/isomorphic-git"),
    ('module x: unrecognized import path "x": reading https://x?go-get=1: 403 Forbidden',
     "client/go-modules"),
    ("download not supported for scheme 'codecommit'", "client/go-getter"),
    ('npm error Unsupported URL Type "codecommit:": codecommit::r://x', "client/npm"),
    ("The `codecommit:` protocol looks suspicious, use `allow_unsafe_protocols=True`",
     "client/gitpython"),
    ("fatal: the receiving end does not support this repository's hash algorithm", "git/sha256"),
    ("batch response: Not Found (git lfs)", "git/lfs"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id"), CLIENTS)
def test_clients_without_helpers_get_their_own_answer(text: str, id: str) -> None:
    assert f"{recognise(text, CHECKS)[0].id}/".startswith(f"{id}/")


SEEN = [
    ("The following profile does not have an AWS Region: default.", "aws-region"),
    ("The following AWS Region is not available for use with AWS CodeCommit: x.", "remote-helper"),
    ("fatal: transport 'codecommit' not allowed", "remote-helper"),
    ("fatal: detected dubious ownership in repository at '/src'", "git-configuration"),
    ("fatal: 'remote-codecommit' appears to be a git command, but we were not",
     "git-installations"),
    ("fatal: $HOME not set", "git-configuration"),
    ("fatal: unable to access 'x': URL using bad/illegal format or missing URL", "repository-url"),
    ('unable to access x: Protocol "https" not supported or disabled in libcurl',
     "endpoint-reachable/no-answer"),
    ("fatal: transport 'https' not allowed", "endpoint-reachable/protocol-forbidden"),
    ("fatal: unknown value for config 'protocol.https.allow': nevr", "protocol-allowed"),
    ("SSL: certificate verification failed (result: 5)", "endpoint-reachable/tls"),
    ("SecureTransport: SSLHandshake failed: errSSLPeerBadCert", "endpoint-reachable/tls"),
    ("error adding trust anchors from file: /etc/ssl/x.pem", "endpoint-reachable/tls"),
    ("Send failure: Connection was aborted", "endpoint-reachable/connection"),
    ("Can't complete SOCKS5 connection to h", "endpoint-reachable/proxy-refuses"),
    ("fatal: Unable to persist credentials with the 'wincredman' store",
     "credential-manager-conflict"),
    ("could not connect to Secret Service: Cannot autolaunch D-Bus", "credential-manager-conflict"),
    ("/usr/bin/git-remote-codecommit: /opt/python3.9: bad interpreter: No such file",
     "remote-helper"),
    ("/c/x y/aws: c:\\users\\x: bad interpreter: No such file or directory", "aws-cli-version"),
    ("zsh: event not found: aws", "credential-helper"),
    ("AccessDenied: GIT_CLONE_FAILED Message: AccessDenied", "iam-permissions"),
    ("remote: x.bin exceeds CodeCommit's file size limit", "git/limit"),
    ("Error when retrieving credentials from custom-process: no", "aws-credentials"),
    ("Your session has expired. Please reauthenticate using 'aws login'.", "aws-credentials"),
    ("403", "git-access/refused"),
    ("Die angeforderte URL gab Fehler zurück: 403", "git-access/refused"),
    ("duplicate key: capability[] [authtype, state]", "credential-handshake/no-answer"),
    ("failed to create process.", "remote-helper"),
    ("returned error: 429", "git-access/throttled"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id"), SEEN)
def test_texts_that_people_met(text: str, id: str) -> None:
    assert f"{recognise(text, CHECKS)[0].id}/".startswith(f"{id}/")


def _translated() -> list[tuple[str, str]]:
    table = json.loads(
        Path(translations.__file__).with_name("translations.json").read_text("utf-8")
    )
    return [(message, form) for message, forms in table.items() for form in forms]


@pytest.mark.parametrize(("message", "form"), _translated())
def test_translations_mean_what_the_english_text_means(message: str, form: str) -> None:
    fields = re.compile(r"%(?:\d+\$)?(?:\.\d+)?[sd]")

    def filled(text: str) -> str:
        name = "codecommit" if re.search("transport|remote helper", message) else "https://x/"
        name = "remote-codecommit" if "git command" in message else name
        name = "aws" if re.search("command not found|not recognized", message) else name
        values = iter([name, "The requested URL returned error: 403"])
        return fields.sub(lambda _: next(values, "x"), text)

    said = _said_of(filled(message))
    assert said
    assert said <= _said_of(f"fatal: {filled(form)}")


@cache
def _said_of(text: str) -> set[str]:
    return {one.id for one in recognise(text, CHECKS)}


def test_every_text_can_be_searched_for_and_has_a_meaning() -> None:
    for check in CHECKS:
        for symptom in check.symptoms:
            assert literals(symptom.pattern), check.id
            assert symptom.meaning.endswith("."), check.id
    ids = [text.id for text in TEXTS]
    assert len(ids) == len(set(ids))
    assert all(literals(text.pattern) and not text.meaning.endswith(".") for text in TEXTS)
    known = {check.id for check in CHECKS}
    assert all(set(context.first) <= known for context in CONTEXTS)


@given(st.from_regex("|".join(f"(?:{text.pattern})" for text in TEXTS).replace("$", "")))
def test_what_a_pattern_matches_holds_one_of_its_plain_texts(text: str) -> None:
    for one in TEXTS:
        if re.search(one.pattern, text, re.IGNORECASE):
            assert any(plain in text.lower() for plain in literals(one.pattern))


def test_a_pattern_without_plain_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no plain text"):
        literals(r"fatal|\d+(abc)")


def test_in_a_build_service_the_role_comes_first() -> None:
    log = "[Container] 2026/01/01 00:00:00 Phase\nfatal: x: The requested URL returned error: 403\n"
    first, second = recognise(log, CHECKS)
    assert first.id == "build-service"
    assert second.checks[0] == "iam-permissions"
    assert second.checks.index("kms-deny") < second.checks.index("credential-manager-conflict")
    assert recognise("[Container] 2026/01/01 00:00:00 all is well", CHECKS) == []


def _botocore() -> list[str]:
    """What botocore can say, without S3's own words and those that are nothing but a field."""
    return [
        error.fmt.format_map(_Fields())
        for error in vars(exceptions).values()
        if isinstance(error, type)
        and issubclass(error, exceptions.BotoCoreError)
        and re.sub(r"{\w+}", "", error.fmt)
        and "S3" not in f"{error.__name__}{error.fmt}"
    ]


class _Fields(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "x"


@pytest.mark.parametrize("text", _botocore())
def test_what_botocore_says_is_explained(text: str) -> None:
    assert recognise(text, CHECKS) or "Bucket" in text


def test_there_are_many_texts_of_botocore() -> None:
    assert len(_botocore()) >= 70


_OF_A_REQUEST = re.compile(
    r"unable to access '%s': |could not read (?:Username|Password)|authentication failed|credential"
    r"|curl|https?\.|remote helper|\bproxy|\bSSL|certificate|transport '|\$HOME not|redirect"
    r"|dubious ownership|remote end|protocol (?:v|error|version|%)|expected (?:flush|shallow|ACK)"
    r"|sideband|\bRPC\b|fetch-pack|send-pack|ref listing|server (?:does|expected)|cookie"
    r"|remote (?:error|unpack|did)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"^(?:git |git-|usage|test-helper|[A-Z][a-z]+ (?:programs?|to|and|v0|objects|that)\b)|fsmonitor"
    r"|bisect|could not redirect|unable to redirect|redirection|path to|^use |support for|^exit "
    r"|^(?:Low-level|The standard|Generally|Retrieve)"
)
"""Help of commands, and messages of those that ask no server."""


def _git() -> set[str]:
    """Git's own messages that a request to a server can end in, off a catalogue of this machine."""
    catalogues = sorted(Path("/usr/share/locale").glob("*/LC_MESSAGES/git.mo"))
    found = set()
    for file in catalogues[:1]:
        with file.open("rb") as data:
            keys = gettext.GNUTranslations(data)._catalog  # type: ignore[attr-defined]
        found = {key[0] if isinstance(key, tuple) else key for key in keys}
    return {m for m in found if _OF_A_REQUEST.search(m) and not _OF_OTHERS.search(m)}


def test_most_of_what_git_says_of_a_request_is_explained() -> None:
    messages = _git()
    if not messages:
        pytest.skip("no catalogue of git's messages is installed here")
    assert len(messages) >= 80

    def is_told(message: str) -> bool:
        name = "codecommit" if re.search("transport|remote helper", message) else "https://x/"
        text = re.sub(r"%(?:\d+\$)?[-.\d*]*l?[sduicx]", name, message)
        return bool(recognise(text, CHECKS))

    missed = sorted(message for message in messages if not is_told(message))
    assert len(missed) <= 0.06 * len(messages), missed


def test_what_is_general_is_told_only_where_nothing_else_is_known() -> None:
    text = "fatal: unable to access 'https://x/': "
    assert [one.id for one in recognise(text + "a new word", CHECKS)] == ["git/unable-to-access"]
    found = recognise(text + "Could not resolve host: x", CHECKS)
    assert [one.id for one in found] == ["endpoint-reachable/name"]


def test_other_texts_mean_nothing() -> None:
    assert recognise("Already up to date.", CHECKS) == []
    assert recognise("", CHECKS) == []


TOLD = {
    "fatal: $HOME not set": "git-configuration",
    "'path'": "use-http-path",
    "403": "git-access/refused",
}


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(list(TOLD)))
def test_a_text_is_found_whatever_lines_stand_around_it(around: bytes, text: str) -> None:
    lines = b"\n" + around + b"\n"
    found = Recognition(CHECKS).read([lines, text.encode(), lines])
    assert TOLD[text] in [one.id for one in found]


def test_a_text_is_found_wherever_the_pieces_of_a_log_are_cut() -> None:
    log = ("x" * 50 + "\n" + PRINTED[0][0] + "\n" + "y" * 50).encode()
    for cut in range(0, len(log), 7):
        found = Recognition(CHECKS).read([log[:cut], log[cut:]])
        assert [one.id for one in found] == ["git-access/refused"]


def test_logs_in_utf_16_are_read() -> None:
    found = Recognition(CHECKS).read([PRINTED[0][0].encode("utf-16")])
    assert [one.id for one in found] == ["git-access/refused"]


def test_few_lines_of_a_log_are_matched_by_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def bare(line: str) -> str:
        looked.append(line)
        return line

    monkeypatch.setattr(recognition, "bare", bare)
    usual = b"2026-01-01T00:00:00Z [INFO] compiled module %d in 0.1 s, status 200\n"
    log = b"".join(usual % number for number in range(20_000))
    found = Recognition(CHECKS).read([log, b"fatal: $HOME not set\n"])
    assert [one.id for one in found] == ["git-configuration"]
    assert len(looked) < 100  # lines in which 403 happens to stand


def test_what_real_git_prints_is_recognised(sandbox: Sandbox) -> None:
    sandbox.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    asked = sandbox.git(
        "credential", "fill", input="protocol=https\nhost=h.amazonaws.com\npath=p\n\n", check=False
    )
    assert recognise(asked.stderr, CHECKS)[0].checks == ("use-http-path",)


def test_by_argument_and_through_a_pipe(sandbox: Sandbox) -> None:
    text = PRINTED[0][0]
    told = sandbox.doctor("explain-error", text)
    assert told.code == 0
    assert "refused what it was sent" in told.out
    assert told.out.index("credential-manager-conflict") < told.out.index("kms-deny")
    piped = subprocess.run(
        [warm.doctor(), "explain-error"],
        input=text.encode() + b"\n\xff\x1b[31m",
        env=sandbox.env,
        capture_output=True,
        timeout=60,
    )
    assert piped.stdout.decode() == told.out


def test_exit_codes_for_unknown_texts_and_for_none(sandbox: Sandbox) -> None:
    assert sandbox.doctor("explain-error", "all is well").code == 1
    assert sandbox.doctor("explain-error").code == 2
    told = sandbox.doctor("explain-error", "all is well")
    assert "No known Git or AWS CLI error found in this text" in told.out
    assert "codecommit-doctor run -- COMMAND" in told.out


def test_from_a_file_and_a_dash(sandbox: Sandbox) -> None:
    log = sandbox.write("build.log", f"all is well\n{PRINTED[0][0]}\n")
    told = sandbox.doctor("explain-error", str(log))
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("CodeCommit was reached and refused")
    piped = subprocess.run(
        [warm.doctor(), "explain-error", "-"],
        input=log.read_bytes(),
        env=sandbox.env,
        capture_output=True,
        timeout=60,
    )
    assert piped.stdout.decode() == told.out


def test_as_json(sandbox: Sandbox) -> None:
    told = sandbox.doctor("explain-error", "--format", "json", PRINTED[0][0])
    answer = json.loads(told.out)
    assert answer["known"] is True
    (found,) = answer["explanations"]
    assert found["id"] == "git-access/refused"
    assert found["checks"][0] == "credential-manager-conflict"
    assert found["lines"] == [PRINTED[0][0]]
    nothing = sandbox.doctor("explain-error", "--format", "json", "all is well")
    assert json.loads(nothing.out) == {"known": False, "explanations": []}
    assert nothing.code == 1


def test_what_is_shown_of_a_log_holds_no_secret(sandbox: Sandbox) -> None:
    text = "fatal: unable to access 'https://u:Passw0rd@h/x': The requested URL returned error: 403"
    for form in ("text", "json"):
        assert "Passw0rd" not in sandbox.doctor("explain-error", "--format", form, text).out


_IN_LOGS = {
    "TeamCity": "[10:11:12]W:\t [Step 1/2] {}",
    "Kubernetes": "2024-05-01T10:11:12.123456789Z stderr F {}",
    "Buildkite": "\x1b_bk;t=1714558272000\x07{}",
    "Log4j": "2024-05-01 10:11:12.123 [main] ERROR c.x.Y - {}",
    "Go": "E0501 10:11:12.123456       1 x.go:12] {}",
    "PowerShell": "git : {}",
    "set -x": "+ {}",
    "docker": "12.34 {}",
    "JSON": '{{"timestamp": 1, "message": "{}\\n", "stream": "stderr"}}',
    "Ansible": 'fatal: [host]: FAILED! => {{"msg": "{}"}}',
    "a byte order mark": "\ufeff{}",
}


@pytest.mark.parametrize("form", _IN_LOGS.values(), ids=_IN_LOGS)
@pytest.mark.parametrize(
    ("text", "id"),
    [("'path'", "use-http-path"), ("transport 'codecommit' not allowed", "remote-helper")],
)
def test_texts_in_logs_of_many_programs(form: str, text: str, id: str) -> None:
    found = recognise(form.format(text), load().checks)
    assert found
    assert found[0].id.partition("/")[0] == id


def test_a_text_that_python_quotes() -> None:
    found = recognise(r"stderr: 'transport \'codecommit\' not allowed'", load().checks)
    assert [it.id for it in found] == ["remote-helper/protocol-not-allowed"]


@pytest.mark.parametrize(
    ("word", "code", "told"),
    [
        ("/dev/stdin", 0, "HOME is not set"),  # as <(git push 2>&1), which is a pipe with a name
        (".", 2, ". can't be read"),
        ("push.log", 1, "there is no file push.log"),
        ("logs/push", 1, "there is no file logs/push"),
        ("x-unknown", 1, "No known"),
    ],
)
def test_a_word_that_may_be_a_file(sandbox: Sandbox, word: str, code: int, told: str) -> None:
    done = subprocess.run(
        [warm.doctor(), "explain-error", word],
        cwd=sandbox.home,
        env=sandbox.env,
        input=b"fatal: $HOME not set\n",
        capture_output=True,
    )
    shown = (done.stdout + done.stderr).decode()
    assert (done.returncode, told in shown) == (code, True)
    assert ("there is no file" in shown) == ("no file" in told)
