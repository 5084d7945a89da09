"""Each fix: broken, mended, proved by git and the AWS helper, mended once only, taken back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import pytest

from tests.conftest import CREDENTIALS, HEALTHY, HELPER, SYSTEM_PATH, Sandbox
from tests.fixes.patients import (
    BROKEN_PATH,
    HOST,
    PATH,
    STORED,
    fixed,
    git_works,
    ill,
    keeper,
    outcomes,
    snapshot,
)

SECTION = f'[credential "https://{HOST}"]\n'
PROFILES = CREDENTIALS.replace("[default]", "[My Profile]")
STALE = 'echo username=old; echo password="20200101T000000Z$(printf %064d 0)"'
MANAGER = f'case "$1" in get) {STALE} ;; store) cat >>"$HOME/kept" ;; esac'
UNQUOTED = "!aws codecommit credential-helper --profile My Profile $@"


@dataclass(frozen=True)
class Case:
    """checks: those whose fixes are applied, in order. works: git is given a good password before,
    too; what is wrong is that a helper stores it.
    """

    home: str
    checks: tuple[str, ...]
    system: str = ""
    local: str = ""
    files: tuple[tuple[str, str], ...] = ()
    credentials: str = CREDENTIALS
    version: str = ""
    works: bool = False


CONFLICT = ("credential-manager-conflict",)
CASES = {
    "path switched off": Case(BROKEN_PATH, ("use-http-path",)),
    "path never set": Case(f"[credential]\n\thelper = {HELPER}", ("use-http-path",)),
    "path of no sense, in a section, with CRLF": Case(
        f"{SECTION}\thelper = {HELPER}\n\tusehttppath = maybe\n".replace("\n", "\r\n"),
        ("use-http-path",),
    ),
    "path off in the clone": Case(
        HEALTHY, ("use-http-path",), local="[credential]\n\tuseHttpPath = no\n"
    ),
    "path off in an included file of a usual name": Case(
        f"[credential]\n\thelper = {HELPER}\n[include]\n\tpath = work/config\n",
        ("use-http-path",),
        files=(("work/config", "[credential]\n\tUseHttpPath = off\n"),),
    ),
    "profile without quotes": Case(
        f"[credential]\n\thelper = {UNQUOTED}\n\tUseHttpPath = true\n",
        ("profile-quoting",),
        credentials=PROFILES,
    ),
    "profile in double quotes, in the other global file": Case(
        "[user]\n\tname = Jö\n",
        ("profile-quoting",),
        files=(
            (
                ".config/git/config",
                "[credential]\n\tUseHttpPath = true\n\thelper = "
                '!aws codecommit credential-helper --profile "My Profile" $@\n',
            ),
        ),
        credentials=PROFILES,
    ),
    "store before it": Case(
        f"[credential]\n\thelper = store\n\thelper = {HELPER}\n\tUseHttpPath = true\n", CONFLICT
    ),
    "the guide's recipe, and a manager of the system": Case(
        f"{SECTION}\thelper = {HELPER}\n\tUseHttpPath = true\n",
        CONFLICT,
        system="[credential]\n\thelper = manager\n",
    ),
    "the same, git without wildcards": Case(
        f"[core]\n\tautocrlf = false\n[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true",
        CONFLICT,
        system="[credential]\n\thelper = manager\n",
        version="2.25.1",
    ),
    "two things wrong": Case(
        f"[credential]\n\thelper = store\n\thelper = {UNQUOTED}\n",
        ("profile-quoting", "use-http-path", *CONFLICT),
        credentials=PROFILES,
    ),
}


def arranged(sandbox: Sandbox, case: Case) -> None:
    ill(sandbox, case.home)
    keeper(sandbox)
    sandbox.program("git-credential-manager", MANAGER)
    sandbox.write(".aws/credentials", case.credentials)
    sandbox.system_config.write_text(case.system, "utf-8")
    for name, text in case.files:
        sandbox.write(name, text)
    with (sandbox.clone / ".git" / "config").open("a", encoding="utf-8") as file:
        file.write(case.local)
    if case.version:
        told = f'[ "$*" = --version ] && {{ echo git version {case.version}; exit; }}'
        sandbox.program("git", f'{told}\nexec {shutil.which("git", path=SYSTEM_PATH)} "$@"')


def stores_nothing(sandbox: Sandbox) -> bool:
    """Whether no helper keeps a password that the server has accepted."""
    before = sandbox.write(STORED, "").read_bytes()
    answer = f"protocol=https\nhost={HOST}\npath={PATH[1:]}\nusername=u\npassword=p\n\n"
    sandbox.git("credential", "approve", input=answer)
    kept = sandbox.home / "kept"
    return (sandbox.home / STORED).read_bytes() == before and not kept.exists()


@pytest.mark.parametrize("name", CASES)
def test_cure_proved_by_git_done_once_and_undone(sandbox: Sandbox, name: str) -> None:
    case = CASES[name]
    arranged(sandbox, case)
    ill_state = snapshot(sandbox)
    assert git_works(sandbox) == case.works

    first = fixed(sandbox)
    applied = [check for check, outcome in outcomes(first) if outcome == "applied"]
    mended = sorted(check for check in applied if check != "stored-credentials")
    assert mended == sorted(case.checks), (first.report["fixes"], first.err)
    assert len(applied) == len(outcomes(first))
    assert first.with_status("fail", "warn") == set()
    assert (first.code, git_works(sandbox), stores_nothing(sandbox)) == (0, True, True)

    cured = snapshot(sandbox)
    again = fixed(sandbox)
    assert (again.code, again.report["fixes"], snapshot(sandbox)) == (0, [], cured)

    for _ in applied:
        undone = sandbox.doctor("undo")
        assert undone.code == 0, undone.err
    assert snapshot(sandbox) == ill_state


def test_no_reset_where_git_has_none(sandbox: Sandbox) -> None:
    arranged(sandbox, Case(CASES["store before it"].home, (), version="2.8.6"))
    before = snapshot(sandbox)
    done = fixed(sandbox)
    assert (done.report["fixes"], snapshot(sandbox)) == ([], before)
    assert done.status("credential-manager-conflict") == "fail"
    assert "Git before 2.9 has no reset" in str(done.results["credential-manager-conflict"])
