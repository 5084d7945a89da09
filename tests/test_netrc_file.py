"""What libcurl sends for the text of a .netrc; each line was tried with git and libcurl 7.88.1."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.netrc_file import login_for

HOST = "git-codecommit.us-east-2.amazonaws.com"
M = f"machine {HOST} "


def sent(text: str, user: str | None = None) -> str | None:
    found = login_for(text, HOST, user)
    return f"{found.user}:{found.password}" if found and found.password else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{M}login me password pw", "me:pw"),
        (f"# note\n{M}\n# login old\nlogin me\npassword pw # old\n", "me:pw"),
        (f"#{M}login me password pw", None),
        (f"{M}# login a\nlogin me password pw", "me:pw"),
        (f"{M}login me password #pw\n", None),
        (f"{M}login me password #pw\npw\n", "me:pw"),
        (f"{M}login me password\n\npw\n", None),
        ("default login me password pw", "me:pw"),
        (f"default login x password y\n{M}login me password pw", "x:y"),
        (f"macdef init\n{M}login me password pw\n\nmachine b login a password b\n", None),
        (f"macdef init\nls\n\n{M}login me password pw", "me:pw"),
        (f"macdef init\nls\n \n{M}login me password pw", None),
        (f"macdef init\r\nls\r\n\r\n{M}login me password pw", "me:pw"),
        (f'machine "{HOST}" login "me" password "p w"', "me:p w"),
        (f'{M}login me password "p\\"w\\t"', 'me:p"w\t'),
        (f'{M}login me password "pw', None),
        (f'{M}login me password p"w', 'me:p"w'),
        (f"MACHINE {HOST.upper()} Login me PASSWORD pw", "me:pw"),
        (f"{M}\ndefault login x password y", "x:y"),
        (f"{M}login me\ndefault login x password y", "x:y"),
        (f"{M}password pw", ":pw"),
        (f"{M}login a\n{M}login me password pw", "me:pw"),
        (f"{M}login a password b\n{M}login me password pw", "a:b"),
        (f"{M}login a login me password pw", "me:pw"),
        (f"{M}account x foo bar login me password pw", "me:pw"),
        (f"{M}\r\nlogin me\r\npassword pw\r\n", "me:pw"),
        (f"machine {HOST}:443 login me password pw", None),
        (f"machine {HOST}. login me password pw", None),
        (f"\ufeff{M}login me password pw", None),
        (f"machine\u00a0{HOST} login me password pw", None),
        (f"# \u2028{M}login me password pw", None),
        (f"{M}login me password p\0w", None),
        (f"machine github.com login machine password {HOST}", None),
        ("", None),
    ],
)
def test_what_is_sent(text: str, expected: str | None) -> None:
    assert sent(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{M}login me password pw", "me:pw"),
        (f"{M}login a password b", None),
        (f"{M}login a password b\n{M}login me password pw", "me:pw"),
        (f"{M}login ME password pw", None),
    ],
)
def test_a_user_in_the_address(text: str, expected: str | None) -> None:
    assert sent(text, "me") == expected


def test_the_line_of_the_entry() -> None:
    found = login_for(f"machine x login a password b\n\n  {M}\nlogin me password pw", HOST)
    assert found
    assert (found.line, found.machine) == (3, HOST)
    found = login_for(f"{M}\ndefault login me password pw", HOST)
    assert found
    assert (found.line, found.machine) == (2, None)
