"""A correction of a helper keeps its program and its options, or there is none."""

from __future__ import annotations

import shutil
import subprocess
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.redaction.helper import secrets_of_helper
from codecommit_doctor.rules.aws_options import read
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.helper_repair import (
    repaired,
    whole,
    with_profile,
    with_program,
    without_prompt,
)

WINDOWS = "C:/Program Files/Amazon/AWSCLIV2/aws.exe"
PROGRAMS = {
    "aws": "aws",
    "aws.exe": "aws.exe",
    "aws.cmd": "aws.cmd",
    "/usr/local/bin/aws": "/usr/local/bin/aws",
    "/opt/my tools/bin/aws": "/opt/my tools/bin/aws",
    "'/opt/my tools/bin/aws'": "/opt/my tools/bin/aws",
    r"/opt/my\ tools/bin/aws": "/opt/my tools/bin/aws",
    WINDOWS: WINDOWS,
    WINDOWS.replace("/", "\\"): WINDOWS,
    f"'{WINDOWS}'": WINDOWS,
    f'"{WINDOWS}"': WINDOWS,
    WINDOWS.removesuffix(".exe"): WINDOWS.removesuffix(".exe"),
}
OTHERS = [
    "AWS_PROFILE=x aws",
    "/usr/bin/env aws",
    "/usr/bin/env AWS_PROFILE=x aws",
    "env /usr/bin/aws",
    "aws-vault exec work -- aws",
    "sudo -u me aws",
    "C:/Windows/System32/cmd.exe /c aws",
    "sh -c aws",
    "cd /x && aws",
    "exec aws",
    "/opt/aws/bin/login --for aws",
]
OPTIONS = {
    "": ([], None, None),
    "--profile work": (["--profile", "work"], "work", None),
    "--profile=work": (["--profile=work"], "work", None),
    "--profile 'My Profile'": (["--profile", "My Profile"], "My Profile", None),
    "--profile codecommit --no-verify-ssl": (
        ["--profile", "codecommit", "--no-verify-ssl"],
        "codecommit",
        None,
    ),
    "--profile get --debug": (["--profile", "get", "--debug"], "get", None),
    "--region eu-west-1 --output json": (
        ["--region", "eu-west-1", "--output", "json"],
        None,
        "eu-west-1",
    ),
    "--prof work --ca-bundle '/x y'": (["--prof", "work", "--ca-bundle", "/x y"], "work", None),
}
COMMANDS = [
    "codecommit {} credential-helper",
    "{} codecommit credential-helper",
    "codecommit credential-helper {}",
    "codecomit credential-helper {}",
    "codecommit {} credential-helpers",
    "CodeCommit credential helper {}",
    "codecommit credentials-helper {}",
    "codecommit {}",
]
ENDS = ["", " $@", ' "$@"', " '$@'", r" \$@", " %*", " get", " get $@", " $@ get"]
BEGINS = ["", "!", "! ", "'!"]


