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


@pytest.mark.parametrize(
    ("text", "user", "login"),
    [
        ("machine other login a password b", None, None),
        ("machine h password p", "me", None),
        ("machine h login you password p", "me", None),
        ("default password p", None, (1, None, "", "p")),
        ("machine h password p login a password q", None, (1, "h", "a", "p")),
        ("machine h login a password p password q", None, (1, "h", "a", "p")),
        ("machine h password p login me password q", "me", (1, "h", "me", "q")),
        ("machine h login me password p password q", "me", (1, "h", "me", "p")),
        ("machine h login a\nmachine other login b password c", None, (1, "h", "", "")),
        ("machine h login a\ndefault password p", None, (2, None, "", "p")),
        ("machine h login a\ndefault password p login b", None, (2, None, "b", "p")),
        ("machine h macdef x login a password b", None, (1, "h", "a", "b")),
        ("macdef m\nX machine h login a password b\n", None, None),
        ("macdef m\nX\n\nmachine h login a password b\n", None, (4, "h", "a", "b")),
    ],
)
def test_where_an_entry_ends(
    text: str, user: str | None, login: tuple[int, str | None, str, str] | None
) -> None:
    assert login_for(text, "h", user) == login
