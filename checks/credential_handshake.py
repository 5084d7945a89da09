"""The check ``credential-handshake``."""

from __future__ import annotations

import re
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Answer,
    Endpoint,
    Evidence,
    Flaw,
    Git,
    Handshake,
    Judgement,
    Origin,
    Result,
    Shape,
    Status,
    Symptom,
    Target,
    Unavailable,
    check,
    failed,
    no_helpers_asked,
    passed,
    recipes,
    skipped,
    telling_sentence,
    told_why,
    warned,
)

_ORIGIN = Origin.command("git", "credential", "fill")
_WRITE = "Let only the AWS helper answer for CodeCommit"


@check(
    id="credential-handshake",
    category="credentials",
    title="What would Git send, who answers, and is it right?",
    why="Git sends what the first helper answers. An old or a wrong signature is refused with 403, "
    "and no answer ends in a prompt.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html",
    after=(
        "git-version",
        "git-configuration",
        "repository-url",
        "config-shadowing",
        "credential-manager-conflict",
        "credential-helper",
        "remote-helper",
        "aws-cli-version",
        "aws-configuration",
        "profile-quoting",
        "profile-exists",
        "use-http-path",
        "aws-region",
        "environment-overrides",
        "aws-credentials",
    ),
    effect=True,
    explains=("git-access/refused",),
    symptoms=(
        Symptom(
            r"could not read (Username|Password)|terminal prompts disabled|Username for 'https"
            r"|Password for 'https|returned error: 401"
            r"|HTTP 401|code:? 401\b|\(401\)|401 Unauthorized|unable to read askpass response"
            r"|codecommit.*: (?:No such device or address|Device not configured)"
            r"|failed to execute prompt script|/dev/tty: No such|user cancelled dialog"
            r"|ssh-askpass: .*(?:No such file|cannot open display)"
            r"|keeps (?:on )?(?:asking|prompting)|(?:asks|asking|prompts|prompting) (?:me )?for"
            r" (?:(?:a|my|the|your) )?(?:user ?name|password|credential|login)"
            # the same in other languages, as people and programs around Git say it
            r"|Benutzername.*codecommit|nombre de usuario.*codecommit|utilisateur.*codecommit"
            r"|nome de usu.rio.*codecommit|nome utente.*codecommit|gebruikersnaam.*codecommit"
            r"|codecommit.*用户名|用户名.*codecommit|codecommit.*ユーザー名|codecommit.*使用者名稱"
            r"|имя пользователя.*codecommit|użytkownika.*codecommit",
            "No credential helper returned a password, so Git asked for one.",
            "no-answer",
        ),
        Symptom(
            r"Authentication failed for|Authentication to \S+ failed"
            r"|Authentifizierung .*fehlgeschlagen|Error de autenticaci"
            r"|autenticación fallida|Fallo de autenticaci|échec de l'authentification"
            r"|Falha na autentica|Falha de autentica|autenticazione fallita"
            r"|uwierzytelni.nie nie powiod|Authenticatie mislukt|Autentisering misslyckad"
            r"|身份验证失败|身份認證失敗|認証に失敗|認証失敗|인증 실패|인증에 실패"
            r"|Ошибка аутентификации",
            "A password was sent, by a helper, a store or a person, and was not accepted (401). It "
            "has to be that of the AWS helper, or Git credentials made in IAM.",
            "refused",
        ),
        Symptom(
            r"duplicate key: capability|invalid credential line",
            "A helper does not understand what this Git tells it, or answers in another form.",
            "no-answer",
        ),
    ),
)
def credential_handshake(
    target: Target, git: Git, handshake: Handshake, endpoint: Endpoint
) -> Result:
    """## Symptom
    `The requested URL returned error: 403`, or a prompt for a user name, though every setting
    looks right.

    ## How it looks
    It runs `git credential fill` for the address, unable to prompt, and sees from Git's trace
    which helper answered. Helpers are only asked, never told to store or erase. The
    AWS helper's password is a time and a signature over the path and the host: with the keys on
    this machine it is made again and compared. So it is known whose key it is, how old it is, and
    for which path, host, region or with which secret it was signed if it does not fit. The
    password never leaves the process.

    A helper that the repository's own configuration defines is run only if it is the AWS helper
    and nothing else, or with `--trust-repository`. Offline, only helpers are run that need no
    network.

    ## By hand
    On macOS and Linux, and in Git Bash on Windows:

    ```sh
    echo url=https://HOST/v1/repos/NAME | GCM_INTERACTIVE=never GIT_TERMINAL_PROMPT=0 GIT_ASKPASS= git credential fill
    ```

    In cmd:

    ```bat
    set "GCM_INTERACTIVE=never" & set "GIT_TERMINAL_PROMPT=0" & set "GIT_ASKPASS=" & echo url=https://HOST/v1/repos/NAME| git -c core.askPass= credential fill
    ```

    In PowerShell:

    ```powershell
    $env:GCM_INTERACTIVE='never'; $env:GIT_TERMINAL_PROMPT='0'; $env:GIT_ASKPASS=''; 'url=https://HOST/v1/repos/NAME' | git -c core.askPass= credential fill
    ```

    The variables keep Git and Git Credential Manager from opening a window. The password begins
    with the time at which it was made, in UTC. Show it to nobody. If it is older than 15 minutes, a
    credential manager has stored it: see credential-manager-conflict.

    ## Fix safety
    Where a helper keeps a signature that is refused, and no AWS helper is configured, the fix is
    safe: it adds a section for CodeCommit hosts in which only the AWS helper answers. What the
    other helper keeps for other hosts stays. Else the cure is by hand.

    ## Known limits
    A signature that is made with keys which this machine does not have can't be compared; then its
    time alone is known. An old Git does not tell which helper answered.
    """  # noqa: E501
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    chain = settings.chain
    if settings.failure and not chain:
        why = f"Git stops before it asks a helper: {telling_sentence(settings.failure)}"
        said = settings.failure.splitlines()[-4:]
        facts = [Evidence(line, _ORIGIN) for line in said]
        return failed(why, *facts, confirmed=True, code="no-answer")
    if not chain:
        return skipped(
            "no credential helper applies to this address, so Git prompts", code="no-helper"
        )
    try:
        answer = handshake.answer()
    except Unavailable as reason:
        return skipped(reason.reason, code="not-asked")
    facts = [Evidence.of_setting(entry) for entry in answer.asked or chain]
    if answer.failure:
        return warned(
            f"the credential helpers did not finish: git credential fill {answer.failure}",
            *facts,
            code="did-not-finish",
        )
    if answer.credential is None:
        asked_aws = any(e.helper.is_meant_as_aws for e in chain)
        if not (told_why("\n".join(answer.said)) or answer.broken or asked_aws):
            return skipped(
                "the helpers hold nothing for this address, so Git prompts",
                *facts,
                code="nothing-held",
            )
        return _silence(answer, facts)
    refused = answer.judgement.shape is Shape.OTHER and endpoint.refused(handshake) is True
    result = _judged(answer, facts, refused)
    is_kept = result.status is Status.FAIL and answer.judgement.shape is Shape.AWS_SIGNATURE
    if is_kept and not any(e.helper.is_meant_as_aws for e in chain):
        fix = recipes.reset_chain(target, git, settings, recipes.DEFAULT_HELPER, title=_WRITE)
        return replace(result, fix=fix)
    return result


