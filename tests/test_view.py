"""Reports and bundles from elsewhere: shown as they are, whoever made them and however damaged."""

from __future__ import annotations

import io
import json
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from codecommit_doctor.formats import NAMES, render
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.bundle import Member, pack
from codecommit_doctor.reports.reading import LARGEST, ForeignReport, NotAReport, parse, read
from codecommit_doctor.reports.report import Report, encode
from tests.conftest import HEALTHY, Sandbox
from tests.formats import reports

MB = 1024 * 1024
REPORT = encode(reports.example())
BUNDLE = pack([Member("report.json", "", REPORT), Member("versions.txt", "", b"git 2.39.5\n")])

fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_bytes(folder: Path, data: bytes) -> ForeignReport:
    path = folder / "file"
    path.write_bytes(data)
    return read(path)


def refusal(folder: Path, data: bytes) -> str:
    with pytest.raises(NotAReport) as caught:
        read_bytes(folder, data)
    return str(caught.value)


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(REPORT), **changes}).encode()


def first_result(data: bytes) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(data)
    result: dict[str, Any] = report["targets"][0]["results"][0]
    return result


def with_result(**changes: Any) -> bytes:
    """The example, with its first result changed."""
    report = json.loads(REPORT)
    report["targets"][0]["results"][0] |= changes
    return json.dumps(report).encode()