def accepted(value: str) -> list[str]:
    """The words that the program gets, by a real sh."""
    line = value.removeprefix("!") + " get"
    script = f"printf '%s\\0' {line}"
    done = subprocess.run(["sh", "-c", script, "sh"], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


def check_kept(value: str, program: str, option: str) -> bool:
    """Whether there is a correction; if so it must keep all of it."""
    right = Helper(value).corrected
    if right is None:
        return False
    kept, profile, region = OPTIONS[option]
    words = accepted(right)
    assert right.startswith("!") or value == right
    assert words[0] == program
    call = read(words[1:], major=2)
    assert (call.failure, call.operation) == (None, "get")
    assert (call.profile, call.region) == (profile, region)
    others = [word for word in words[1:] if word not in ("codecommit", "credential-helper", "get")]
    assert others == [word for word in kept if word not in ("codecommit", "get")]
    assert Helper(right).corrected == right
    return True


@settings(derandomize=True, max_examples=500, deadline=None)
@given(
    begin=st.sampled_from(BEGINS),
    program=st.sampled_from([*PROGRAMS]),
    command=st.sampled_from(COMMANDS),
    option=st.sampled_from([*OPTIONS]),
    end=st.sampled_from(ENDS),
)
def test_a_correction_keeps_program_and_options(
    begin: str, program: str, command: str, option: str, end: str
) -> None:
    value = " ".join(f"{begin}{program} {command.format(option)}{end}".split(" "))
    check_kept(value, PROGRAMS[program], option)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("end", ENDS)
def test_where_another_program_stands_in_front_nothing_is_corrected(command: str, end: str) -> None:
    for begin, other, option in product(BEGINS, OTHERS, OPTIONS):
        value = f"{begin}{other} {command.format(option)}{end}"
        assert Helper(value).corrected in (None, value)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (
            r"C:\Program Files\Amazon\AWSCLIV2\aws.exe codecommit credential-helper %*",
            f"!'{WINDOWS}' codecommit credential-helper $@",
        ),
        (
            rf"!{WINDOWS} codecommit --profile x credential-helper $@",
            f"!'{WINDOWS}' codecommit --profile x credential-helper $@",
        ),
        ("aws codecommit credential-helper $@", "!aws codecommit credential-helper $@"),
        ("'!aws codecommit credential-helper $@'", "!aws codecommit credential-helper $@"),
        ("'!aws", "!aws codecommit credential-helper $@"),
        ("!aws codecommit", "!aws codecommit credential-helper $@"),
        ("!aws --profile My", "!aws --profile My codecommit credential-helper $@"),
        ("!aws --region=us-east-2", "!aws --region=us-east-2 codecommit credential-helper $@"),
        ("!aws codecommit credential-helper `$@", "!aws codecommit credential-helper $@"),
        ('!aws codecommit credential-helper "`$@"', "!aws codecommit credential-helper $@"),
        ("!aws codecommit credential-helper ^$@", "!aws codecommit credential-helper $@"),
        ("^!aws codecommit credential-helper $@", "!aws codecommit credential-helper $@"),
        (
            "!aws codecommit credential-helper -profile work '$@'",
            "!aws codecommit credential-helper --profile work $@",
        ),
        (
            "!aws codecommit credential-helper –profile “My Profile” $@",
            '!aws codecommit credential-helper --profile "My Profile" $@',
        ),
        ("!aws codecommit credential-helper get", "!aws codecommit credential-helper $@"),
        ("aws codecommit credential-helper $@ --profile My Profile", None),
        ("aws codecommit credential-helper --profile 'work $@", None),
        ("aws codecommit credential-helper --profile $(cat x) $@", None),
        ("!aws codecommit credential-helper $@ --frob", None),
        ("!aws s3 credential-helper $@", None),
    ],
)
def test_corrections(value: str, right: str | None) -> None:
    assert Helper(value).corrected == right


@pytest.mark.process
@pytest.mark.skipif(not shutil.which("sh"), reason="not installed: sh")
def test_most_faults_of_one_program_are_corrected() -> None:
    """So the property above is not kept by correcting nothing."""
    done = [
        check_kept(f"{begin}{program} {command.format(option)}{end}", PROGRAMS[program], option)
        for begin, program, end in product(["", "!"], [*PROGRAMS][:4], ENDS[:6])
        for command, option in product(COMMANDS[:5], [*OPTIONS][:4])
    ]
    assert sum(done) / len(done) > 0.9


NOT_TYPED = ["\u00a0", "\u2007", "\u202f", "\u2003", "\u3000"]
NOT_SEEN = ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u200e"]
PLAIN = "!aws --profile work codecommit credential-helper $@"


@pytest.mark.parametrize("char", NOT_TYPED, ids=ascii)
@pytest.mark.parametrize("place", [at for at, char in enumerate(PLAIN) if char == " "])
def test_a_space_that_is_none_is_named_and_mended(char: str, place: int) -> None:
    helper = Helper(PLAIN[:place] + char + PLAIN[place + 1 :])
    assert helper.is_meant_as_aws
    assert "pasted along" in str(helper.flaw)
    assert helper.corrected == PLAIN


@pytest.mark.parametrize("char", NOT_SEEN, ids=ascii)
@pytest.mark.parametrize("place", [0, 1, 4, 5, 21, 25, 32, 49, len(PLAIN)])
def test_a_character_that_is_not_seen_is_named_and_mended(char: str, place: int) -> None:
    helper = Helper(PLAIN[:place] + char + PLAIN[place:])
    assert "pasted along" in str(helper.flaw)
    assert helper.corrected == PLAIN


@pytest.mark.parametrize("name", ["Ärger", "日本", "l'été"])
def test_letters_of_other_languages_are_typed(name: str) -> None:
    assert Helper(f'!aws --profile "{name}" codecommit credential-helper $@').flaw is None


@pytest.mark.parametrize("second", ["UseHttpPath = true", "useHttpPath=true", "helper = x"])
def test_a_second_setting_on_the_line_is_named_and_taken_away(second: str) -> None:
    helper = Helper(f"{PLAIN} {second}")
    assert second.split("=")[0].strip() in str(helper.flaw)
    assert helper.corrected == PLAIN
    assert not {"UseHttpPath", "true"} & secrets_of_helper(helper.value)


