"""Texts whose words point to another meaning than they have."""

from __future__ import annotations

import pytest

from codecommit_doctor.engine.recognition import recognise
from tests.test_errors import CHECKS

MEANINGS = [
    ("fatal: Authentication failed for 'https://h/v1/repos/x/'", "A password was sent"),
    ("fatal: could not read Username for 'https://h': x", "No credential helper returned"),
    ("fatal: unable to connect to cache daemon: Permission denied", "A credential helper"),
    ("error: unable to start daemon: git credential-cache--daemon", "A credential helper"),
    ("fatal: unable to connect to h.example", "SSH or git://"),
    (
        "An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: "
        "The request signature we calculated does not match the signature you provided.",
        "does not belong to the access key ID",
    ),
    ("An error occurred (SignatureDoesNotMatch)", "could not verify a signature"),
    ("SignatureDoesNotMatch: Signature expired: 20240101T000000Z is now", "clock may be wrong"),
    ("(SignatureDoesNotMatch) Signature not yet current: 20240101T000000Z", "clock may be wrong"),
    (
        "An error occurred (OperationNotPermitted) when calling the CreateRepository operation: "
        "CreateRepository request is not allowed because there is no existing repository in this "
        "AWS account or AWS Organization",
        "closed to new customers",
    ),
    ("An error occurred (Strange) when calling the GetFile operation: it is", "behind the colon"),
    ("An error occurred (Strange)", "says nothing of the cause"),
]


@pytest.mark.parametrize(("text", "says"), MEANINGS, ids=range(len(MEANINGS)))
def test_what_is_said_first(text: str, says: str) -> None:
    found = recognise(text, CHECKS)
    assert says in found[0].meaning
    assert len({one.meaning for one in found if one.checks or one.id.startswith("aws/")}) <= 1