def zipped(
    *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return file.getvalue()


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    """Memory that may be taken meanwhile, over what is there already."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < megabytes * MB, f"{peak / MB:.0f} MB"


# what is whole


def test_report_and_bundle_are_read(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, REPORT) == ForeignReport(reports.example())
    assert read_bytes(tmp_path, BUNDLE) == ForeignReport(reports.example())


@given(reports.reports)
@fuzz
def test_what_this_version_writes_reads_the_same_but_for_hostile_words(report: Report) -> None:
    try:
        first = parse(encode(report))
    except UnicodeEncodeError:
        reject()  # half a character, which build() writes out
    assert parse(encode(first)) == first
    assert first.counts == report.counts
    for form in NAMES:
        assert isinstance(render(first, form, verbose=True), bytes)


def test_view_shows_what_the_console_showed(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.write(".gitconfig", f'[credential]\n\thelper = "!f() {{ :; }}; f"\n{HEALTHY}')
    files = [tmp_path / name for name in ("r.json", "b.zip")]
    shown = healthy.doctor("--offline", "--report", f"json={files[0]}")
    assert "1 warning" in shown.out
    files[1].write_bytes(pack([Member("report.json", "", files[0].read_bytes())]))
    for file in files:
        viewed = healthy.doctor("view", str(file))
        assert (viewed.code, viewed.out) == (0, shown.out)
        assert "made at 20" in viewed.err
    viewed = healthy.doctor("view", str(files[1]), "--format", "json")
    assert viewed.out.encode() == files[0].read_bytes()


# versions


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99", "1"])
def test_any_minor_version_is_read(version: str) -> None:
    assert parse(changed(schema_version=version, news={"a": [1]})) == reports.example()


@pytest.mark.parametrize("version", ["2.0", "0.9", "", "11.0", "x", "\x1b[2J1"])
def test_another_major_version_is_refused(tmp_path: Path, version: str) -> None:
    told = refusal(tmp_path, changed(schema_version=version))
    assert "schema version" in told
    assert "reads 1.x" in told
    assert "\x1b" not in told


def test_new_words_are_shown_as_what_they_come_nearest_to() -> None:
    data = with_result(status="blocked", fix={"title": "t", "safety": "sudo", "guide": "g", "n": 1})
    report = parse(data)
    result = report.targets[0].results[0]
    assert result.status == "skip"
    assert result.summary == "status 'blocked', new to this version: store answers first"
    assert result.fix and result.fix.safety == "unsafe"
    assert (report.counts.fail, report.counts.skip) == (0, 2)
    assert b"blocked" in render(report, "console", verbose=True)


def test_counts_are_our_own(tmp_path: Path) -> None:
    report = read_bytes(tmp_path, changed(counts={"pass": -5, "fail": "many"})).report
    assert report.counts == reports.example().counts


# what is no report


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"PK",
        b"PK\x05\x06" + bytes(18),
        b'{"schema_version": 1.0}',
        b'{"schema_version": "1.0"}',
        changed(created="yesterday"),
        changed(created="2026-01-02T03:04:05Z\n"),
        changed(targets={}),
        changed(targets=[{}]),
        changed(machine={"a": 1}),
        changed(exit_code="0"),
        with_result(evidence="none"),
        with_result(summary=None),
        with_result(seconds=float("nan")),
        with_result(seconds=float("inf")),
        REPORT[:-10],
        REPORT.replace(b'"exit_code": 1', b'"exit_code": 1e999'),
        REPORT.replace(b"origin", b"\xed\xa0\x80"),
        zipped(("other.json", REPORT)),
        zipped(),
        BUNDLE[:-1],
        BUNDLE + b"x",
    ],
)
def test_what_is_no_report_is_refused_in_words(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data).startswith("it ")


def test_files_that_are_not_there_or_no_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(NotAReport, match="can't be read"):
            read(path)


@pytest.mark.parametrize("seconds", [-1, 1e300, 0])
def test_numbers_are_kept_in_bounds(seconds: float) -> None:
    report = parse(with_result(seconds=seconds))
    assert 0 <= report.targets[0].results[0].seconds <= 1e6


@pytest.mark.parametrize("line", [-1, 0, 2**31, 2**63 - 1])
def test_lines_that_can_not_be(line: int) -> None:
    item = {"fact": "f", "origin": "o", "location": {"file": "f", "line": line, "scope": None}}
    (found,) = parse(with_result(evidence=[item])).targets[0].results[0].evidence
    assert found.location and found.location.line is None


# hostile words


HOSTILE = "\x1b]0;owned\x07\x1b[2J[red]x[/red]\u202e\u2066\x9b31m\r\x00{{7*7}}<script>"


def test_no_control_character_reaches_a_terminal() -> None:
    def poisoned(value: Any, key: str = "") -> Any:
        if isinstance(value, str) and key not in ("schema_version", "created"):
            return value + HOSTILE
        if isinstance(value, list):
            return [poisoned(item) for item in value]
        if isinstance(value, dict):
            return {name: poisoned(item, name) for name, item in value.items()}
        return value

    report = json.loads(REPORT)
    report["machine"][HOSTILE] = HOSTILE
    report = parse(json.dumps(poisoned(report)).encode())
    for form in NAMES:
        text = render(report, form, verbose=True).decode("utf-8")
        bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl") and c not in "\n\t"}
        assert not bad, form
    assert b"[red]x[/red]" in render(report, "console", verbose=True)


def test_an_id_can_not_be_a_command() -> None:
    shown = render(parse(with_result(id="x; rm -rf ~")), "console").decode()
    assert "rm -rf" not in shown
    assert "codecommit-doctor explain unknown-check" in shown


def test_very_long_texts_are_cut() -> None:
    report = parse(with_result(summary="long " * MB))
    assert len(report.targets[0].results[0].summary) < 11_000
    assert render(report, "console")


# bombs: refused, and in little memory


def test_zip_bomb(tmp_path: Path) -> None:
    bomb = zipped(("report.json", bytes(60 * MB)))
    assert len(bomb) < MB
    with at_most(40):
        assert "zip bomb" in refusal(tmp_path, bomb)


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    bomb = zipped(("report.json", b" " * (100 * MB)))
    start = bomb.rindex(b"PK\x01\x02")
    said = (1000).to_bytes(4, "little")
    for place in (22, start + 24):
        bomb = bomb[:place] + said + bomb[place + 4 :]
    with at_most(40):
        assert "damaged zip" in refusal(tmp_path, bomb)


def test_zip_of_very_many_files(tmp_path: Path) -> None:
    many = zipped(("report.json", REPORT), *((str(number), b"") for number in range(20_000)))
    with at_most(40):
        assert "more than 64 files" in refusal(tmp_path, many)
    count = len(many) - 22 + 8
    liar = many[:count] + b"\x01\x00\x01\x00" + many[count + 4 :]
    with at_most(40):
        assert "more than 64 files" in refusal(tmp_path, liar)


def test_zip_for_huge_files(tmp_path: Path) -> None:
    end = len(BUNDLE) - 22
    locator = b"PK\x06\x07" + bytes(16)
    assert "huge files" in refusal(tmp_path, BUNDLE[:end] + locator + BUNDLE[end:])


def test_member_that_would_unpack_to_too_much(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 8
    big = zipped(("report.json", noise * (33 * MB // 2048)), method=zipfile.ZIP_STORED)
    assert "larger than 32 MB" in refusal(tmp_path, big)


def test_two_members_of_one_name(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("report.json", REPORT), ("report.json", b"{}"))
    assert "same name" in refusal(tmp_path, data)


def test_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zipped(("report.json", REPORT)))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "damaged zip" in refusal(tmp_path, bytes(data))


@pytest.mark.parametrize("size", [LARGEST + 1, 40 * MB])
def test_huge_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(size)
    with at_most(80), pytest.raises(NotAReport, match="larger than 32 MB"):
        read(path)


@pytest.mark.parametrize("deep", [b"[", b'{"a":', b'{"targets":['])
def test_deep_json(tmp_path: Path, deep: bytes) -> None:
    assert refusal(tmp_path, deep * 100_000).startswith("it is ")
    inside = b'{"schema_version": "1.0", "new": ' + deep * 100_000
    assert "too deeply" in refusal(tmp_path, inside) or deep.startswith(b'{"targets')


@pytest.mark.parametrize(
    ("before", "item"),
    [
        (b'"machine": {', b'"%d":"a",'),
        (
            b'"fixes": [',
            b'{"check":"","title":"","safety":"","outcome":"","files":[],"reason":""},',
        ),
        (b'"ruled_out": [', b'"a",'),
        (b'"news": [', b"0,"),
    ],
)
def test_report_of_very_many_things(before: bytes, item: bytes) -> None:
    report = REPORT.replace(b'"fixes": []', b'"fixes": [], "news": []')
    head, found, tail = report.partition(before)
    assert found
    if b"%d" in item:
        filling = b"".join(item % number for number in range(31 * MB // 14))
    else:
        filling = item * (31 * MB // len(item))
    data = head + found + filling.rstrip(b",") + tail.replace(b'"known": null', b"", 0)
    with at_most(400):
        try:
            parse(data)
        except NotAReport:
            pass
        else:
            assert before == b'"news": ['


def test_very_many_results_are_refused() -> None:
    report = json.loads(REPORT)
    target = report["targets"][0]
    target["results"] = [first_result(REPORT) | {"evidence": [], "advice": []}] * 100_000
    with pytest.raises(NotAReport, match="more than a report can"):
        parse(json.dumps(report).encode())


# members that would like to be elsewhere


def test_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        "../../escaped",
        "/etc/escaped",
        "C:\\escaped",
        "..\\escaped",
        "a/../../b",
        "\x1b[2J\n",
    ]
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    data = zipped(
        ("report.json", REPORT), (link, b"/etc/passwd"), *((name, b"x") for name in names)
    )
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "file").write_bytes(data)
    document = read(tmp_path / "file")
    assert document.report == reports.example()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "here"]


# the manifest


def repacked(data: bytes, change: dict[str, bytes | None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members: dict[str, bytes | None] = {n: file.read(n) for n in file.namelist()}
    members |= change
    return zipped(*((name, data) for name, data in members.items() if data is not None))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"versions.txt": b"git 1.0\n"}, "versions.txt is not what the manifest says"),
        ({"report.json": REPORT + b" "}, "report.json is not what the manifest says"),
        ({"versions.txt": None}, "versions.txt is in the manifest and not in the bundle"),
        ({"more\x1b.txt": b""}, "more\\x1b.txt is in the bundle and not in the manifest"),
        ({"manifest.json": None}, "no manifest"),
        ({"manifest.json": b"{}"}, "manifest can't be read"),
        ({"manifest.json": b'{"files":' + b"[" * 100_000}, "manifest can't be read"),
    ],
)
def test_what_does_not_agree_with_the_manifest_is_told(
    tmp_path: Path, change: dict[str, bytes | None], said: str
) -> None:
    document = read_bytes(tmp_path, repacked(BUNDLE, change))
    (notice,) = document.notices
    assert said in notice
    assert document.report == reports.example()


def test_warning_and_refusal_on_the_command_line(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(repacked(BUNDLE, {"versions.txt": b""}))
    done = sandbox.doctor("view", str(file))
    assert done.code == 0
    assert f"warning: {file}: versions.txt is not what the manifest says" in done.err
    assert "store answers first" in done.out
    file.write_bytes(changed(schema_version="2.0"))
    done = sandbox.doctor("view", str(file))
    assert (done.code, done.out) == (2, "")
    assert "schema version 2.0" in done.err


# damage


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with a few places overwritten, cut out or doubled."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 24)))
        what = draw(st.sampled_from(["overwrite", "cut", "double", "truncate"]))
        if what == "overwrite":
            data[start:end] = draw(st.binary(max_size=24))
        elif what == "cut":
            del data[start:end]
        elif what == "double":
            data[start:start] = data[start:end]
        else:
            del data[end:]
    return bytes(data)


def survives(folder: Path, data: bytes) -> None:
    try:
        document = read_bytes(folder, data)
    except NotAReport as reason:
        assert printable(str(reason)) == str(reason)
        return
    assert render(document.report, "console", verbose=True)


@given(damaged(REPORT))
@settings(fuzz, max_examples=150)
@example(b"")
def test_damaged_reports(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


@given(damaged(BUNDLE))
@settings(fuzz, max_examples=150)
def test_damaged_bundles(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


@given(damaged(REPORT).map(lambda data: pack([Member("report.json", "", data)])))
@fuzz
def test_bundles_of_damaged_reports(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


@given(st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
@fuzz
def test_what_only_looks_like_a_zip(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def mistyped(draw: st.DrawFn) -> bytes:
    """A report with other values in some places."""
    report = json.loads(REPORT)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = report
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw(st.sampled_from(list(keys)))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                place[key] = draw(json_values)
                break
            place = place[key]
    return json.dumps(report).encode()


def test_a_report_without_targets_says_so(tmp_path: Path) -> None:
    plain = json.loads(REPORT) | {"targets": []}
    document = read_bytes(tmp_path, json.dumps(plain).encode())
    assert b"names no target" in render(document.report, "console")


@given(mistyped())
@settings(fuzz, max_examples=150)
def test_wrong_types(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


def test_words_are_masked_wherever_they_stand(healthy: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    healthy.doctor("--offline", "--report", f"json={file}")
    for form in ("console", "json", "html"):
        masks = ("--redact", "Demo", "--redact", "origin")
        words = ("view", str(file), "--format", form, "-v", *masks)
        done = healthy.doctor(*words)
        assert done.code == 0
        assert "demo" not in done.out and "origin" not in done.out.replace('"origin":', "")
    assert "demo" in healthy.doctor("view", str(file)).out
