"""The report as a document: its schema, its order, and that it holds no secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from codecommit_doctor.check import Check, Evidence, Origin, Result, Status
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.fixes import Fix, Outcome
from codecommit_doctor.reports.building import build
from codecommit_doctor.reports.exit_code import exit_code, is_unmended
from codecommit_doctor.reports.report import Counts, decode, encode, schema
from codecommit_doctor.rules.target import parse
from codecommit_doctor.treatment.apply import Attempt
from tests.conftest import (
    ACCESS_KEY,
    CREDENTIALS,
    HEALTHY,
    HELPER,
    SCHEMA,
    SECRET_KEY,
    VALIDATOR,
    Sandbox,
)

HOST = "git-codecommit.us-east-2.amazonaws.com"


def section(*statuses: Status, url: str = f"https://{HOST}/v1/repos/demo") -> Section:
    target = parse(url, name="origin", directory=Path.cwd())
    findings = (
        Finding(
            Check(f"c{number}", "Title?", "", "https://x.test/", lambda: None),  # type: ignore
            Result(status, f"summary {number}", (Evidence("fact", Origin("here", "f", 3)),)),
            0.12345,
        )
        for number, status in enumerate(statuses)
    )
    return Section(target, tuple(findings))


def test_published_schema_is_the_generated_one() -> None:
    assert schema() == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.process
def test_schema_refuses_what_is_no_report() -> None:
    report = json.loads(encode(build((section(Status.PASS),), Machine())))
    VALIDATOR.validate(report)
    wrong: list[dict[str, Any]] = [
        {"schema_version": "2.0"},
        {"created": "yesterday"},
        {"targets": [{}]},
        {"counts": {"pass": -1}},
        {"exit_code": "0"},
    ]
    for change in wrong:
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate({**report, **change})


@pytest.mark.process
def test_report_survives_encoding_and_decoding() -> None:
    report = build((section(*Status), section(Status.FAIL)), Machine(), strict=True)
    data = encode(report)
    assert decode(data) == report
    assert encode(decode(data)) == data
    assert data.endswith(b"}\n")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"schema_version": "1.0"}'])
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(data)


@pytest.mark.process
def test_newer_fields_are_no_obstacle() -> None:
    report = build((section(Status.PASS),), Machine())
    newer = {**json.loads(encode(report)), "field_of_the_future": 1}
    assert decode(json.dumps(newer).encode()) == report


@pytest.mark.process
def test_counts_are_over_all_targets() -> None:
    sections = (section(Status.PASS, Status.FAIL, Status.SKIP), section(Status.PASS, Status.WARN))
    assert build(sections, Machine()).counts == Counts(passed=2, warn=1, fail=1, skip=1, error=0)


@pytest.mark.parametrize(
    ("counts", "strict", "interrupted", "code"),
    [
        (Counts(passed=5, skip=2), False, False, 0),
        (Counts(warn=1), False, False, 0),
        (Counts(warn=1), True, False, 4),
        (Counts(fail=1, warn=1), True, False, 1),
        (Counts(error=1, fail=1, warn=1), True, False, 3),
        (Counts(error=1, fail=1), False, True, 130),
        (Counts(), True, False, 0),
    ],
)
def test_exit_codes(counts: Counts, strict: bool, interrupted: bool, code: int) -> None:
    assert exit_code(counts, strict=strict, interrupted=interrupted) == code


WANTED = {Outcome.REFUSED, Outcome.FAILED, Outcome.TAKEN_BACK}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_fix_that_was_wanted_and_not_made_is_exit_code_1(
    outcome: Outcome, status: Status
) -> None:
    found = section(status)
    attempt = Attempt(
        found.findings[0].check.id, Fix("Mend it", (), "https://example.com/guide"), outcome
    )
    unmended = is_unmended(attempt, (found,))
    assert unmended == (outcome in WANTED and status not in (Status.PASS, Status.SKIP))
    assert exit_code(Counts(), unmended=unmended) == int(unmended)
    assert not is_unmended(attempt, ())


@pytest.mark.process
def test_causes_are_the_failures_then_the_warnings() -> None:
    (target,) = build((section(Status.WARN, Status.FAIL, Status.PASS),), Machine()).targets
    found = [(cause.check, cause.confidence) for cause in target.verdict.causes]
    assert found == [("c1", "likely"), ("c0", "possible")]


@pytest.mark.parametrize(
    "word", ["likely", "possible", "unsafe", "codecommit-doctor", "console", "git-version"]
)
def test_secret_that_is_one_of_our_words_is_no_crash(healthy: Sandbox, word: str) -> None:
    healthy.env["SOME_TOKEN"] = word
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n\thelper = store\n")
    assert healthy.examine().code == 1


def test_facts_are_evidence_with_file_and_line(healthy: Sandbox) -> None:
    result = healthy.examine().results["use-http-path"]
    (item,) = result["evidence"]
    assert item["fact"] == "credential.usehttppath=true"
    assert item["origin"] == "~/.gitconfig, line 3 (global)"
    assert item["location"] == {"file": "~/.gitconfig", "line": 3, "scope": "global"}


def test_order_is_the_same_in_every_run(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    healthy.git("remote", "add", "backup", f"https://{HOST}/v1/repos/other")

    def shape() -> object:
        text = json.dumps({**healthy.examine().report, "created": ""})
        return re.sub(r'"seconds": [\d.e-]+', "", text)

    assert len({shape() for _ in range(4)}) == 1


SECRETS = {
    "remote": "Passw0rd-of-the-remote",
    "slashed": "IAMs/own+Git/pass",
    "snippet": "Passw0rd-of-a-snippet",
    "quoted": "Passw0rd with spaces",
    "proxy": "Passw0rd-of-the-proxy",
    "session": "FwoGZXIvYXdzEJrSessionToken",
    "variable": "plain words of a token",
    "file": "words in the file",
    "header": "dXNlcjpQYXNzdzByZA0K",
}


@pytest.fixture
def planted(healthy: Sandbox) -> Sandbox:
    """Secrets in every place where the doctor looks, or could come by."""
    s = SECRETS
    healthy.write(
        ".gitconfig",
        "[credential]\n"
        f'\thelper = "!f() {{ echo password={s["snippet"]}; }}; f"\n'
        f"\thelper = \"!f() {{ echo 'password={s['quoted']}'; }}; f\"\n"
        f"\thelper = {HELPER} --profile a b\n"
        f"\tUseHttpPath = password={s['snippet']}\n"
        f"[http]\n\textraHeader = Authorization: Basic {s['header']}\n"
        f"\tproxy = http://me:{s['proxy']}@proxy.test:3128\n",
    )
    healthy.write(".aws/credentials", f"{CREDENTIALS}aws_session_token = {s['session']}\n")
    healthy.write(".aws/config", f"[default]\nregion=us-east-2\nmy_secret = {s['file']}\n")
    healthy.write(".netrc", f"machine {HOST} login me password {s['remote']}\n")
    healthy.env |= {
        "HTTPS_PROXY": f"http://me:{s['proxy']}@proxy.test:3128",
        "http_proxy": f"http://me:{s['proxy']}@proxy.test:3128",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": s["session"],
        "GITHUB_TOKEN": s["variable"],
    }
    healthy.git("remote", "set-url", "origin", f"https://me:{s['remote']}@{HOST}/v1/repos/demo")
    healthy.git("remote", "add", "b", f"https://me:{s['slashed']}@{HOST}/v1/repos/demo")
    healthy.git("remote", "add", "other", f"https://me:{s['remote']}@github.com/x/y")
    return healthy


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_is_in_any_output(planted: Sandbox, form: str, tmp_path: Path) -> None:
    planted.program("aws", 'env; cat "$HOME/.aws/credentials" "$HOME/.netrc" >&2; exit 1')
    address = f"https://me:{SECRETS['remote']}@{HOST}/v1/repos/demo"
    git_hub = address.replace(HOST, "github.com")
    path = tmp_path / "report"
    told = [
        planted.doctor("--verbose", "--offline", "--format", form, *words)
        for words in ((), ("origin",), (address,), (git_hub,), ("other",), ("--output", str(path)))
    ]
    texts = [done.out + done.err for done in told] + [path.read_text("utf-8")]
    assert HOST in texts[0]
    for text in texts:
        leaks = [line for line in text.splitlines() for s in SECRETS.values() if s in line]
        assert leaks == []
        assert ACCESS_KEY not in text
        assert SECRET_KEY not in text
        assert str(planted.home) not in text


def test_a_command_is_whole_or_not_shown(sandbox: Sandbox) -> None:
    sandbox.write(
        ".gitconfig",
        "[credential]\n\thelper = store\n\thelper = !aws codecommit credential-helper"
        " --profile Admin-123456789012 $@\n",
    )
    sandbox.write(".aws/config", "[profile Admin-123456789012]\nregion = us-east-2\n")
    done = sandbox.examine()
    assert "123456789012" not in done.out
    steps = done.results["credential-manager-conflict"]["advice"]
    assert all("…" not in (step["command"] or "") for step in steps)
    assert any("--show-accounts shows it" in step["text"] for step in steps)
    shown = sandbox.examine("--show-accounts").results["credential-manager-conflict"]["advice"]
    assert any("Admin-123456789012" in (step["command"] or "") for step in shown)


@pytest.mark.process
@pytest.mark.parametrize(("after", "code"), [(Status.FAIL, 1), (Status.WARN, 1), (Status.PASS, 0)])
def test_refused_fix_counts_only_while_its_check_finds_something(after: Status, code: int) -> None:
    last = section(after)
    attempt = Attempt(last.findings[0].check.id, Fix("t", (), "g"), Outcome.REFUSED)
    made = build((last,), Machine(), attempts=[attempt])
    assert (made.exit_code, made.fixes[0].outcome) == (code, "refused")