def _silence(answer: Answer, facts: list[Evidence]) -> Result:
    """No helper gave a user name and a password."""
    said = [line for line in answer.said if not line.startswith("fatal: could not read")]
    facts += [Evidence(line, _ORIGIN) for line in said[-4:]]
    text = "\n".join(answer.said)
    if "Unknown options: protocol=https" in text:
        summary = "no helper returned a password: AWS CLI 2 prompts for its options (auto-prompt)"
        step = Advice("Set AWS_CLI_AUTO_PROMPT to off, or cli_auto_prompt of the profile")
        return failed(summary, *facts, advice=(step,), confirmed=True, code="auto-prompt")
    if {"'host'", "'protocol'"} & {line.strip() for line in answer.said}:
        summary = "the AWS helper was started without Git's question on its standard input"
        step = Advice("Let the program that starts aws hand it on, as `docker run -i` does")
        return failed(summary, *facts, advice=(step,), confirmed=True, code="no-input")
    if found := re.search(r"^warning: invalid credential line: (.+)", text, re.MULTILINE):
        summary = f"a helper prints something else than its answer: {found[1].strip()}"
        step = Advice(
            "Standard output is for the answer alone: let the program that the helper starts, or "
            "what wraps it, print anything else on standard error (>&2)"
        )
        return failed(summary, *facts, advice=(step,), confirmed=True, code="prints-more")
    if told_why(text):
        summary = f"no helper returned a password ({telling_sentence(text)})"
    elif answer.broken:
        names = " and ".join(entry.helper.name for entry in answer.broken)
        codes = ", ".join(str(code) for code in answer.codes if code)
        summary = f"{names} ended with exit code {codes} and gave no reason"
    else:
        summary = "no helper returned a password or gave a reason, so Git prompts"
    return failed(summary, *facts, confirmed=True, code="no-answer")


