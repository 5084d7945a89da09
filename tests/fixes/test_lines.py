"""Lines of a configuration file: which may be secret, and how git's own lines get their form."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.lines import may_be_secret
from codecommit_doctor.treatment.authors_lines import with_lines_of
from codecommit_doctor.treatment.plan import Change, diff


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "text", ['[protocol "https"]\r\n\tallow = never\r\n', "[CREDENTIAL]\n\tUseHttpPath = no\n"]
)
def test_a_setting_without_a_secret_can_be_kept_for_undo(mark: str, text: str) -> None:
    data = (mark + text).encode()
    assert not may_be_secret(data, data.index(b"\t"), len(data), Redactor())


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("header", ["[http]", "[HTTP]", '[http "https://example.org"]'])
def test_a_header_is_kept_nowhere(mark: str, header: str) -> None:
    data = f"{mark}{header}\n\textraHeader = Authorization: Basic bWU6cHc=\n".encode()
    assert may_be_secret(data, data.index(b"\t"), len(data), Redactor())


def test_empty_lines_stay_where_git_takes_them_along_with_a_section() -> None:
    before = b"[user]\n\tname = x\n\n[http]\n  extraHeader = a: b\n\n \n[core]\n"
    assert with_lines_of(before, b"[user]\n\tname = x\n[core]\n") == (
        b"[user]\n\tname = x\n\n\n \n[core]\n"
    )


def test_a_diff_names_the_file_that_is_written() -> None:
    named, real = Path("clone/.git/config"), Path("other/.git/config")
    for place, told in ((real, real), (None, named)):
        lines = list(diff(Change(named, b"a\n", b"b\n", place)))
        assert lines == [f"--- {told}", f"+++ {told}", "@@ -1 +1 @@", "-a", "+b"]
    assert next(diff(Change(named, None, b"b\n", real))) == "--- /dev/null"
