"""What a Python of this machine has."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codecommit_doctor.probes.installed_python import libraries_of


@pytest.mark.process
@pytest.mark.parametrize("text", ["", "[default"])
def test_a_python_is_asked_whatever_the_aws_settings_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    config = tmp_path / "config"
    config.write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "gone")
    found = libraries_of(sys.executable, tmp_path)
    assert found
    assert "us-east-2" in found.regions
