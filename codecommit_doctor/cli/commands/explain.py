"""``codecommit-doctor explain``: what is seen and what it is; the page of a check or a finding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli.answers import AnswerForm, PageAnswer, print_json
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.completion import check_ids
from codecommit_doctor.cli.messages import stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codecommit_doctor.check import Check
    from codecommit_doctor.rules.tree import Branch


@command("Explain what you see, a check or a finding.")
def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            help="A check, the code of a finding as use-http-path/unset, or what you see: 403, "
            "404, prompt, proxy, an error text. Without it: what you see and what it is.",
            show_default=False,
            autocompletion=check_ids,
        ),
    ] = None,
    form: Annotated[AnswerForm, typer.Option("--format", help="Output format.")] = AnswerForm.TEXT,
) -> None:
    """Explain what you see, a check or the code of a finding.

    Without a word: a list of what people see, and what it is. With a check: its whole page.
    """
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.rules import tree

    text = " ".join(words or []).strip()
    checks = load().checks
    check = next((check for check in checks if check.id == text.partition("/")[0]), None)
    if check:
        _show_page(check, text, form)
    elif branches := tree.found(text) if text else tree.TREE:
        _show_tree(branches, form)
    else:
        _explain_text(text, checks, form)


def _show_page(check: Check, id: str, form: AnswerForm) -> None:
    from codecommit_doctor.rules.codes import meaning
    from codecommit_doctor.rules.spelling import nearest

    page, (_, slash, code) = check.page, id.partition("/")
    if slash:
        text = check.codes.get(code) or meaning(id)
        if text is None:
            near = nearest(code, list(check.codes))
            stop(f"there is no code {id!a}" + (f"; did you mean {check.id}/{near}?" * bool(near)))
        page = f"# {id}\n\n{text}\n\n{page}"
    elif check.codes:
        rows = "".join(f"- `{check.id}/{kind}`: {text}\n" for kind, text in check.codes.items())
        page += f"\n## Codes\n{rows}"
    if form is AnswerForm.JSON:
        codes = {f"{check.id}/{kind}": text for kind, text in check.codes.items()}
        print_json(PageAnswer(check.id, check.title, codes, page))
    else:
        _show(page)


def _show_tree(branches: Iterable[Branch], form: AnswerForm) -> None:
    import msgspec

    from codecommit_doctor.rules.tree import written

    if form is AnswerForm.JSON:
        print_json({"tree": [msgspec.to_builtins(branch) for branch in branches]})
    else:
        more = "Read on: codecommit-doctor explain CHECK, for instance explain use-http-path"
        _show(f"# What you see, and what it is\n\n{written(branches)}\n{more}\n")


def _explain_text(text: str, checks: Iterable[Check], form: AnswerForm) -> None:
    """An error text, if it is known; else the nearest check."""
    from codecommit_doctor.cli.commands.explain_error import show
    from codecommit_doctor.engine.recognition import recognise
    from codecommit_doctor.rules.spelling import nearest

    checks = list(checks)
    if found := recognise(text, checks):
        show(found, checks, form)
        return
    name = text.partition("/")[0]
    near = nearest(name, [check.id for check in checks])
    hint = f"; did you mean {near}?" if near else "; see: codecommit-doctor checks"
    stop(f"there is no check {name!a}, and the text is not known{hint}")


def _show(page: str) -> None:
    if not sys.stdout.isatty():
        typer.echo(page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(Console().width, 100)).print(Markdown(page))