def _judged(answer: Answer, facts: list[Evidence], refused: bool) -> Result:
    """refused: CodeCommit was seen to refuse it."""
    found = answer.judgement
    who = answer.by.helper.name if answer.by else "a helper"
    is_aws = answer.by is not None and answer.by.helper.is_aws
    who = "the AWS helper" if is_aws else who
    if found.shape is Shape.GIT_CREDENTIALS:
        return passed(f"{who} answers with Git credentials of an IAM user", *facts)
    if found.shape is not Shape.AWS_SIGNATURE:
        return _neither(found, who, facts, refused)
    facts.append(Evidence(_described(found), _ORIGIN))
    if found.refused:
        return failed(
            f"{who} answers with a signature that is refused: {found.explanation[0]}",
            *(Evidence(text, _ORIGIN) for text in found.explanation[1:]),
            *facts,
            advice=_advice(found, who, is_aws),
            confirmed=True,
            code="refused",
        )
    if found.verified:
        return passed(f"{who} answers with the right signature of {found.owner}", *facts)
    return passed(
        f"{who} answers with a fresh signature; its keys are not known here, so it was not "
        "made again",
        *facts,
    )


def _neither(found: Judgement, who: str, facts: list[Evidence], refused: bool) -> Result:
    advice = (Advice(f"Erase what {who} has stored for this host, and let the AWS helper answer"),)
    if found.explanation or refused:
        why = "it is neither an AWS signature nor Git credentials"
        text = f"{who} answers with something that is refused: {(*found.explanation, why)[0]}"
        return failed(text, *facts, advice=advice, confirmed=True, code="refused")
    return warned(
        f"{who} answers with something that is neither an AWS signature nor Git credentials",
        *facts,
        advice=advice,
        code="other-kind",
    )


def _described(found: Judgement) -> str:
    signed = f"{found.signed_at:%Y-%m-%dT%H:%M:%SZ}" if found.signed_at else "an unknown time"
    return f"signed at {signed} with the access key {found.access_key} ({found.owner or 'unknown'})"


def _advice(found: Judgement, who: str, is_aws: bool) -> tuple[Advice, ...]:
    flaw = found.flaws[0]
    if not is_aws:
        return (Advice(f"Erase the CodeCommit password that {who} has stored"),)
    if flaw in (Flaw.TOKEN_OTHER, Flaw.UNEXPLAINED):
        return (
            Advice(
                "Use credentials that live longer than 15 minutes: the AWS helper reads key, "
                "token and secret one after the other, and shorter ones are renewed in between"
            ),
        )
    if flaw is Flaw.FUTURE:
        return (Advice("Set this machine's clock"),)
    return ()
