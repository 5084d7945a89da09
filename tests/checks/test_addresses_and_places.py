"""Families of addresses, rules and files: which place is named, and what is typed to mend it."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor.check import Environment, Git, Result
from codecommit_doctor.fixes import GitConfigEdit
from codecommit_doctor.fixes.recipes import reset_chain
from codecommit_doctor.probes.credential_settings import credential_settings
from codecommit_doctor.probes.git_config import rewriting_rules
from codecommit_doctor.probes.handshake import Handshake
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.probes.unread_files import UnreadFiles
from codecommit_doctor.rules.target import looks_like_codecommit
from codecommit_doctor.rules.telling import spoken_reason
from tests import facts

HOST, URL = facts.HOST, facts.URL
CHECKS = Path(__file__).parents[2] / "checks"
SECRET_NAME = re.compile(r"(?i)(password|passphrase|token|secret)s?: ?\Z")


def ask(id: str, *given: object) -> Result:
    return facts.ask(facts.check(id), *given)


def rule(base: str, value: str, kind: str = "insteadof", line: int = 2) -> object:
    return facts.entry(value, f"url.{base}.{kind}", line=line)


@pytest.mark.parametrize("file", sorted(CHECKS.glob("*.py")), ids=lambda file: file.stem)
def test_no_sentence_has_its_own_end_masked(file: Path) -> None:
    """What stands behind ``password: `` is masked in every text, so no sentence may say it so."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            texts = [one.value if isinstance(one, ast.Constant) else "" for one in node.values]
            for text, following in pairwise(texts):
                assert following or not SECRET_NAME.search(str(text)), f"line {node.lineno}"


@pytest.mark.parametrize("password", ["ab/c+d=", "ab#cd", "ab?cd", "ab@cd", "a/b#c?d@e"])
@pytest.mark.parametrize("user", ["u-at-1", "dev-at-111122223333", "dev"])
def test_a_password_that_is_not_encoded_is_the_cause(user: str, password: str) -> None:
    target = facts.cloned(URL.replace("://", f"://{user}:{password}@"))
    assert (target.unencoded, target.host, target.repository) == (True, HOST, "demo")
    assert password not in target.shown_url
    git = facts.git(facts.AWS, entries=(facts.entry(target.url, "remote.origin.url"),))
    result = ask("repository-url", target, git)
    assert (result.status.value, result.code) == ("fail", "wrong")
    assert facts.first_edit(result).steps == (("--replace-all", "remote.origin.url", URL),)
    assert result.fix
    assert result.fix.title.startswith("Remove user name and password")
    other = ask("authorization-override", target, git)
    assert (other.status.value, other.code) == ("skip", "unencoded")


@pytest.mark.parametrize("user", ["dev", "dev-at-111122223333"])
def test_a_rule_that_brings_a_password_is_named(user: str) -> None:
    class WithoutHttp(facts.GitFacts):
        def http(self, *_: str) -> tuple[()]:
            return ()

    base = f"https://{user}:p-w@{HOST}/"
    helper = facts.entry(facts.AWS)
    git = WithoutHttp((helper,), rules=(rule(base, f"https://{HOST}/"),))  # type: ignore[arg-type]
    target = facts.cloned(URL.replace("://", f"://{user}:p-w@"), URL)
    result = ask("authorization-override", target, git)
    assert result.status.value in ("fail", "warn")
    place = "/home/me/.gitconfig, line 2"
    assert place in result.evidence[0].origin.text.replace("\\", "/")
    assert place in result.advice[0].text.replace("\\", "/")
    assert "p-w" not in "".join(item.fact for item in result.evidence)


def test_only_the_rule_that_made_the_address_is_named() -> None:
    ssh = f"ssh://{HOST}/"
    made = rule(ssh, f"https://{HOST}/", "pushinsteadof")
    others = (rule("https://example.com/", f"https://{HOST}/"), rule(ssh, "https://"))
    target = facts.cloned(f"{ssh}v1/repos/demo", URL)
    assert rewriting_rules((others[0], made, others[1]), target) == [made]  # type: ignore[arg-type]


@pytest.mark.parametrize("user", ["", "APKAEXAMPLE@"])
@pytest.mark.parametrize("path", ["/v1/repos/demo", "v1/repos/demo"])
def test_an_address_without_a_scheme_is_ssh(user: str, path: str) -> None:
    address = f"{user}{HOST}:{path}"
    target = facts.target(address)
    assert looks_like_codecommit(address)
    assert (target.transport.value, target.repository) == ("ssh", "demo")
    assert "APKA" not in target.shown_url


@pytest.mark.parametrize(
    ("url", "remote", "variables", "said"),
    [
        ("codecommit::us-esat-2://p@demo", None, {}, "codecommit::us-east-2://p@demo"),
        ("codecommit::us-esat-2://demo", "cc", {}, "set-url cc codecommit::us-east-2://demo"),
        ("codecommit://demo", None, {"AWS_DEFAULT_REGION": "us-esat-2"}, "Set AWS_DEFAULT_REGION"),
        ("codecommit://work@demo", "cc", {}, "set region us-east-2 --profile work"),
        (URL.replace("us-east-2", "us-esat-2"), "up", {}, f"git remote set-url up {URL}"),
        (URL.replace("us-east-2", "us-esat-2"), None, {}, f"Use the host {HOST}"),
    ],
)
def test_a_misspelt_region_is_mended_where_it_stands(
    url: str, remote: str | None, variables: dict[str, str], said: str
) -> None:
    class Unresolving(facts.HostFacts):
        def resolves(self, _: str) -> None:
            return None

    class Work(facts.ProfilesFacts):
        failures = ()

        def setting(self, *_: str) -> str:
            return "us-esat-2"

    target = facts.target(url)._replace(remote=remote)
    given = (target, Work({}), Unresolving(), Environment(variables))
    result = ask("region-supported", *given)
    assert result.code == "misspelt"
    (step,) = result.advice
    assert said in f"{step.text} {' '.join(step.command)}"


