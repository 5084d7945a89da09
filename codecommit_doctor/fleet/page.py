"""The summary as one HTML page without a script: bars over causes, a line over days, tables."""

from __future__ import annotations

from importlib import resources
from typing import Any

from markupsafe import Markup

from codecommit_doctor.fleet.show import Part, headline, parts
from codecommit_doctor.fleet.summary import Day, Summary
from codecommit_doctor.formats.html import environment, policy

__all__ = ["page_of_parts", "page_of_summary"]

_WIDTH, _HEIGHT = 600, 160
_BAR = 26
_MOST_BARS = 15


def page_of_summary(summary: Summary) -> str:
    """The whole summary, with its plots."""
    return _page(headline(summary), list(parts(summary)), summary)


def page_of_parts(title: str, found: list[Part]) -> str:
    """Tables alone."""
    return _page(title, found, None)


def _page(title: str, found: list[Part], summary: Summary | None) -> str:
    style = _file("fleet.css")
    return (
        environment()
        .from_string(_file("fleet.html.j2"))
        .render(
            title=title,
            parts=found,
            bars=_bars(summary) if summary else [],
            days=_days(summary.days) if summary and len(summary.days) > 1 else None,
            width=_WIDTH,
            height=_HEIGHT,
            bar=_BAR,
            style=Markup(style),  # noqa: S704 - ours, and the policy holds its hash
            policy=policy(style),
        )
    )


def _file(name: str) -> str:
    return resources.files(__package__).joinpath("page", name).read_text("utf-8")


def _bars(summary: Summary) -> list[dict[str, Any]]:
    causes = [cause for cause in summary.causes if cause.machines][:_MOST_BARS]
    most = max((cause.machines for cause in causes), default=1)
    return [
        {
            "cause": cause.cause,
            "machines": f"{cause.machines:,}",
            "length": round(_WIDTH * cause.machines / most, 1),
        }
        for cause in causes
    ]


def _days(days: list[Day]) -> dict[str, Any]:
    """A line: the share of machines with a problem among those that reported on a day."""
    step = _WIDTH / (len(days) - 1)
    shares = [day.ill / day.machines for day in days]
    top = max(*shares, 0.01)
    points = [
        f"{number * step:.1f},{_HEIGHT - share / top * _HEIGHT:.1f}"
        for number, share in enumerate(shares)
    ]
    return {
        "points": " ".join(points),
        "first": days[0].day,
        "last": days[-1].day,
        "top": f"{top:.0%}",
    }
