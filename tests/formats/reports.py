"""Reports for the tests of the formats: one as it may be, and any number with hostile words."""

from __future__ import annotations

from hypothesis import strategies as st

from codecommit_doctor.reports.report import (
    AdviceItem,
    Cause,
    Counts,
    EvidenceItem,
    Location,
    Report,
    ResultItem,
    TargetItem,
    Tool,
    Verdict,
)

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"

HOSTILE = (
    "::error::x",
    "\n::add-mask::x",
    "%0A::set-output name=x::y",
    "]]></failure><x/>",
    "<script>alert(1)</script>",
    "<!-- -->",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "https://evil.example/",
    "www.evil.example",
    "@somebody",
    "`` ` ``",
    "```\n# heading",
    "| a | b |",
    "\\|",
    "\\`",
    "- item",
    "1. item",
    "---",
    "\r\n## heading",
    "{0}",
    "&lt;b&gt;",
    "$x$",
    "\x00\x1b[31m\x85\u2028\ufffe\udc80",
    "a,b:c;d=e",
    "##[error]x",
)

texts = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(max_size=12),
        st.text("`|\\<>[]()!*_~@:%\n\r {}0#&$-+=.w/", max_size=12),
    ),
    max_size=4,
).map("".join)

statuses = st.sampled_from(["pass", "warn", "fail", "skip", "error"])
lines = st.none() | st.integers(1, 9)
locations = st.builds(Location, file=st.none() | texts, line=lines, scope=st.none())
results = st.builds(
    ResultItem,
    id=texts,
    title=texts,
    status=statuses,
    summary=texts,
    evidence=st.lists(
        st.builds(EvidenceItem, fact=texts, origin=texts, location=st.none() | locations),
        max_size=2,
    ),
    advice=st.lists(st.builds(AdviceItem, text=texts, command=st.none() | texts), max_size=3),
    fix=st.none(),
    docs=texts,
    seconds=st.floats(0, 1000),
    known=st.none() | st.booleans(),
    code=st.none() | st.sampled_from(HOSTILE),
)
targets = st.builds(
    TargetItem,
    target=texts,
    url=texts,
    region=st.none() | texts,
    repository=st.none() | texts,
    results=st.lists(results, max_size=3),
    verdict=st.builds(
        Verdict,
        causes=st.lists(
            st.builds(
                Cause,
                check=texts,
                confidence=st.sampled_from(["likely", "possible"]),
                because=texts,
            ),
            max_size=2,
        ),
        outcome=st.sampled_from(["works", "not-tested", "refused", "failed", "unknown"]),
        summary=st.sampled_from(HOSTILE),
        forward=st.none() | st.sampled_from(HOSTILE),
    ),
)


def counted(targets: list[TargetItem]) -> Counts:
    found = [result.status for target in targets for result in target.results]
    names = {"pass": "passed"}
    return Counts(
        **{names.get(s, s): found.count(s) for s in ("pass", "warn", "fail", "skip", "error")}
    )


def report(targets: list[TargetItem], **machine: str) -> Report:
    return Report(
        schema_version="1.1",
        tool=Tool("codecommit-doctor", "0.1.0"),
        created="2026-01-02T03:04:05Z",
        machine=machine,
        targets=targets,
        counts=counted(targets),
        exit_code=1,
    )


reports = st.builds(
    lambda targets, value: report(targets, shell=value), st.lists(targets, max_size=2), texts
)


def result(id: str, status: str, summary: str, **more: object) -> ResultItem:
    given = {"evidence": [], "advice": [], "fix": None, "docs": "https://docs.example/", **more}
    return ResultItem(id, f"{id}?", status, summary, seconds=0.25, **given)  # type: ignore[arg-type]


def example() -> Report:
    """A failure in a file, a warning in none, a check that broke, a skip and a pass."""
    helper = EvidenceItem(
        "credential.helper=store",
        "~/.gitconfig, line 2 (global)",
        Location("~/.gitconfig", 2, "global"),
    )
    advice = [AdviceItem("Reset the chain", "git config x ''"), AdviceItem("", "git config y z")]
    found = [
        result("conflict", "fail", "store answers first", evidence=[helper], advice=advice),
        result("kms-deny", "warn", "a policy may deny it"),
        result("clock-skew", "error", "error in the check itself: OSError"),
        result("git-access", "skip", "offline"),
        result("git-version", "pass", "Git 2.39.5"),
    ]
    verdict = Verdict([Cause("conflict", "likely", "store answers first")])
    target = TargetItem("origin", URL, "us-east-2", "demo", found, verdict)
    return report([target], system="Linux")
