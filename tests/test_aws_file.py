"""A plain AWS file means to us what it means to botocore; any other is left to botocore."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigParseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codecommit_doctor.probes.profiles import _plain_config
from codecommit_doctor.rules.aws_file import plain_sections

_LINES = st.sampled_from(
    [
        *("[default]", "[profile a]", "[a]", "[DEFAULT]", "[profile  a]", "[profile 'a b']"),
        *("[profile]", "[sso-session x]", "[ a ]", "[a] # x", "[a", "[profile default]", "[]"),
        *("region = us-east-2", "region=eu-west-1", "Region = x", "region: x", "region", "= x"),
        *("aws_access_key_id =AKIA", "output =", "s3 =", "  signature = s3v4", "\tx = y", " "),
        *("# c", "; c", " # c", "x = a # b", "x = a ; b", "x = a = b", "x = %(region)s", "x =  a "),
        *("x = é", "\ufeff[default]", "x = a\r", "y = \x0b", "x-y = z", "[a.b-c_d]", "rem x", ""),
    ]
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(_LINES, max_size=7), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_plain_is_what_botocore_reads(tmp_path: Path, lines: list[str], end: str) -> None:
    file = tmp_path / "file"
    data = end.join(lines).encode()
    file.write_bytes(data)
    if (plain := plain_sections(data)) is not None:
        assert plain == raw_config_parse(str(file))
    if (config := _plain_config(data)) is not None:
        whole = load_config(str(file))
        assert config["profiles"] == whole.pop("profiles")
        assert whole == {"sso_sessions": {}, "services": {}}
    try:
        raw_config_parse(str(file))
    except ConfigParseError:
        assert plain is None


@pytest.mark.parametrize(
    "text",
    [
        "[default]\nregion = us-east-2\naws_access_key_id = AKIA\naws_secret_access_key = a/b+c=\n",
        "[default]\r\nregion=us-east-2\r\n\r\n# comment\r\n[profile work]\r\noutput = json\r\n",
        "",
    ],
)
def test_usual_files_are_plain(text: str) -> None:
    assert plain_sections(text.encode()) is not None
    assert _plain_config(text.encode()) is not None


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("# c\n[a]\n; c\nx = yX  \nz=\n", {"a": {"x": "yX", "z": ""}}),
        ("[a]\nX = y", None),
        ("[a]\n[a]", None),
        ("[DEFAULT]", None),
        ("x = y", None),
        ("[a]\nx = 1\nx = 2", None),
        ("[a]\nx = \u00e9", None),
    ],
)
def test_what_is_plain(text: str, sections: dict[str, dict[str, str]] | None) -> None:
    assert plain_sections(text.encode()) == sections
