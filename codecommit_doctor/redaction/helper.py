"""How a value of ``credential.helper`` may be shown: word by word, what is known to be harmless.

A shell snippet may hold anything. So its programs, the words of the AWS CLI's own command and of
git's helpers, known options and their harmless values are shown; every other word is masked.
"""

from __future__ import annotations

import ntpath
import re
import unicodedata
from collections.abc import Iterator

from codecommit_doctor.redaction.address import MASK, masked_address, secrets_of_address
from codecommit_doctor.rules.helper import CREDENTIAL_STORES, ONE_WORD

__all__ = ["masked_helper", "secrets_of_helper"]

_PROGRAMS = frozenset(
    """[ assume aws aws-azure-login aws-google-auth aws-okta aws-sso aws-sso-util aws-vault
    aws2-wrap awsume bash builtin cat cd chamber cmd codecommit command curl cygpath direnv do
    docker done echo elif else env eval exec exit export false fi flatpak-spawn gcloud gcloud.sh
    gh gimme-aws-creds git git-credential-manager git-credential-manager-core
    git-remote-codecommit glab gpg granted host-spawn if jq kubectl leapp nerdctl nice
    okta-aws-cli op pass pipenv podman poetry powershell printenv printf pwsh py python python3
    read return saml2aws sed sh sleep sops source sudo tee test then time timeout true unset uv
    uvx vault wget while winpty wsl zsh""".split()  # noqa: SIM905
)
_WORDS = frozenset(
    """codecommit credential-helper get store erase $@ $* $1 $2 %* %1 -- - exec run credential auth
    git-credential helper helpers credentials credential-store credential-cache credential-manager
    configure export-credentials login sso ! = [ ] ]] 0 1 2 true false /dev/null $? # then do fi
    done else usehttppath username -m awscli amazon/aws-cli""".split()  # noqa: SIM905
) | {*CREDENTIAL_STORES, *(f"credential-{name}" for name in CREDENTIAL_STORES)}

_NAME = r"[\w.@+=,:/ -]{0,128}"
_PATH = r"[\w.@+,:/\\~$ -]{0,512}"
_OPTIONS: dict[str, str | None] = {
    "--profile": _NAME,
    "--region": r"[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}",
    "--output": r"json|text|table|yaml|yaml-stream|off",
    "--endpoint-url": r"https?://[\w.:-]+(?:/[\w./-]*)?",
    "--ca-bundle": _PATH,
    "--color": r"on|off|auto",
    "--cli-read-timeout": r"\d{1,6}",
    "--cli-connect-timeout": r"\d{1,6}",
    "--cli-binary-format": r"base64|raw-in-base64-out",
    "--timeout": r"\d{1,9}",
    "--query": "",
    "--file": "",
    "--socket": "",
    "--token": "",
    "--password": "",
    "--pin": "",
    "--user": "",
    "-u": "",
    "-p": "",
    "-H": "",
    "-c": "",
    "--debug": None,
    "--no-verify-ssl": None,
    "--no-paginate": None,
    "--no-sign-request": None,
    "--no-cli-pager": None,
    "--no-cli-auto-prompt": None,
    "--ignore-host-check": None,
    "--format": r"process|env|json",
}
"""Options, and what their values may be to be shown; None: a flag."""

_VARIABLES = re.compile(
    r"(?:AWS|GIT|GCM)_[A-Z_]{2,40}|HOME|PATH|LC_ALL|username|password|protocol|host|path"
)
_SHOWN_VARIABLES = re.compile(r"AWS_(?:DEFAULT_)?(?:PROFILE|REGION|OUTPUT)|AWS_PAGER")