@pytest.mark.parametrize(
    ("helper", "mended"),
    [
        (
            "!aws codecommit credential-helper $@",
            "!aws codecommit credential-helper --no-cli-auto-prompt $@",
        ),
        (
            "!aws --profile credential-helper-x codecommit credential-helper --region us-east-2 $@",
            "!aws --profile credential-helper-x codecommit credential-helper --no-cli-auto-prompt "
            "--region us-east-2 $@",
        ),
        (
            "!'/opt/my bin/aws' codecommit credential-helper",
            "!'/opt/my bin/aws' codecommit credential-helper --no-cli-auto-prompt",
        ),
        ("!aws --profile credential-helper codecommit credential-helper $@", None),
        ("!f() { aws codecommit credential-helper $@; }; f", None),
        ("!AWS_PROFILE=work aws codecommit credential-helper $@", None),
    ],
)
def test_the_helper_without_auto_prompt(helper: str, mended: str | None) -> None:
    assert without_prompt(Helper(helper)) == mended
    assert mended is None or Helper(mended).is_plain_aws or "/opt" in mended


@pytest.mark.parametrize("in_front", ["\\", "\\\\", " \\", "\\ "])
@pytest.mark.parametrize("words", ["aws", "aws --profile work", "/opt/bin/aws"])
def test_a_backslash_that_bash_kept_is_taken_away(in_front: str, words: str) -> None:
    helper = Helper(f"{in_front}!{words} codecommit credential-helper $@")
    assert "\\ stands in front of its !" in str(helper.flaw)
    assert helper.corrected == f"!{words} codecommit credential-helper $@"


@pytest.mark.parametrize("first", ["aws", "codecommit"])
def test_the_program_that_git_looks_for_is_named(first: str) -> None:
    flaw = Helper(f" {first} codecommit credential-helper $@").flaw
    assert str(flaw).endswith(f"git-credential-{first}")


@pytest.mark.parametrize("word", ["exec", "command", "eval", "builtin", ".", "source", "if", "cd"])
def test_what_a_shell_does_itself_is_no_program_that_can_be_missing(word: str) -> None:
    aws = Helper(f"!{word} aws codecommit credential-helper $@").aws
    assert aws.wrapper is None
    assert aws.opaque
    assert Helper(f"!x{word} aws codecommit credential-helper $@").aws.wrapper == f"x{word}"


C = "codecommit credential-helper"


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (f'"!aws {C} $@"', f"!aws {C} $@"),
        (f"''!aws {C} $@''", f"!aws {C} $@"),
        (f"'!aws {C} --profile 'x' $@", f"!aws {C} --profile 'x' $@"),
        (f"'aws {C}'", f"!aws {C} $@"),
        (f"'aws' {C} '$@'", f"!'aws' {C} $@"),
        (f'"C:/x y/aws.exe" {C} %1', f'!"C:/x y/aws.exe" {C} $@'),
        (f"!aws {C} --profile='x' --profile y '$@'", f"!aws {C} --profile='x' --profile y $@"),
        (f'!aws {C} $@ "$@" --debug', f"!aws {C} --debug $@"),
        (f'!aws {C} "$@" get', f'!aws {C} "$@"'),
        (f"!aws {C} $*", f"!aws {C} $@"),
        ("!aws codecommit credential helper", f"!aws {C} $@"),
        ("!aws codecommit credential helpr store", f"!aws {C} $@"),
        ("!aws codecommit cred-helper erase", f"!aws {C} $@"),
        (f"!aws {C} --query codecommit get", f"!aws {C} --query codecommit $@"),
        ("!aws --ca-bundle get codecomit credential-helper", f"!aws --ca-bundle get {C} $@"),
        (f"!aws {C} '$@' --query 'a|b'", f"!aws {C} --query 'a|b' $@"),
        (f"^^!aws {C} $@", f"!aws {C} $@"),
        (f"aws\u00a0{C}\u200b", f"!aws {C} $@"),
        (f"!aws {C} \u2014output json", f"!aws {C} --output json $@"),
        (f"!AWS {C} '$@'", f"!AWS {C} $@"),
        (f"!aws {C} get --profile x --debug", f"!aws {C} --profile x --debug $@"),
        (f"!aws {C} store --no-cli-pager", f"!aws {C} --no-cli-pager $@"),
        ("!aws cred-helper", None),
        (f"!aws helper {C}", None),
        ("!aws --region codecommit credential-helper", None),
        (f"!aws {C} ${{x}}", None),
        (f"!aws {C} x|y '$@'", None),
        (f"!aws {C} x '$@'", None),
        (f"!aws {C} -profile 'a", None),
        (f"!aws {C} -x-profile a '$@'", None),
        (f"!aws get {C} '$@'", None),
        (f"!aws {C} -profile -region '$@'", None),
        ("!aws code credential-helper", None),
        (f'!aws {C} "-profile" x', None),
        (f"!aws {C} '--profile x' '$@'", None),
        (f"!awsx {C} '$@'", None),
        ("!aws xx --profile y", None),
        ("!", None),
        (f"X!aws {C}", None),
        ("!aws codecommit helper", f"!aws {C} $@"),
        (f"!aws {C} --profile 'a\u00a0b' $@", f"!aws {C} --profile 'a b' $@"),
        (f"'!aws {C} --profile 'x'", f"!aws {C} --profile 'x' $@"),
        (f"!aws {C} -profile=a-region '$@'", f"!aws {C} --profile=a-region $@"),
        (rf"C:\x y\aws {C} --query 'C:\x y\aws'", rf"!'C:/x y/aws' {C} --query 'C:\x y\aws' $@"),
        ("!aws --prof", None),
        (f"!~me/aws {C}", None),
        (f"`!aws {C} $@", f"!aws {C} $@"),
        (f"!& '{WINDOWS}' {C} $@", f"!'{WINDOWS}' {C} $@"),
        (f"!aws {C} $$@", f"!aws {C} $@"),
        (f"!set AWS_PROFILE=x&& aws {C} $@", None),
    ],
)
def test_a_value_word_by_word(value: str, right: str | None) -> None:
    assert repaired(value) == right


