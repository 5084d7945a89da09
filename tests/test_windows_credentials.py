"""The entries of the Windows Credential Manager, as cmdkey of several languages lists them."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.windows_credentials import WindowsCredential, listed

HOST = "git-codecommit.us-east-2.amazonaws.com"
ENGLISH = """
Currently stored credentials:

    Target: LegacyGeneric:target=git:https://github.com
    Type: Generic\x20
    User: PersonalAccessToken
    Local machine persistence
\x20\x20\x20\x20
    Target: LegacyGeneric:target=git:https://{entry}
    Type: Generic\x20
    User: AKIAIOSFODNN7EXAMPLE
    Local machine persistence
\x20\x20\x20\x20
    Target: Domain:target=fileserver
    Type: Domain Password
    User: CONTOSO\\me
"""
GERMAN = """
Aktuell gespeicherte Anmeldeinformationen:

    Ziel: MicrosoftAccount:target=SSO_POP_Device
    Typ: Allgemeine\x20
    Benutzer: 02abcdef
    Nur f\u00fcr diese Sitzung gespeichert
\x20\x20\x20\x20
    Ziel: LegacyGeneric:target=git:https://{entry}
    Typ: Allgemeine\x20
    Benutzer: AKIAIOSFODNN7EXAMPLE
"""


OTHERS = [
    ENGLISH.replace("Target:", target)
    for target in ("Cible\u00a0:", "Destino:", "\u30bf\u30fc\u30b2\u30c3\u30c8:", "\ufffd\ufffd:")
]


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, *OTHERS])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("path", ["", "/v1/repos/demo"])
def test_entries_are_found_in_any_language(text: str, ending: str, path: str) -> None:
    output = text.format(entry=HOST + path).replace("\n", ending)
    target = f"git:https://{HOST}{path}"
    command = ("cmdkey", f"/delete:LegacyGeneric:target={target}")
    assert listed(output, HOST) == (WindowsCredential(target, command),)
    assert listed(output, HOST.replace("us-east-2", "us-east-1")) == ()


def test_a_user_name_that_may_hold_a_token_is_not_told() -> None:
    output = ENGLISH.format(entry=f"ASIAIOSFODNN7EXAMPLE%25Fwo+token@{HOST}/v1/repos/demo")
    (entry,) = listed(output, HOST)
    assert entry == WindowsCredential(f"git:https://…@{HOST}/v1/repos/demo", ())


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            [f"Ziel: git:https://{HOST.upper()}"],
            [(f"git:https://{HOST.upper()}", f"/delete:git:https://{HOST.upper()}")],
        ),
        (
            [f"Target: git:https://{HOST}", f"Target: git:https://{HOST}"],
            [(f"git:https://{HOST}", f"/delete:git:https://{HOST}")],
        ),
        (
            ["Target: git:https://example.com", f"Target: git:https://me@{HOST}"],
            [(f"git:https://…@{HOST}", "")],
        ),
        ([f"Target: git:https://{HOST} and more"], []),
        ([f"Target: https://{HOST}"], []),
    ],
)
def test_which_entries_are_the_hosts(lines: list[str], found: list[tuple[str, str]]) -> None:
    entries = listed("\n".join(lines), HOST)
    assert [(entry.target, "".join(entry.command[1:])) for entry in entries] == found


@pytest.mark.parametrize("text", ["", "* NONE *", "Currently stored credentials:\n\n* NONE *\n"])
def test_nothing_is_stored(text: str) -> None:
    assert listed(text, HOST) == ()
