"""Runs the bash steps of a composite GitHub action as far as it goes without GitHub's runner."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

__all__ = ["ACTION", "Job"]

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@dataclass
class Job:
    """One use of the action.

    installing: the environment of the step that installs, if it is another one. source: where the
    action was checked out. said: what its steps printed. used: other actions' steps, with their
    words, where their condition holds.
    """

    clone: Path
    temp: Path
    environment: Mapping[str, str]
    inputs: dict[str, str]
    installing: Mapping[str, str] | None = None
    source: Path = ROOT
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    said: str = ""
    code: int = 0
    used: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self) -> Job:
        defaults = {name: str(told.get("default", "")) for name, told in ACTION["inputs"].items()}
        assert set(self.inputs) <= set(defaults), "a runner warns of inputs that it does not know"
        self.inputs = defaults | self.inputs
        for step in ACTION["runs"]["steps"]:
            if "if" in step:
                if self._holds(step["if"]):
                    self.used[step["uses"]] = {k: self._fill(v) for k, v in step["with"].items()}
            elif self.code == 0:
                self._bash(step)
        return self

    def told(self, name: str) -> str:
        """An output of the action."""
        return self._fill(ACTION["outputs"][name]["value"])

    @property
    def summary(self) -> str:
        file = self.temp / "summary"
        return file.read_text("utf-8") if file.exists() else ""

    def _bash(self, step: dict[str, Any]) -> None:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input in a script would be run as a part of it"
        script, answers = self.temp / "step.sh", self.temp / "answers"
        script.write_text(step["run"], "utf-8")
        answers.write_text("", "utf-8")
        own = {name: self._fill(value) for name, value in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": answers, "GITHUB_STEP_SUMMARY": self.temp / "summary"}
        of_step = self.installing if step["id"] == "install" else None
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.clone / self._fill(step.get("working-directory", ".")),
            env={
                **(of_step or self.environment),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "RUNNER_TEMP": str(self.temp),
                **{name: str(path) for name, path in files.items()},
                **own,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        self.said += done.stdout
        self.code = done.returncode
        lines = answers.read_text("utf-8").splitlines()
        self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)

    def _fill(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        if name == "github.action_path":
            return os.fspath(self.source)
        kind, *rest = name.split(".")
        if kind == "inputs":
            return self.inputs[rest[0]]
        assert kind == "steps" and rest[1] == "outputs", name
        return self.outputs.get(rest[0], {}).get(rest[2], "")

    def _holds(self, condition: str) -> bool:
        for part in condition.split(" && "):
            if part != "always()":
                name, sign, value = part.split(" ")
                if (self._value(name) == value.strip("'")) is not (sign == "=="):
                    return False
        return True
