"""The form of an access key, told without asking AWS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.rules.access_key import Keys, wrong_form

ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

WRONG = [
    (f'"{ID}"', SECRET, "the access key ID is in quotes"),
    (ID, f"'{SECRET}'", "the secret access key is in quotes"),
    (ID, f'{SECRET}"', "the secret access key is in quotes"),
    (SECRET, ID, "have changed places"),
    (f"{ID} ", SECRET, "there is a space in or behind the access key ID"),
    (ID, f"{SECRET[:20]} {SECRET[20:]}", "there is a space in or behind the secret"),
    ("<your key>", SECRET, "there is a space in"),
    ("<KEY>", SECRET, "the access key ID is a placeholder"),
    (ID, "...", "the secret access key is a placeholder"),
    (ID, "KEY>", "the secret access key is a placeholder"),
    ("", SECRET, "the access key ID is empty"),
    (ID, "", "the secret access key is empty"),
    (f'"{ID}', SECRET, "the access key ID is in quotes"),
    (f"\u201c{ID}", SECRET, "holds a character that no such key has"),
]


@pytest.mark.parametrize(("id", "secret", "says"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_form_is_named_without_the_key(id: str, secret: str, says: str) -> None:
    said = str(wrong_form(id, secret))
    assert says in said
    assert ID not in said
    assert SECRET not in said


@pytest.mark.parametrize(("id", "secret"), [(ID, SECRET), ("some_id", "a+/=_-"), (ID, ID)])
def test_a_form_that_may_be_right(id: str, secret: str) -> None:
    assert wrong_form(id, secret) is None


@given(
    st.from_regex(r"A[KS]IA[A-Z2-7]{16}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9/+]{40}", fullmatch=True),
)
def test_no_key_that_aws_makes_is_wrong(id: str, secret: str) -> None:
    assert wrong_form(id, secret) is None


def test_a_key_is_shown_without_its_secret() -> None:
    assert repr(Keys("me", "AKIA", "secret", "token")) == "Keys('me', 'AKIA')"
