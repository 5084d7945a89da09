"""Which values of credential.helper are the AWS helper and can start nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.rules.aws_options import Call, read
from codecommit_doctor.rules.helper import AwsHelper, Helper


@pytest.mark.parametrize(
    "value",
    [
        "!aws codecommit credential-helper $@",
        '!aws codecommit credential-helper "$@"',
        "!aws codecommit credential-helper",
        "!aws.exe codecommit credential-helper $@",
        "!aws.cmd codecommit credential-helper $@",
        "!aws codecommit credential-helper --profile work $@",
        "!aws codecommit --profile=work credential-helper --region us-east-2 $@",
        "!aws --output json codecommit credential-helper --profile 'My Profile' $@",
    ],
)
def test_a_plain_aws_helper_is_known(value: str) -> None:
    assert Helper(value).is_plain_aws


@pytest.mark.parametrize("program", ["aws", "aws.exe", "aws.cmd"])
@pytest.mark.parametrize("rest", ["", " $@", ' "$@"'])
def test_without_options_it_is_taken_apart_at_once_and_as_any_other(
    program: str, rest: str
) -> None:
    usual = f"!{program} codecommit credential-helper{rest}"
    assert Helper(usual).aws == AwsHelper(program)
    first, second = (read([*usual.split()[1:3], "get"], major=major) for major in (1, 2))
    assert first == second == Call(operation="get")


@pytest.mark.parametrize(
    "value",
    [
        "aws codecommit credential-helper $@",
        "!./aws codecommit credential-helper $@",
        "!/usr/bin/aws codecommit credential-helper $@",
        "!'aws' codecommit credential-helper $@",
        "!AWS_PROFILE=x aws codecommit credential-helper $@",
        "!PATH=. aws codecommit credential-helper $@",
        "!aws2 codecommit credential-helper $@",
        "!aws codecommit credential-helper $@; touch x",
        "!aws codecommit credential-helper $@\ntouch x",
        "!aws codecommit credential-helper $@\n",
        "!aws codecommit credential-helper --profile $(touch x) $@",
        "!aws codecommit credential-helper --profile `touch x` $@",
        '!aws codecommit credential-helper --profile "$(touch x)" $@',
        "!aws codecommit credential-helper --profile $PROFILE $@",
        "!aws codecommit credential-helper --profile 'a'$(b)'c' $@",
        "!aws codecommit credential-helper --profile a&b $@",
        "!aws codecommit credential-helper --profile a>b $@",
        "!aws codecommit credential-helper --profile ~ $@",
        "!aws codecommit credential-helper --profile * $@",
        "!aws codecommit credential-helper --profile {a,b} $@",
        "!aws codecommit credential-helper --profile --debug $@",
        "!aws codecommit credential-helper --endpoint-url http://localhost $@",
        "!aws codecommit credential-helper --ca-bundle x $@",
        "!aws codecommit credential-helper --prof work $@",
        "!aws codecommit credential-helper --profile $@",
        "!aws codecommit credential-helper get",
        "!aws s3 cp x y",
        "store",
        "",
    ],
)
def test_anything_else_is_not_plain(value: str) -> None:
    assert not Helper(value).is_plain_aws


@settings(derandomize=True, max_examples=200)
@given(
    st.integers(0, 44),
    st.sampled_from([*';|&<>(){}`$*?[]#~\\"%!\n\r\t\0^,']),
)
def test_a_character_that_means_something_to_a_shell_makes_it_no_plain_one(
    place: int, character: str
) -> None:
    value = "!aws codecommit --profile=work credential-helper"
    assert not Helper(value[:place] + character + value[place:]).is_plain_aws
