"""What is said of an AWS helper that Git, its shell or the AWS CLI would not run."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.helper import AwsHelper, Helper

COMMAND = "codecommit credential-helper"
AWS = f"!aws {COMMAND}"
VALUES = {"E": "", "P": "work"}


@pytest.mark.parametrize(
    "value",
    [
        f"{AWS} $@",
        f"/usr/bin/aws {COMMAND} $@",
        f"C:/x/aws.exe {COMMAND}",
        f"{AWS} --profile \u00fcber $@",
        rf"!/opt/my\ tools/aws {COMMAND} $@",
        f"!f() {{ aws {COMMAND} $@; }}; f",
        f"!FOO=1 aws {COMMAND} stray",
        f"!set FOO=1; aws {COMMAND}",
        f"!$env:FOO=1; aws {COMMAND} $@",
        f"!f() {{ aws {COMMAND} get; }}; f",
        # These are about the profile's quotes, which have words of their own:
        f"{AWS} --profile 'x $@",
        f"{AWS} --profile My Profile $@",
        f"{AWS} --profile a b get $@",
        f"{AWS} '--profile My Profile' $@",
    ],
)
def test_a_helper_without_a_flaw(value: str) -> None:
    assert Helper(value).flaw is None


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        (f"!aws\u00a0{COMMAND} $@", "was pasted along (no-break space)"),
        (f"!aws\u2028{COMMAND} $@", "was pasted along (line separator)"),
        (f"!aws\u2029{COMMAND} $@", "was pasted along (paragraph separator)"),
        (f"{AWS} $@\u200b", "was pasted along (zero width space)"),
        (f"{AWS} $@ UseHttpPath = true", "UseHttpPath is on its line, and needs its own line"),
        (f"'!aws {COMMAND} $@'", "a stray quote, which cmd.exe does not remove"),
        (f" “ {AWS} $@", "a stray quote, which cmd.exe does not remove"),
        (f"^{AWS} $@", "a ^, which cmd.exe keeps between quotes"),
        (f"aws {COMMAND} $@", "no ! in front, so that Git looks for a program git-credential-aws"),
        (rf"{AWS} \$@", "its $@ is escaped or quoted"),
        (rf"{AWS} \$\@", "its $@ is escaped or quoted"),
        (f"{AWS} '$@'", "its $@ is escaped or quoted"),
        (f"{AWS} `$@", "its ` is PowerShell's"),
        (f"\\!aws {COMMAND}", "a \\ stands in front of its !"),
        (f"codecommit {COMMAND}", "git-credential-codecommit"),
        (f"!'aws {COMMAND} $@'", "its quotes make one word of aws and its arguments"),
        (f"`{AWS} $@", "a `, which PowerShell keeps between single quotes"),
        (f"!& 'C:/a b/aws.exe' {COMMAND} $@", "its & is PowerShell's"),
        (f"!set AWS_PROFILE=x&& aws {COMMAND} $@", "its set is cmd's"),
        (f'!SET "AWS_PROFILE=x" & aws {COMMAND} $@', "its SET is cmd's"),
        (f"{AWS} $$@", "its $$ is a number in Git's shell"),
        (f"{AWS} %*", "its %* is cmd's"),
        (f"{AWS} %1", "its %* is cmd's"),
        (f"{AWS} %12 $@", "stops at its word %12"),
        (f"{AWS} -profile x $@", "knows no option -profile, only --profile"),
        (f"{AWS} –region x $@", "knows no option –region, only --region"),
        (f"{AWS} x-profile $@", "stops at its word x-profile"),
        (f"!C:/Program Files/aws.exe {COMMAND}", "path of its program has spaces, and no quotes"),
        (rf"!C:\aws\aws.exe {COMMAND} $@", "backslashes, which the shell removes, and no quotes"),
        ("!aws codecommit", "it ends before the words codecommit credential-helper"),
        ("!aws --profile x", "it ends before the words codecommit credential-helper"),
        ("!aws credential-helper", "credential-helper are misspelt"),
        ("!aws codecommit cred", "credential-helper are misspelt"),
        ("!aws codecommit --profile x helper", "credential-helper are misspelt"),
        (f"!aws {COMMAND}s", "credential-helper are misspelt"),
        (f"!f() {{ aws {COMMAND} $@", "it is cut off, as by a ; or #"),
        (f"!(aws {COMMAND} $@", "it is cut off, as by a ; or #"),
        (f"{AWS} --region 'x $@", "a quote is not closed"),
        (f"{AWS} get", "it names the operation, and Git adds it once more"),
        (f"{AWS} store $@", "it names the operation, and Git adds it once more"),
        (f"{AWS} --unknown $@", "the AWS CLI does not know its option --unknown"),
        (f"{AWS} stray $@", "the AWS CLI stops at its word stray"),
        (f"!aws s3 {COMMAND}", "the AWS CLI stops at its word s3"),
        (f"{AWS} --version $@", "with its option --version the AWS CLI does something else"),
    ],
)
def test_a_flaw_is_named(value: str, flaw: str) -> None:
    helper = Helper(value)
    assert flaw in str(helper.flaw)
    assert helper.is_meant_as_aws


@pytest.mark.parametrize(
    ("options", "flaw"),
    [
        ("--profile $E $@", "the profile is empty: E has no value, and --profile takes the next"),
        ("--prof ${E}", "the profile is empty: E has no value, and --profile takes the next"),
        ("--region $E $@", "the region is empty: E has no value, and --region takes the next"),
        ("--profile=$E $@", None),
        ("--profile ${E}x $@", None),
        ("--profile $P $E $@", None),
        ("--debug $E $@", None),
        ("--profile $E | tee x", None),
    ],
)
def test_an_option_takes_the_next_word_instead_of_an_empty_variable(
    options: str, flaw: str | None
) -> None:
    said = Helper(f"{AWS} {options}", VALUES).flaw
    assert said is None if flaw is None else flaw in str(said)
    assert Helper(f"!$E aws {COMMAND} --profile x", VALUES).flaw is None


@pytest.mark.parametrize(
    ("options", "falls_apart"),
    [
        ("--profile My Profile", True),
        ("--profile=My Profile", True),
        ("--prof My Profile", True),
        ("--profile My Other Profile", True),
        ("'--profile My Profile'", True),
        ("--debug '--profile My Profile' x", True),
        ("--region us east", False),
        ("--region=us east", False),
        ("stray", False),
        ("stray --profile x", False),
        ("--profile x --debug stray", False),
        ("--profile x", False),
    ],
)
def test_whether_a_name_behind_profile_falls_apart(options: str, falls_apart: bool) -> None:
    assert Helper(f"{AWS} {options} $@").profile_falls_apart is falls_apart


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (f"{AWS} $@", True),
        ("!my-wrapper codecommit credential-helper $@", True),
        ("aws", True),
        ("'!aws", True),
        ("!aws codecomit cred", True),
        ("!aws --profile x", True),
        ("!aws s3 ls", False),
        ("!x | aws codecommit", False),
        ("manager", False),
    ],
)
def test_what_was_meant_as_the_aws_helper(value: str, meant: bool) -> None:
    assert Helper(value).is_meant_as_aws is meant


def test_helpers_are_the_same_with_one_value_in_one_shell() -> None:
    shell: dict[str, str] = {}
    assert Helper("a", shell) == Helper("a", shell)
    assert hash(Helper("a", shell)) == hash(Helper("a", shell))
    assert Helper("a", shell) != Helper("b", shell)
    assert Helper("a", shell) != Helper("a", {})
    assert Helper("a") != "a"
    assert len({Helper("a"), Helper("a"), Helper("b")}) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!x.sh codecommit credential-helper", ("aws", "x.sh starts the AWS CLI", "x.sh")),
        (
            f"!/opt/bin/aws-vault exec work -- aws {COMMAND} $@",
            ("aws", "aws-vault starts the AWS CLI", "/opt/bin/aws-vault"),
        ),
        (f"!aws2 {COMMAND}", ("aws2", None, None)),
        (f"!C:/x/AWS.EXE {COMMAND}", ("C:/x/AWS.EXE", None, None)),
        (
            f"!AWS_PROFILE=x aws {COMMAND}",
            ("aws", "a variable is set in front of it", None),
        ),
        (
            f"!AWS_PROFILE=x y aws {COMMAND}",
            ("aws", "a variable is set in front of it", "y"),
        ),
        (f"!PATH=/x y aws {COMMAND}", ("aws", "a variable is set in front of it", None)),
        (f"!y aws {COMMAND} | tee x", ("aws", "several commands", None)),
        (f"!/x/aws {COMMAND} | tee x", ("/x/aws", "several commands", None)),
    ],
)
def test_what_starts_the_aws_cli(value: str, expected: tuple[str, str | None, str | None]) -> None:
    aws = Helper(value).aws
    assert (aws.program, aws.opaque, aws.wrapper) == expected
    assert aws.snippet is (aws.opaque is not None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"!/x/aws {COMMAND} 'x", ("/x/aws", None)),
        (f"!y aws {COMMAND} 'x", ("aws", "y starts the AWS CLI")),
    ],
)
def test_what_starts_the_aws_cli_where_a_quote_is_open(
    value: str, expected: tuple[str, str | None]
) -> None:
    aws = Helper(value).aws
    assert aws.unbalanced
    assert (aws.program, aws.opaque) == expected


@pytest.mark.parametrize(
    ("options", "only_in", "failure"),
    [
        ("--no-cli-pager", 2, None),
        ("--v2-debug", 1, None),
        ("--profile x", None, None),
        ("--unknown", None, "the AWS CLI does not know its option --unknown"),
    ],
)
def test_words_that_one_version_of_the_aws_cli_takes(
    options: str, only_in: int | None, failure: str | None
) -> None:
    aws = Helper(f"{AWS} {options} $@").aws
    assert (aws.only_in, aws.failure) == (only_in, failure)


@pytest.mark.parametrize(
    ("program", "of_windows"),
    [("aws.exe", True), ("C:/x/AWS.CMD", True), ("aws.bat", True), ("aws", False)],
)
def test_programs_of_windows(program: str, of_windows: bool) -> None:
    assert AwsHelper(program).is_of_windows is of_windows


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ("!gh auth git-credential", True),
        ("!GH.EXE auth git-credential", False),
        ("!gh.EXE auth git-credential", True),
        ("!gh auth git-credential-x", False),
        ("!gh auth git-credential | x", False),
        ("!gh auth git-credential 'x", False),
        ("!gh", False),
        ("", False),
    ],
)
def test_helpers_of_other_services(value: str, others: bool) -> None:
    assert Helper(value).is_for_other_hosts is others


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("manager.exe", "manager"),
        ("MANAGER.EXE", "MANAGER"),
        ("credential-manager", "credential-manager"),
        ("!credential-manager", "manager"),
        ("/x/git-credential-store --file x", "store"),
        ("!git", "git"),
        ("!git 'x", "'x"),
        ("git credential-store", "git"),
        ("!store 'x", "store"),
        ("!$E", "!$E"),
    ],
)
def test_names_of_helpers(value: str, name: str) -> None:
    assert Helper(value, VALUES).name == name


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (f"{AWS} $@", f"{AWS} $@"),
        (f"!$D/aws {COMMAND} $@", f'!"$D/aws" {COMMAND} $@'),
        (f"!$D/aws {COMMAND} --unknown $@", None),
        (f"!$D/aws {COMMAND} --query '$D/aws'", f"!\"$D/aws\" {COMMAND} --query '$D/aws'"),
        (f"aws {COMMAND}", f"!aws {COMMAND} $@"),
        ("store", None),
    ],
)
def test_the_form_that_works(value: str, right: str | None) -> None:
    helper = Helper(value, {"D": "/my tools"})
    assert helper.corrected == right
    assert right is None or helper.rewritten(right).flaw is None


def test_a_path_that_a_variable_splits_is_named_with_the_variable() -> None:
    flaw = Helper(f"!${{D}}/aws {COMMAND} $@", {"D": "/my tools"}).flaw
    assert flaw == "$D has spaces in its value, and no quotes around it"
    assert Helper(f"!$D/aws {COMMAND} $@").flaw is None


def test_an_empty_value_lacks_its_program_too() -> None:
    assert str(Helper(" ").flaw).endswith("git-credential-aws")


@pytest.mark.parametrize(
    ("value", "program"),
    [
        ("store --file x", "git-credential-store"),
        ("", None),
        ("/opt/x y", "/opt/x"),
        ("!x y", "x"),
        ("!", "get"),
        ("!x | y", None),
        ("!x 'y", None),
        ("!A=1", None),
        ("!$E x", None),
        ("!exec x", None),
        ("!'$x' y", None),
        ("!executor X", "executor"),
    ],
)
def test_the_program_that_is_looked_for(value: str, program: str | None) -> None:
    assert Helper(value, {"E": ""}).program == program


@pytest.mark.parametrize(("word", "wrapper"), [("exec", None), ("xexec", "xexec")])
def test_what_a_shell_does_itself_starts_no_aws_cli(word: str, wrapper: str | None) -> None:
    assert Helper(f"!{word} aws {COMMAND} $@").aws.wrapper == wrapper