_START = re.compile(r"""[\s'"‘’“”]*!\s*|[\s'"‘’“”]+(?=!|aws\b)""")
_BARE_PATH = re.compile(
    r"""(?:[A-Za-z]:[\\/]|/|\\\\)(?:[^'"|;&=\s]|\s(?!-|/|[A-Za-z]:[\\/]))*?"""
    r"""[\\/]aws(?:\.exe|\.cmd)?(?=\s+(?:--|codecommit\b))""",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<operator>[;|&<>(){}`]+)"""
    r"""|(?P<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s;|&<>(){}`'"\\])+)|(?P<rest>.)""",
    re.S,
)
_PLAIN_PROGRAM = re.compile(r"[a-z][a-z0-9._-]{0,30}|(?:[A-Za-z]:|[~.$\w-]*)?[/\\][\w.+~\\/:$ -]*")
_OTHER_DASHES = re.compile(r"(?:-|[–—]+)(profile|region|output)")
_COMMANDS = ("codecommit", "credential-helper", "--profile", "--region")
_SHORTEST = 4
_LONGEST = 100_000
"""Characters. No helper is longer: Linux starts no program with a longer word (execve(2))."""


def masked_helper(value: str) -> str:
    """The value as it may be shown."""
    if len(value) > _LONGEST:
        return MASK
    shown = "".join(text if harmless else MASK for text, harmless in _pieces(value))
    return re.sub(rf"{MASK}(?:\s*{MASK})+", MASK, shown)


def secrets_of_helper(value: str) -> set[str]:
    """The words that masked_helper() masks and that may be secrets: to be masked elsewhere too."""
    if len(value) > _LONGEST:
        return {value}
    found: set[str] = set()
    for text, harmless in _pieces(value):
        if not harmless:
            found |= _secrets_of_word(_unquoted(text))
    return found


def _secrets_of_word(word: str) -> set[str]:
    if re.search(r"\s", word):  # the script of a "sh -c", a header
        return secrets_of_helper(f"!: {word}")
    after = {*re.split(r"[:=]", word)[1:], *secrets_of_address(word)}
    if re.match(r"-[A-Za-z]", word):
        after.add(word[2:])
    after = {part for part in after if len(part) >= _SHORTEST and not _is_known(part)}
    return {part for part in {word, *after} if part in after or _may_be_secret(part)}


def _may_be_secret(word: str) -> bool:
    if len(word) < _SHORTEST or not re.search(r"[^\W_]", word) or _is_known(word):
        return False
    if word.startswith(("/", "~", ".", "$", "-")) or re.match(r"[A-Za-z]:[\\/]", word):
        return False
    if re.match(r"\w+://[^@]*\Z", word) or ".amazonaws.com" in word or word.isdigit():
        return False
    return len(word) >= 6 or not re.fullmatch(r"[a-z-]+", word)


def _pieces(value: str) -> Iterator[tuple[str, bool]]:
    """The value cut into pieces, each with whether it is harmless."""
    place, at_start = 0, True
    if one := re.match(ONE_WORD, value):  # its words are no more secret for their quotes
        yield value[: one.start(2)], True
        yield from list(_pieces(f"!{one[2]}{one[3]}"))[1:]
        yield one[1], True
        place, at_start = one.end(), False
    elif start := _START.match(value):
        yield start[0], True
        place = start.end()
    if path := _BARE_PATH.match(value, place):
        yield path[0], True
        place, at_start = path.end(), False
    at_program, option = at_start, None
    for token in _TOKEN.finditer(value, place):
        text = token[0]
        if token["word"] is None:
            yield text, True
            if token["operator"]:
                at_program, at_start, option = True, False, None
            continue
        word = _unquoted(text)
        if option is not None:
            yield text, bool(option) and bool(re.fullmatch(option, word)) and _is_no_address(word)
            option = None
        elif assigned := re.match(r"([A-Za-z_]\w*)=(?=.)", text, re.S):
            if not _VARIABLES.fullmatch(assigned[1]):
                yield text, False
                continue
            yield assigned[0], True
            rest = text[assigned.end() :]
            shown = _SHOWN_VARIABLES.fullmatch(assigned[1]) and _is_no_address(_unquoted(rest))
            yield rest, bool(shown and re.fullmatch(_NAME, _unquoted(rest)))
        elif word.startswith(("-", "–", "—")) and word not in ("-", "--"):
            name, equals, given = text.partition("=")
            kind = _option(_unquoted(name))
            if spaced := re.fullmatch(r"(--[a-z-]+) (.+)", word):  # quoted with its value
                kind = _option(spaced[1])
                yield text, bool(kind and re.fullmatch(kind, spaced[2]))
                continue
            if not equals:
                yield text, kind != "unknown"
                option = kind if kind != "unknown" else None
            else:
                yield name + equals, kind != "unknown"
                yield (
                    given,
                    kind not in (None, "unknown")
                    and bool(re.fullmatch(str(kind), _unquoted(given)) and _is_no_address(given)),
                )
        elif at_program:
            yield text, _is_program(word, first=at_start)
            at_program = at_start = word in ("then", "do", "else", "exec", "!", "sudo", "command")
        else:
            yield text, _is_known(word)
            at_program = word in ("--", "exec", "then", "do", "else")


def _near(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, 1, 0.75)), None)


def _option(name: str) -> str | None:
    """What the values of an option may be, "" for those that are masked, or "unknown"."""
    if meant := _OTHER_DASHES.fullmatch(name):
        name = f"--{meant[1]}"
    if name in _OPTIONS:
        return _OPTIONS[name]
    near = _near(name, ("--profile", "--region", "--output"))
    return _OPTIONS[near] if near else "unknown"


def _is_program(word: str, *, first: bool) -> bool:
    name = re.sub(r"\.(?:exe|cmd|bat)\Z", "", ntpath.basename(word).lower())
    return (
        name in _PROGRAMS
        or _is_known(word)
        or len(word) < 3
        or (first and bool(_PLAIN_PROGRAM.fullmatch(word)))
    )


def _is_known(word: str) -> bool:
    """Whether a word is one of those that helpers are made of, however it is misspelt."""
    word = re.sub(r"\A!?(usehttppath)=(?:true|false)\Z", r"\1", word, flags=re.IGNORECASE)
    if word in _WORDS or word.lower() in _WORDS or ntpath.basename(word).lower() in _PROGRAMS:
        return True
    if re.match(r"[!^]|\$(?=\$)", word):  # as shells of Windows and make write them
        return _is_known(word[1:])
    plain = re.fullmatch(r"[A-Za-z_-]{6,20}", word)
    return bool(plain and _near(word.lower(), _COMMANDS))


def _is_no_address(word: str) -> bool:
    return masked_address(word) == word


def _unquoted(word: str) -> str:
    if not word.isascii():
        word = "".join(char for char in word if unicodedata.category(char) != "Cf")
    return re.sub(r"""['"‘’“”]|\\(?=['"$ ])""", "", word)
