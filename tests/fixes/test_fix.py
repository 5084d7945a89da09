"""What --fix and undo promise: nothing unasked, nothing unproved, nothing secret kept."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from tests.conftest import HEALTHY, HELPER, Sandbox
from tests.fixes.patients import (
    BROKEN_PATH,
    fixed,
    ill,
    journal_of,
    outcomes,
    snapshot,
)

PLUGIN = """
from codecommit_doctor.check import Fix, Git, Result, Safety, check, failed, passed, warned
from codecommit_doctor.fixes import GitConfigEdit

def made(name, key, wanted, step, say=failed, **more):
    scope = more.pop("scope", "global")
    fix = Fix("mend " + name, (GitConfigEdit((step,), scope),), "guide", **more)
    def look(git: Git) -> Result:
        values = [e.value for e in git.configuration().entries if e.key == key]
        return passed("well") if (wanted in values) else say("ill", fix=fix)
    return check(id=name, title="t", why="w", source="https://example.org")(look)

useless = made("x-useless", "x.y", "never", ("x.z", "1"))
risky = made("x-risky", "x.risky", "1", ("x.risky", "1"), warned, safety=Safety.UNSAFE)
secret = made("x-secret", "x.passphrase", "none", ("x.passphrase", "none"))
wide = made("x-wide", "x.wide", "1", ("x.wide", "1"), warned, scope="system")
harm = made("x-harm", "x.harm", "1", ("x.harm", "1"))
"""
ONLY = tuple(f"--only=x-{name}" for name in ("useless", "risky", "secret", "wide"))


@pytest.fixture
def plugged(sandbox: Sandbox) -> Sandbox:
    """The doctor with checks whose fixes are odd."""
    names = ("useless", "risky", "secret", "wide", "harm")
    lines = "".join(f"x-{name} = plug:{name}\n" for name in names)
    sandbox.write("site/plug.py", PLUGIN)
    info = "site/plug-1.0.dist-info"
    sandbox.write(f"{info}/METADATA", "Metadata-Version: 2.1\nName: plug\nVersion: 1.0\n")
    sandbox.write(f"{info}/entry_points.txt", f"[codecommit_doctor.checks]\n{lines}")
    sandbox.env |= {"PYTHONPATH": str(sandbox.home / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    return sandbox


@pytest.mark.parametrize("words", [["--dry-run"], ["--fix", "--dry-run", "--yes"], ["--fix"]])
def test_nothing_is_changed_unasked(sandbox: Sandbox, words: list[str]) -> None:
    ill(sandbox)
    before = snapshot(sandbox)
    done = sandbox.examine(*words)
    expected = "declined" if "--dry-run" in words else "refused"
    assert outcomes(done) == [("use-http-path", expected)]
    assert (snapshot(sandbox), journal_of(sandbox), done.code) == (before, [], 1)
    assert "+    UseHttpPath = true" in done.err
    assert ("nobody could be asked" in done.err) == (expected == "refused")
    assert not list(sandbox.home.rglob("codecommit-doctor"))


def test_the_exit_code_tells_that_nobody_could_be_asked(sandbox: Sandbox) -> None:
    ill(sandbox, "[credential]\n\thelper = !false\n" + HEALTHY)
    assert sandbox.examine().with_status("fail") == set()
    done = sandbox.examine("--fix")
    assert (done.code, outcomes(done)) == (1, [("credential-manager-conflict", "refused")])
    dry = sandbox.examine("--dry-run")
    assert (dry.code, outcomes(dry)) == (0, [("credential-manager-conflict", "declined")])


def test_only_the_named_check_is_mended(sandbox: Sandbox) -> None:
    text = f"[credential]\n\thelper = store\n\thelper = {HELPER}\n"
    path = ill(sandbox, text)
    done = fixed(sandbox, "--only", "use-http-path")
    assert outcomes(done) == [("use-http-path", "applied")]
    assert done.report["fixes"][0]["files"] == ["~/.gitconfig"]
    section = '[credential "https://git-codecommit.*.amazonaws.com"]\n'
    assert path.read_text("utf-8") == text + section + "\tUseHttpPath = true\n"


def test_scope_decides_where_it_is_written(sandbox: Sandbox) -> None:
    path = ill(sandbox)
    done = fixed(sandbox, "--scope", "local")
    assert outcomes(done) == [("use-http-path", "applied")]
    assert path.read_text("utf-8") == BROKEN_PATH
    assert "UseHttpPath = true" in (sandbox.clone / ".git/config").read_text("utf-8")


def test_a_scope_that_does_not_help_is_taken_back(sandbox: Sandbox) -> None:
    ill(sandbox)
    before = snapshot(sandbox)
    done = fixed(sandbox, "--scope", "system")
    assert outcomes(done) == [("use-http-path", "taken-back")]
    assert (done.code, snapshot(sandbox)) == (1, before)
    outside = fixed(sandbox, "--scope", "local", "https://git-codecommit.us-east-2.amazonaws.com")
    assert outcomes(outside)[0][1] == "applied"
    homeless = sandbox.doctor("--offline", "--fix", "--yes", "--scope", "local", cwd=sandbox.home)
    assert "is not a clone" in homeless.err


def test_several_clones_are_mended_each_in_its_own_file(sandbox: Sandbox) -> None:
    ill(sandbox, HEALTHY)
    other = sandbox.home / "other"
    sandbox.git("clone", "--quiet", str(sandbox.clone), str(other), cwd=sandbox.home)
    url = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/other"
    sandbox.git("remote", "set-url", "origin", url, cwd=other)
    for clone in (sandbox.clone, other):
        sandbox.git("config", "credential.UseHttpPath", "false", cwd=clone)
    done = fixed(sandbox, str(sandbox.clone), str(other), cwd=sandbox.home)
    assert outcomes(done) == [("use-http-path", "applied")] * 2
    assert done.code == 0
    assert len({tuple(fix["files"]) for fix in done.report["fixes"]}) == 2


def test_fixes_that_do_not_help_unsafe_ones_and_warnings(plugged: Sandbox) -> None:
    path = ill(plugged, "[user]\n\tname = x\n")
    done = fixed(plugged, *ONLY, "--skip", "x-secret")
    assert sorted(outcomes(done)) == [
        ("x-risky", "refused"),
        ("x-useless", "taken-back"),
        ("x-wide", "applied"),
    ]
    assert path.read_text("utf-8") == "[user]\n\tname = x\n"
    assert plugged.system_config.read_text("utf-8") == "[x]\n\twide = 1\n"
    assert [entry["state"] for entry in journal_of(plugged)] == ["taken-back", "applied"]
    assert "--unsafe-fixes" in done.err and "x-useless is still fail after it" in done.err
    again = fixed(plugged, "--only", "x-risky", "--unsafe-fixes")
    assert (again.code, outcomes(again)) == (0, [("x-risky", "applied")])


def test_a_secret_is_kept_nowhere_and_the_preview_says_so(plugged: Sandbox) -> None:
    secrets = ("hunter2", "gl-0815", "s3same", "xyzzy-1", "plugh-2", "pin-4711")
    text = (
        "[http]\n\tproxy = http://me:hunter2@proxy:8080\n\textraHeader = PRIVATE-TOKEN: gl-0815\n"
        '[credential "https://example.org"]\n\thelper = "!f() { echo username=me; \\\n'
        'echo s3same; }; f"\n# my password is xyzzy-1\n\thelper = "corp --as=pin-4711"\n'
        "[x]\n\tpassphrase = plugh-2\n"
    )
    path = ill(plugged, text)
    dry = plugged.doctor("--offline", "--dry-run", "--only", "x-secret")
    assert "undo can't bring it back" in dry.err
    done = fixed(plugged, "--only", "x-secret", "--only", "x-wide")
    assert [outcome for _, outcome in outcomes(done)] == ["applied", "applied"]
    for file in plugged.home.rglob("codecommit-doctor/journal/*"):
        data = file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        for entry in journal_of(plugged):
            data += b"".join(base64.b64decode(patch["old"] or "") for patch in entry["patches"])
        assert [secret for secret in secrets if secret.encode() in data] == []
    for secret in secrets:
        assert secret not in done.out + done.err + dry.out + dry.err
    entry = next(e for e in journal_of(plugged) if e["check"] == "x-secret")
    refused = plugged.doctor("undo", entry["id"])
    assert (refused.code, "secret and was not kept" in refused.err) == (1, True)
    assert "passphrase = none" in path.read_text("utf-8")


def test_a_useless_fix_of_a_secret_is_taken_back_from_memory(plugged: Sandbox) -> None:
    ill(plugged, "[x]\n\tz = https://me:hunter2@example.org\n")
    before = snapshot(plugged)
    done = fixed(plugged, "--only", "x-useless")
    assert (outcomes(done), snapshot(plugged)) == ([("x-useless", "taken-back")], before)
    assert [patch["old"] for patch in journal_of(plugged)[0]["patches"]] == [None]


def test_undo_refuses_with_a_diff_what_has_changed_since(sandbox: Sandbox) -> None:
    path = ill(sandbox)
    fixed(sandbox)
    cured = path.read_bytes()
    path.write_bytes(cured + b"[user]\n\tname = since\n")
    refused = sandbox.doctor("undo")
    assert (refused.code, refused.out) == (1, "")
    assert "has been changed since" in refused.err
    assert "+    name = …" in refused.err
    assert path.read_bytes() == cured + b"[user]\n\tname = since\n"
    path.write_bytes(cured)
    assert sandbox.doctor("undo").code == 0
    assert path.read_text("utf-8") == BROKEN_PATH


def test_undo_by_id_list_and_nothing_to_undo(sandbox: Sandbox) -> None:
    nothing = sandbox.doctor("undo")
    assert (nothing.code, "nothing to undo" in nothing.err) == (2, True)
    assert "No fix has been applied" in sandbox.doctor("undo", "--list").out
    path = ill(sandbox, f"[credential]\n\thelper = store\n\thelper = {HELPER}\n")
    original = path.read_bytes()
    fixed(sandbox)
    first, second = journal_of(sandbox)
    listed = sandbox.doctor("undo", "--list").out.splitlines()
    assert [line.split()[:2] for line in listed] == [
        [first["id"], "applied"],
        [second["id"], "applied"],
    ]
    assert str(sandbox.home) not in "".join(listed)
    assert sandbox.doctor("undo", first["id"]).code == 1
    assert sandbox.doctor("undo", "no-such-id").code == 2
    assert sandbox.doctor("undo", second["id"]).code == 0
    assert sandbox.doctor("undo", second["id"]).code == 2
    assert sandbox.doctor("undo", first["id"]).code == 0
    assert path.read_bytes() == original


def test_a_file_that_the_fix_made_is_gone_after_undo(plugged: Sandbox) -> None:
    path = Path(plugged.home, ".gitconfig")
    assert outcomes(fixed(plugged, "--only", "x-harm")) == [("x-harm", "applied")]
    assert path.exists()
    assert plugged.doctor("undo").code == 0
    assert not path.exists()


def test_a_device_is_never_replaced(plugged: Sandbox) -> None:
    plugged.env["GIT_CONFIG_GLOBAL"] = "/dev/null"
    done = fixed(plugged, "--only", "x-harm")
    assert (done.code, outcomes(done)) == (1, [("x-harm", "failed")])
    assert "not a regular file" in done.report["fixes"][0]["reason"]
    assert Path("/dev/null").is_char_device()


def test_a_journal_that_can_not_be_written_stops_the_fix(sandbox: Sandbox) -> None:
    path = ill(sandbox)
    sandbox.env["XDG_STATE_HOME"] = str(sandbox.write("a file", "")) + "/sub"
    done = fixed(sandbox)
    if done.report["fixes"][0]["outcome"] == "applied":  # platforms without XDG
        pytest.skip("the journal is kept elsewhere here")
    assert (done.code, outcomes(done)) == (1, [("use-http-path", "failed")])
    assert "the journal in" in done.report["fixes"][0]["reason"]
    assert path.read_text("utf-8") == BROKEN_PATH
