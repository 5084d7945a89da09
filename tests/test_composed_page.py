"""The page of a check, put together from its parts."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.page import composed, placeholders, sections

BODY = """\
Begin.

## By hand
Do:

```sh
git config HOST x
aws --profile PROFILE HOSTS $ID
```

```json
{"a": "USER"}
```

## Extra
More.

## Symptom
It fails.

## Known limits
{limits}

## Why
Also.
"""
PAGE = """\
# title

Begin.

## Symptom
It fails.

## Why
Because.

Also.

## How it looks
Comes after: a, b

## By hand
Do:

```sh
git config HOST x
aws --profile PROFILE HOSTS $ID
```

```json
{"a": "USER"}
```

Replace in the commands:

- `HOST`: the host name in the repository's address, as git-codecommit.us-east-2.amazonaws.com
- `PROFILE`: the AWS profile that signs; `default` is the one without a name
- `USER`: the name of the IAM user

## Known limits
None.

## Extra
More.

## Source
<https://s>
"""


def test_a_page_has_its_sections_in_their_order() -> None:
    body = BODY.replace("{limits}", "None.")
    made = composed("title", "Because.", body, source="https://s", after=("a", "b"), can_fix=True)
    assert made == PAGE
    body = BODY.replace("{limits}", "")
    made = composed("title", "Because.", body, source="https://s", after=("a", "b"), can_fix=True)
    assert made == PAGE.replace("## Known limits\nNone.\n\n", "")


def test_a_page_says_that_there_is_no_fix() -> None:
    body = "## Symptom\nx\n\n## How it looks\ny\n\n## By hand\nWait.\n"
    made = composed("t", "Because.", body, source="s", after=(), can_fix=False)
    assert made == (
        "# t\n\n## Symptom\nx\n\n## Why\nBecause.\n\n## How it looks\ny\n\n## By hand\nWait.\n\n"
        "## Fix safety\nThere is no automatic fix: see By hand.\n\n## Source\n<s>\n"
    )
    own = composed("t", "w", "## Fix safety\nNone.", source="s", after=("a",), can_fix=False)
    assert "automatic" not in own
    assert "Comes after: a" in own


@pytest.mark.parametrize(("mark", "scope"), [("reset", "global"), ("reset of the clone", "local")])
def test_commands_that_many_pages_share(mark: str, scope: str) -> None:
    body = f"## By hand\nDo:\n\n{{{mark}}}"
    made = composed("t", "w", body, source="s", after=(), can_fix=True)
    key, words = "credential.https://HOST", f"git config --{scope}"
    profile = ("", "") if mark == "reset" else (' --profile "PROFILE"', " --profile 'PROFILE'")
    for empty, quote, named in (("''", "'", profile[0]), ('""', '"', profile[1])):
        helper = f"{quote}!aws codecommit credential-helper{named} $@{quote}"
        assert (
            f"{words} --remove-section {key}\n{words} --add {key}.helper {empty}\n"
            f"{words} --add {key}.helper {helper}\n{words} {key}.UseHttpPath true\n```"
        ) in made
    assert ("- `PROFILE`" in made) is (mark != "reset")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ID NAME HOST", ["HOST", "NAME", "ID"]),
        ("HOST HOST/NAME", ["HOST", "NAME"]),
        ("HOSTS X$ID NAME=1 :REGION KEYx AKEY", []),
        ("A=NAME --x=ID", ["NAME", "ID"]),
        ("", []),
    ],
)
def test_words_that_a_person_replaces(text: str, names: list[str]) -> None:
    assert placeholders(text) == names


def test_the_sections_of_a_page() -> None:
    assert sections("a\n## B\n\nc\n\n## D e\nf\n### g\n") == {"B": "c", "D e": "f\n### g"}
    assert sections("## B\n\nX\n") == {"B": "X"}
    assert sections("no heading") == {}
