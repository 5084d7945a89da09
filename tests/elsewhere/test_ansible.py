"""The Ansible role, run by a real ansible-core against three hosts with homes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import HEALTHY, ROOT, SYSTEM_PATH, URL, Sandbox
from tests.elsewhere import TOOLS, needs
from tests.fleet.conftest import ask
from tools import zipapp

ROLE = ROOT / "examples" / "fleet" / "ansible"
CONFIGS = {
    "healthy": HEALTHY,
    "no-path": HEALTHY.replace("true", "false"),
    "keychain": f"[credential]\n\thelper = !false\n{HEALTHY}",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one-file program: of the trial release where there is one, else made here."""
    for made in Path(os.environ.get("CODECOMMIT_DOCTOR_RELEASE", os.devnull)).glob("*.pyz"):
        return made
    path = tmp_path_factory.mktemp("dist") / "doctor.pyz"
    zipapp.build(path)
    return path


def host(folder: Path, config: str) -> Sandbox:
    """A home in which a login finds the programs that it needs."""
    folder.mkdir()
    made = Sandbox(folder).healthy()
    made.write(".gitconfig", config)
    made.write(
        ".profile",
        "".join(f"{key}='{value}'\nexport {key}\n" for key, value in made.env.items()),
    )
    return made


def contents(home: Path) -> dict[str, bytes]:
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def inventory(hosts: dict[str, Sandbox]) -> dict[str, object]:
    """Local connections; instead of su, a login shell with the host's home and nothing else."""
    return {
        "all": {
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": str(TOOLS / "python"),
                "codecommit_doctor_become": False,
                "codecommit_doctor_python": str(Path(sys.executable).resolve()),
                "codecommit_doctor_arguments": ["--offline", URL],
                "codecommit_doctor_labels": {"team": "core"},
                "codecommit_doctor_users": ["me"],
            },
            "hosts": {
                name: {
                    "codecommit_doctor_login": f"env -i sh {_login(made)}",
                }
                for name, made in hosts.items()
            },
        }
    }


def _login(made: Sandbox) -> Path:
    script = made.bin / "login"
    script.write_text(
        f'cd "{made.home}" && HOME="{made.home}" PATH={SYSTEM_PATH} exec sh -lc "$1"\n', "utf-8"
    )
    return script


@needs("ansible-playbook")
def test_three_hosts_two_of_them_broken(program: Path, tmp_path: Path) -> None:
    hosts = {name: host(tmp_path / name, config) for name, config in CONFIGS.items()}
    before = {name: contents(made.home) for name, made in hosts.items()}
    listed, lines = tmp_path / "inventory.yml", tmp_path / "lines"
    listed.write_text(yaml.safe_dump(inventory(hosts)), "utf-8")
    lines.mkdir()
    done = subprocess.run(
        [
            *(str(TOOLS / "ansible-playbook"), "-i", str(listed), str(ROLE / "playbook.yml")),
            *(
                "-e",
                f"codecommit_doctor_program={program}",
                "-e",
                f"codecommit_doctor_lines={lines}",
            ),
        ],
        capture_output=True,
        text=True,
        env={
            "PATH": f"{TOOLS}:{SYSTEM_PATH}",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "TMPDIR": str(tmp_path),
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "ansible"),
            "ANSIBLE_REMOTE_TMP": str(tmp_path / "ansible"),
        },
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed=0" in done.stdout
    assert {name: contents(made.home) for name, made in hosts.items()} == before
    assert not list(tmp_path.glob("codecommit-doctor-*/doctor.pyz"))
    assert {path.stem for path in lines.iterdir()} == set(CONFIGS)
    answer = ask(lines, "--sql", _CAUSES, "--format", "json")
    found = {row["host"]: row["cause"] for row in answer.json}
    assert found["healthy"] is None
    assert found["no-path"].startswith("use-http-path/")
    assert found["keychain"].startswith("credential-manager-conflict/")
    names = tmp_path / "names"
    names.write_text("\n".join([*CONFIGS, "never"]), "utf-8")
    summary = ask(lines, "--expect", names, "--format", "json").json
    assert summary["never_reported"] == ["never"]
    assert (summary["machines"], summary["ill"]) == (3, 2)
    causes = {cause["cause"].partition("/")[0] for cause in summary["causes"] if cause["machines"]}
    assert causes == {"use-http-path", "credential-manager-conflict"}


_CAUSES = "select labels['host'] as host, cause from verdicts where labels['team'] = 'core'"
