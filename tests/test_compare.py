"""What differs between two machines: what explains most comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from codecommit_doctor.reports.comparison import Comparison, compare, lines
from codecommit_doctor.reports.report import (
    EvidenceItem,
    Location,
    Report,
    ResultItem,
    TargetItem,
    Verdict,
    encode,
)
from tests.conftest import HEALTHY, Sandbox
from tests.formats import reports


def made(
    *results: ResultItem, url: str = reports.URL, name: str = "origin", **machine: str
) -> Report:
    target = TargetItem(name, url, "us-east-2", "demo", list(results), Verdict([]))
    return reports.report([target], **machine)


def fact(
    text: str, file: str = "f", line: int | None = 1, scope: str | None = None
) -> EvidenceItem:
    return EvidenceItem(text, f"{file}, line {line}", Location(file, line, scope))


def result(id: str, status: str, summary: str = "s", *facts: EvidenceItem) -> ResultItem:
    return reports.result(id, status, summary, evidence=list(facts))


def text(comparison: Comparison) -> str:
    return "\n".join(lines(comparison))


@given(reports.reports)
def test_a_report_is_the_same_as_itself(report: Report) -> None:
    comparison = compare(report, report)
    assert comparison.same
    assert text(comparison).endswith("Nothing differs.")


@given(reports.reports, reports.reports)
def test_both_ways_say_the_same(a: Report, b: Report) -> None:
    there, back = compare(a, b), compare(b, a)
    assert there.same == back.same
    assert sorted(d.rank for d in there.differences) == sorted(d.rank for d in back.differences)
    assert text(there)


def test_what_fails_on_one_side_alone_comes_first() -> None:
    statuses = {
        "other-facts": ("pass", "pass"),
        "seen-here": ("pass", "skip"),
        "two-troubles": ("fail", "error"),
        "warned": ("warn", "pass"),
        "not-looked": ("fail", "skip"),
        "absent": ("fail", None),
        "failed": ("pass", "fail"),
        "broke": ("error", "pass"),
        "same": ("fail", "fail"),
    }
    a = made(*(result(id, one) for id, (one, _) in statuses.items()))
    b = made(*(result(id, other) for id, (_, other) in statuses.items() if other))
    b.targets[0].results[0].evidence = [fact("more")]
    found = [(difference.rank, difference.check) for difference in compare(a, b).differences]
    assert found == [
        (1, "failed"),
        (1, "broke"),
        (2, "not-looked"),
        (2, "absent"),
        (3, "warned"),
        (4, "two-troubles"),
        (5, "seen-here"),
        (6, "other-facts"),
    ]


def test_facts_of_one_side_alone() -> None:
    both = fact("credential.helper=aws", scope="global")
    a = made(result("conflict", "fail", "x", both, fact("credential.helper=manager")))
    b = made(result("conflict", "pass", "y", both))
    (difference,) = compare(a, b).differences
    assert difference.a and [item.fact for item in difference.a.facts] == [
        "credential.helper=manager"
    ]
    assert difference.b and difference.b.facts == []
    shown = text(compare(a, b))
    assert "A fail: x\n        only A: credential.helper=manager\n" in shown
    assert shown.endswith("1 check differs.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (fact("x", line=1), fact("x", line=9), True),
        (fact("x", "/etc/gitconfig"), fact("x", "C:/Git/etc/gitconfig"), True),
        (fact("x", scope="global"), fact("x", scope="system"), False),
        (fact("3 seconds behind"), fact("12 seconds behind"), True),
        (fact("signed at 20261123T120000Z"), fact("signed at 20261123T120501Z"), True),
        (fact("Git 2.39.5"), fact("Git 2.43.0"), False),
        (fact("region us-east-1"), fact("region us-east-2"), False),
    ],
)
def test_what_is_another_in_every_run_is_no_difference(
    one: EvidenceItem, other: EvidenceItem, same: bool
) -> None:
    a, b = made(result("c", "pass", "s", one)), made(result("c", "pass", "s", other))
    assert compare(a, b).same == same


def test_machines() -> None:
    a, b = made(system="Linux", shell="bash"), made(system="Windows", shell="bash", release="11")
    comparison = compare(a, b)
    assert [(m.name, m.a, m.b) for m in comparison.machine] == [
        ("system", "Linux", "Windows"),
        ("release", None, "11"),
    ]
    assert "  system: A Linux, B Windows\n" in text(comparison)
    assert text(comparison).endswith("No check differs.")


def test_targets_are_paired_by_address_then_by_name_then_as_the_only_ones() -> None:
    other = reports.URL.replace("demo", "other")
    failing, passing = result("c", "fail"), result("c", "pass")
    assert len(compare(made(failing, name="a"), made(passing, name="b")).differences) == 1
    assert len(compare(made(failing), made(passing, url=other)).differences) == 1
    only = compare(made(failing, name="a"), made(passing, url=other, name="b"))
    assert [difference.target for difference in only.differences] == ["a / b"]
    a, b = made(failing), made(passing)
    b.targets.append(made(passing, url=other, name="backup").targets[0])
    comparison = compare(a, b)
    assert (comparison.a.targets_alone, comparison.b.targets_alone) == ([], [other])
    assert f"Only in B: {other}" in text(comparison)


def test_json_is_the_whole_comparison() -> None:
    comparison = compare(made(result("c", "fail")), made(result("c", "pass")), ("a.json", "b.zip"))
    assert msgspec.json.decode(encode(comparison), type=Comparison) == comparison


def test_on_the_command_line(healthy: Sandbox, tmp_path: Path) -> None:
    works, fails, again = (tmp_path / name for name in ("works.json", "fails.zip", "again.json"))
    slow = ("--offline", "--skip", "aws-cli-codecommit")
    healthy.doctor(*slow, "--format", "json", "--output", str(works))
    healthy.doctor(*slow, "--format", "json", "--output", str(again))
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    assert healthy.doctor("bundle", "--yes", *slow, "--output", str(fails)).code == 0

    same = healthy.doctor("compare", str(works), str(again))
    assert (same.code, same.out.splitlines()[-1]) == (0, "Nothing differs.")
    differ = healthy.doctor("compare", str(fails), str(works))
    assert differ.code == 1
    first = differ.out.partition("Fails on one side and passes on the other:\n")[2]
    assert "use-http-path  (origin)\n    A fail: " in first.partition("\n\n")[0]
    assert "only A: credential.usehttppath=false" in differ.out

    as_json: dict[str, Any] = json.loads(
        healthy.doctor("compare", str(fails), str(works), "--format", "json").out
    )
    assert as_json["differences"][0]["rank"] == 1
    assert as_json["same"] is False

    fails.write_bytes(b"PK")
    broken = healthy.doctor("compare", str(works), str(fails))
    assert (broken.code, broken.out) == (2, "")
    assert "fails.zip: it is a damaged zip" in broken.err


def test_what_is_no_problem_is_told_behind_verbose(healthy: Sandbox, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.json", "b.json")]
    healthy.doctor("--offline", "--report", f"json={files[0]}")
    healthy.write(".gitconfig", f"# moved\n{HEALTHY}[user]\n\tname = x\n".replace("$@", ""))
    healthy.doctor("--offline", "--report", f"json={files[1]}")
    short, whole = (healthy.doctor("compare", *files, *more).out for more in ((), ("-v",)))
    assert "without a problem (-v shows them)." in short
    assert "No problem on either side, but other facts:" in whole
    assert len(short.splitlines()) < len(whole.splitlines())


def test_bundles_are_compared_with_their_configurations(healthy: Sandbox, tmp_path: Path) -> None:
    def bundle(name: str) -> str:
        path = tmp_path / name
        only = ("--offline", "--only", "git-version")
        assert healthy.doctor("bundle", "--yes", "--output", str(path), *only).code == 0
        return str(path)

    before = bundle("a.zip")
    assert healthy.doctor("compare", before, before).code == 0
    healthy.write(".gitconfig", "[credential]\n\thelper = store\n" + HEALTHY)
    healthy.write(".aws/config", "[default]\nregion = eu-west-1\noutput = json\n")
    after = bundle("b.zip")
    done = healthy.doctor("compare", before, after)
    assert done.code == 1
    assert (
        "git-config.txt:\n  only B: global  ~/.gitconfig, line 2: credential.helper=store"
        in done.out
    )
    assert "  only A: region = us-east-2\n  only B: region = eu-west-1" in done.out
    told = json.loads(healthy.doctor("compare", "--format", "json", before, after).out)
    files = {found["file"]: found for found in told["settings"]}
    assert {"git-config.txt", "aws-config.txt"} <= set(files)
    assert files["git-config.txt"]["a"] == []


def test_versions_of_bundles_are_behind_verbose() -> None:
    a = {"versions.txt": ["git 2.39.5 (/usr/bin/git)"], "git-config.txt": ["x"]}
    b = {"versions.txt": ["git 2.40.0 (/usr/bin/git)"], "git-config.txt": ["x"]}
    compared = compare(made(), made(), settings=(a, b))
    assert "versions.txt differs, too (-v shows it)." in text(compared)
    assert "only A: git 2.39.5" in "\n".join(lines(compared, verbose=True))
    assert compare(made(), made(), settings=(a, None)).same
