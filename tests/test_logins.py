"""Logins that only some programs read."""

from __future__ import annotations

from codecommit_doctor.rules.logins import handed_on


def test_a_login_is_handed_on_by_a_profile_of_its_own() -> None:
    sentence, words = handed_on("work")
    assert sentence == "Or let AWS CLI 2 hand it on, in a profile work-git for Git"
    assert words == (
        *("aws", "configure", "set", "credential_process"),
        "aws configure export-credentials --profile work --format process",
        *("--profile", "work-git"),
    )
