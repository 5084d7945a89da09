"""A report goes to the place that was named, as that place is, and never where a link leads it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from codecommit_doctor.treatment import output
from codecommit_doctor.treatment.output import Refused, sink
from tests import warm
from tests.conftest import Sandbox

pytestmark = pytest.mark.skipif(os.name != "posix", reason="devices and links of POSIX")
QUICK = ("--offline", "--only", "git-version")
OTHER = 12345
root_only = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can make files of other users"
)


def sh(sandbox: Sandbox, script: str) -> subprocess.CompletedProcess[str]:
    """Runs a script of bash in the clone; $DOCTOR is a quick examination."""
    words = " ".join([*warm.COLD_DOCTOR, *QUICK])  # a warm one has descriptors of its own
    return subprocess.run(
        ["bash", "-c", script.replace("$DOCTOR", words)],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


WAYS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "--output": lambda file: (*QUICK, "--format", "json", "--output", file),
    "--report": lambda file: (*QUICK, "--report", f"json={file}"),
    "bundle": lambda file: ("bundle", "--yes", *QUICK, "--output", file),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_device_is_written_to_and_stays_one(healthy: Sandbox, way: str) -> None:
    device = Path("/dev/null")
    if os.geteuid() == 0:
        device = healthy.home / "null"
        try:
            os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
            device.write_bytes(b"x")
        except OSError:
            pytest.skip("no devices can be used here")
    done = healthy.doctor(*WAYS[way](str(device)))
    assert done.code == 0, done.err
    assert stat.S_ISCHR(device.lstat().st_mode)


@pytest.mark.parametrize("way", WAYS)
def test_a_pipe_is_written_to_and_stays_one(healthy: Sandbox, way: str) -> None:
    pipe = healthy.home / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    done = healthy.doctor(*WAYS[way](str(pipe)))
    reader.join(30)
    assert done.code == 0, done.err
    assert got[0].startswith(b"PK" if way == "bundle" else b"{")
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_pipe_that_nobody_reads_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0.0)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="nobody reads"):
        sink(tmp_path / "pipe").write(b"x")
    held = os.open(tmp_path / "pipe", os.O_RDWR)
    with pytest.raises(Refused, match="does not read"):
        sink(tmp_path / "pipe").write(b"x" * 1_000_000)
    os.close(held)


@pytest.mark.parametrize(
    "script",
    [
        "$DOCTOR --format json --output /dev/stdout",
        "$DOCTOR --report json=/dev/stdout 2>&1 | sed '0,/^$/!b' | sed -n '/^{/,/^}/p'",
        "$DOCTOR --report json=/dev/fd/1 | sed -n '/^{/,/^}/p'",
        "$DOCTOR --report json=/dev/stderr 2>&1 >/dev/null",
        "$DOCTOR --report json=>(cat) >/dev/null | cat",
        "$DOCTOR --report json=/proc/self/fd/3 3>&1 >/dev/null",
        "ln -s /dev/stdout ../out; $DOCTOR --format json --output ../out",
    ],
)
def test_open_descriptors(healthy: Sandbox, script: str) -> None:
    done = sh(healthy, script)
    assert json.loads(done.stdout)["counts"]["pass"] == 1, done.stderr


def test_standard_output_that_is_a_file_is_added_to(healthy: Sandbox) -> None:
    sh(healthy, "(echo before; $DOCTOR --format json --output /dev/stdout) > ../file")
    text = (healthy.home / "file").read_text("utf-8")
    assert text.startswith("before\n{")


def test_a_hard_link_keeps_what_its_other_name_holds(healthy: Sandbox) -> None:
    precious = healthy.write("precious", "kept")
    os.link(precious, healthy.home / "hard")
    assert healthy.doctor(*QUICK, "--report", f"json={healthy.home}/hard").code == 0
    assert precious.read_text() == "kept"
    assert json.loads((healthy.home / "hard").read_bytes())


def test_a_users_own_link_is_followed(healthy: Sandbox) -> None:
    (healthy.home / "link").symlink_to("folder/real.json")
    (healthy.home / "folder").mkdir()
    assert healthy.doctor(*QUICK, "--report", f"json={healthy.home}/link").code == 0
    assert (healthy.home / "link").is_symlink()
    assert json.loads((healthy.home / "folder" / "real.json").read_bytes())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("link", "target", "named"),
    [
        ("out.json", "../.bashrc", "out.json"),
        ("out.json", "{home}/.bashrc", "out.json"),
        ("build", "..", "build/.bashrc"),
        ("a/b/build", "../../..", "a/b/build/.bashrc"),
        ("out.json", ".git/hooks/post-checkout", "out.json"),
        ("out.json", "../not-there-yet", "out.json"),
    ],
)
def test_a_link_that_a_clone_brings_does_not_lead_out_of_it(
    healthy: Sandbox, way: str, link: str, target: str, named: str
) -> None:
    bashrc = healthy.write(".bashrc", "kept")
    made = healthy.clone / link
    made.parent.mkdir(parents=True, exist_ok=True)
    made.symlink_to(target.format(home=healthy.home))
    done = healthy.doctor(*WAYS[way](named))
    assert done.code == 2
    assert "can't be written" in done.err
    assert bashrc.read_text() == "kept"
    assert not (healthy.home / "not-there-yet").exists()
    assert not (healthy.clone / ".git" / "hooks" / "post-checkout").exists()


def test_a_link_that_stays_in_its_clone_is_followed(healthy: Sandbox) -> None:
    (healthy.clone / "out.json").symlink_to("build.json")
    assert healthy.doctor(*QUICK, "--report", "json=out.json").code == 0
    assert json.loads((healthy.clone / "build.json").read_bytes())


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        sink(tmp_path / "a")


@root_only
@pytest.mark.parametrize("shape", ["link", "file", "pipe", "folder"])
def test_what_another_user_planted_is_refused(tmp_path: Path, shape: str) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    mine = tmp_path / "mine"
    mine.write_text("kept")
    planted = shared / "out.json"
    if shape == "link":
        planted.symlink_to(mine)
    elif shape == "file":
        planted.write_text("theirs")
    elif shape == "pipe":
        os.mkfifo(planted)
    else:
        (shared / "folder").symlink_to(tmp_path)
        planted = shared / "folder"
    os.lchown(planted, OTHER, OTHER)
    with pytest.raises(Refused, match="another user"):
        sink(planted / "mine" if shape == "folder" else planted)


def test_a_link_where_anybody_can_put_one_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "link").symlink_to(tmp_path / "mine")
    shared.chmod(0o777)
    with pytest.raises(Refused, match="others can write"):
        sink(shared / "link")
    shared.chmod(0o1777)
    assert sink(shared / "link").path == str(tmp_path.resolve() / "mine")


@pytest.mark.parametrize(
    "name", [".gitconfig", ".netrc", ".aws/config", ".aws/new", "clone/.git/config", ".ssh/config"]
)
def test_configuration_is_never_replaced(healthy: Sandbox, name: str) -> None:
    file = healthy.home / name
    file.parent.mkdir(exist_ok=True)
    before = file.read_bytes() if file.exists() else None
    done = healthy.doctor(*QUICK, "--report", f"json={file}")
    assert done.code == 2
    assert before == (file.read_bytes() if file.exists() else None)


@pytest.mark.parametrize("variable", ["GIT_CONFIG_GLOBAL", "AWS_CONFIG_FILE"])
def test_configuration_that_a_variable_names_is_never_replaced(
    healthy: Sandbox, variable: str
) -> None:
    healthy.env[variable] = str(healthy.write("elsewhere", ""))
    done = healthy.doctor(*QUICK, "--output", str(healthy.home / "elsewhere"))
    assert done.code == 2
    assert (healthy.home / "elsewhere").read_bytes() == b""