def test_use_http_path_is_set_where_the_helper_stands_on_the_command_line() -> None:
    helper = facts.entry(facts.AWS, file=None, scope="command")
    git = facts.git(helper, sends_path=False)
    result = ask("use-http-path", facts.target(), git, facts.signer(helper))
    edit = facts.first_edit(result)
    assert (edit.scope, edit.steps[0][0], edit.steps[0][2]) == ("global", "--replace-all", "true")


@pytest.mark.parametrize(
    "key", ["include.path", "includeif.gitdir:~/clone/.path", "includeif.onbranch:a.b.path"]
)
def test_a_file_to_include_that_is_not_there_is_named(key: str, tmp_path: Path) -> None:
    user = str(tmp_path / ".gitconfig")
    lines = [facts.entry("gone.inc", key, file=user, line=2)]
    there = tmp_path / "there.inc"
    there.write_text("", "utf-8")
    lines.append(facts.entry(str(there), key, file=user, line=5))

    class Quiet(facts.GitFacts):
        def run(self, *_: str) -> object:
            return type("Outcome", (), {"text": ""})

    def judged(*chain: object) -> Result:
        git = Quiet(chain, entries=tuple(lines))  # type: ignore[arg-type]
        unread = UnreadFiles(git, facts.host())  # type: ignore[arg-type]
        return facts.ask(
            facts.check("config-shadowing"),
            *(facts.target(), git, facts.signer(), facts.profiles(), facts.handshake(), unread),
        )

    result = judged()
    assert (result.status.value, result.code) == ("warn", "include-missing")
    (fact,) = result.evidence
    assert fact.origin.text.endswith(".gitconfig, line 2 (global)")
    assert judged(facts.entry("store")).status.value == "skip"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Traceback (most recent call last):\n  x\nRuntimeError: token is gone", "token is gone"),
        ("Error: SSO session expired", "Error: SSO session expired"),
        ("AKIAABCDEFGH wJalrXUtnFEMI", ""),
    ],
)
def test_what_a_program_raised_is_its_reason(text: str, said: str) -> None:
    assert spoken_reason(text) == said


@pytest.mark.parametrize(
    ("pattern", "applies"),
    [
        (f"https://{HOST}", True),
        (f"https://{HOST}/", True),
        (URL, True),
        (f"{URL}/", True),
        (f"https://me@{HOST}", False),
        ("https://git-codecommit.*.amazonaws.com", False),
        (f"https://{HOST}/v1", False),
        (f"http://{HOST}", False),
        ("https://example.com", False),
        (HOST, True),
    ],
)
def test_sections_of_a_git_that_can_not_be_asked(pattern: str, applies: bool) -> None:
    lines = (
        facts.entry(facts.AWS, f"credential.{pattern}.helper"),
        facts.entry("true", f"credential.{pattern}.usehttppath"),
    )

    class Old(facts.GitFacts):
        path = "/usr/bin/git"

    settings = credential_settings(Old(version=(1, 7, 9), entries=lines), facts.target())  # type: ignore[arg-type]
    assert bool(settings.chain) is applies
    assert settings.sends_path is applies
    assert len(settings.others) == (0 if applies else 2)


@pytest.mark.parametrize(("version", "resets"), [((1, 7, 9), 0), ((2, 8), 0), ((2, 9), 1)])
def test_a_git_without_a_reset_gets_a_helper_all_the_same(
    version: tuple[int, ...], resets: int
) -> None:
    git = facts.git(version=version)
    fix = reset_chain(facts.target(), git, git.credential(facts.target()), facts.AWS, title="x")
    assert fix
    edit = fix.edits[0]
    assert isinstance(edit, GitConfigEdit)
    assert [step[-1] for step in edit.steps] == [""] * resets + [facts.AWS, "true"]
    held = facts.git("store", version=version)
    settings = held.credential(facts.target())
    assert bool(reset_chain(facts.target(), held, settings, "x", title="x")) is bool(resets)


def test_helpers_are_not_asked_by_a_git_that_has_no_command_for_it() -> None:
    git = facts.git(facts.AWS, version=(1, 7, 9))
    given: tuple[Any, ...] = (facts.target(), git, facts.profiles(), None, None)
    with pytest.raises(Unavailable, match=r"git before 1\.7\.12 has no command"):
        Handshake(*given).answer()


def test_git_remote_codecommit_needs_no_home() -> None:
    class Files:
        def is_folder(self, _: str) -> bool:
            return False

        def of_yours(self) -> tuple[Path, ...]:
            return ()

    def judged(url: str, git: Git) -> str:
        given = (facts.target(url), git, facts.host(), Files(), Environment({}))
        return ask("git-configuration", *given).status.value

    class Whole(facts.GitFacts):
        def refusal(self) -> None:
            return None

    assert judged("codecommit::us-east-2://demo", Whole()) == "warn"  # type: ignore[arg-type]
    assert judged(URL, Whole()) == "fail"  # type: ignore[arg-type]