@pytest.mark.parametrize(
    ("options", "name", "mended"),
    [
        ("--profile a $@", "b", "--profile b $@"),
        ("--profile My Own $@", "b c", "--profile 'b c' $@"),
        ("--profile=My Own $@", "b", "--profile=b $@"),
        ("--prof 'x y' $@", "b", "--prof b $@"),
        ("'--profile My Own' $@", "My Own", "--profile 'My Own' $@"),
        ("'--profile=My Own' $@", "b", "--profile=b $@"),
        ("--profile a --profile b $@", "c", "--profile c --profile c $@"),
        ("--profile a --region us-east-1 $@", "c", "--profile c --region us-east-1 $@"),
        ("  --profile  a   $@", "b", "  --profile b   $@"),
        ("--debug --profile My Own Name --no-cli-pager", "b", "--debug --profile b --no-cli-pager"),
        ("$@", "b", None),
        ("--profile My Own --debug other $@", "c", None),
        ("--profile 'a $@", "b", None),
        ("--profile a get", "b", None),
        ("--region --profile $@", "b", None),
        ("--profile --region x $@", "b", None),
        ("--profile --debug --region=x $@", "b", None),
    ],
)
def test_another_profile(options: str, name: str, mended: str | None) -> None:
    right = None if mended is None else f"!aws {C} {mended}"
    assert with_profile(f"!aws {C} {options}", name) == right
    assert with_profile(f"!X=1 aws {C} {options}", name) is None
    assert with_profile(f"aws {C} {options}", name) is None


@pytest.mark.parametrize(
    ("value", "mended"),
    [
        (f"!aws {C}", f"!/x/aws {C}"),
        (f"! '/x y/aws' {C} --profile x", f"!/x/aws {C} --profile x"),
        (f"aws.exe {C}", f"!/x/aws {C}"),
        (f"!env aws {C}", None),
        (f"!$H/aws {C}", None),
        ("!awsx", None),
        ("store", None),
    ],
)
def test_another_program(value: str, mended: str | None) -> None:
    assert with_program(value, "/x/aws") == mended


@pytest.mark.parametrize(
    "value",
    [
        f"!aws {C} --query credential-helper $@",
        "!aws codecommit 'credential-helper' $@",
        f"!aws {C} | x",
    ],
)
def test_no_option_where_its_place_is_not_plain(value: str) -> None:
    assert without_prompt(Helper(value)) is None


@pytest.mark.parametrize(
    ("value", "comment", "line"),
    [
        ("!f() {", f"; aws {C} $@; }}", f"!f() {{; aws {C} $@; }}"),
        ("!x ", f"# aws {C}", f"!x # aws {C}"),
        ("!x ", f'; aws {C} "$@"', ""),
        ("!x ", f"; \\aws {C}", ""),
        ("!x ", "; only aws", None),
        ("!x ", f"; !aws {C}", None),
        ("!x ", f"aws {C}", None),
        ("store", f"; aws {C}", None),
        ("store", "; note", None),
    ],
)
def test_a_helper_with_what_git_cut_off(value: str, comment: str, line: str | None) -> None:
    assert whole(Helper(value), comment) == line
