"""A plugin as a stranger would publish it, installed into an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import ROOT, VALIDATOR, Finished, Sandbox

CHECK = '''"""A check from elsewhere."""
from codecommit_doctor.check import Git, Result, check, failed, passed

print("plugins have no business on standard output")

@check(
    id="git-found", title="Is git there at all?", why="Nothing works without it.",
    source="https://git-scm.com/docs", after=("git-version",),
)
def git_found(git: Git) -> Result:
    """Looks on the PATH."""
    print("nor while they look")
    return passed("git is here") if git.path else failed("no git")
'''

PROJECT = """[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "{name}"
version = "1.0"
[project.entry-points."codecommit_doctor.checks"]
{points}
[tool.setuptools]
py-modules = ["{module}"]
"""


class Environment:
    """A fresh virtual environment that sees the packages of the one that runs the tests."""

    sandbox: Sandbox

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
        self.python = next((folder / "venv").glob("[bS]*/python*"))
        packages = next((folder / "venv").rglob("site-packages"))
        lines = [
            f"import site; site.addsitedir({path!r})"
            for path in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        ]
        (packages / "borrowed.pth").write_text("\n".join(lines) + "\n", "utf-8")

    def install(self, *plugins: tuple[str, str, str]) -> None:
        """Each with its name, its entry points and its code."""
        for name, points, code in plugins:
            module = name.replace("-", "_")
            project = self.folder / name
            project.mkdir()
            text = PROJECT.format(name=name, points=points, module=module)
            (project / "pyproject.toml").write_text(text, "utf-8")
            (project / f"{module}.py").write_text(code, "utf-8")
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install"]
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
        projects = [str(self.folder / name) for name, _, _ in plugins]
        done = subprocess.run([*pip, *options, *projects], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def doctor(self, *words: str) -> Finished:
        done = subprocess.run(
            [self.python, "-m", "codecommit_doctor", *words],
            cwd=self.sandbox.clone,
            env=self.sandbox.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Finished(done.returncode, done.stdout, done.stderr)

    def examine(self, *words: str) -> Finished:
        done = self.doctor("--offline", "--format", "json", *words)
        done.report = json.loads(done.out)
        VALIDATOR.validate(done.report)
        return done


EXTRA = ("doctor-extra", 'git-found = "doctor_extra:git_found"', CHECK)
BROKEN = ("doctor-broken", 'hopeless = "doctor_broken:x"', "import nobody_has_this")
EXIT = ("doctor-exit", 'leaver = "doctor_exit:x"', "raise SystemExit(0)")


@pytest.fixture(scope="module")
def with_extra(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("extra"))
    made.install(EXTRA)
    return made


@pytest.fixture(scope="module")
def with_all(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("all"))
    made.install(EXTRA, BROKEN, EXIT)
    return made


def test_plugin_is_listed_explained_and_run_beside_the_built_in_checks(
    with_extra: Environment, healthy: Sandbox
) -> None:
    environment, environment.sandbox = with_extra, healthy
    listed = environment.doctor("checks")
    assert (listed.code, listed.err.count("can't be used")) == (0, 0)
    lines = [line for line in listed.out.splitlines() if line.startswith("git-found ")]
    assert len(lines) == 1
    assert lines[0].endswith("Is git there at all?  (from doctor-extra)")
    assert "Looks on the PATH." in environment.doctor("explain", "git-found").out
    done = environment.examine()
    result = done.results["git-found"]
    assert (result["status"], result["distribution"]) == ("pass", "doctor-extra")
    assert done.code == 0
    built_in = {path.stem.replace("_", "-") for path in (ROOT / "checks").glob("[!_]*.py")}
    assert set(done.results) == built_in | {"git-found"}


def test_broken_plugin_is_an_error_that_names_it_and_the_rest_runs(
    with_all: Environment, healthy: Sandbox
) -> None:
    environment, environment.sandbox = with_all, healthy
    done = environment.examine("--skip", "leaver")
    assert done.code == 3
    broken = done.results["hopeless"]
    assert (broken["status"], broken["distribution"]) == ("error", "doctor-broken")
    assert "doctor-broken" in broken["summary"]
    assert "nobody_has_this" in broken["summary"]
    assert done.status("git-found") == "pass"
    assert done.with_status("error") == {"hopeless"}
    listed = environment.doctor("checks")
    assert listed.code == 3
    assert "doctor-broken: could not be loaded" in listed.err
    assert environment.doctor("--offline", "--skip", "hopeless", "--skip", "leaver").code == 0


def test_plugin_that_ends_the_process_ends_only_itself(
    with_all: Environment, healthy: Sandbox
) -> None:
    environment, environment.sandbox = with_all, healthy
    done = environment.examine("--skip", "hopeless")
    assert done.code == 3
    assert done.with_status("error") == {"leaver"}
    assert done.status("git-found") == "pass"
