"""``codecommit-doctor explain ID``: the page of a check, or of one of its findings."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from codecommit_doctor.cli.answers import Answer, print_json
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.completion import check_ids
from codecommit_doctor.cli.messages import stop


@command("Explain a check or the code of a finding.")
def explain(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A check's id, or the code of a finding, as use-http-path/unset.",
            show_default=False,
            autocompletion=check_ids,
        ),
    ],
    form: Annotated[Answer, typer.Option("--format", help="Output format.")] = Answer.TEXT,
) -> None:
    """Show the full page of a check: what it asks, why it matters, how it looks, what to do."""
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.rules.codes import codes_of, meaning
    from codecommit_doctor.rules.spelling import nearest

    catalogue = load()
    name, slash, code = id.partition("/")
    check = catalogue.get(name)
    if check is None:
        near = nearest(name, [check.id for check in catalogue.checks])
        hint = f"; did you mean {near}?" if near else "; see: codecommit-doctor checks"
        stop(f"there is no check {name!a}{hint}")
    page = check.page
    if slash:
        text = meaning(id)
        if text is None:
            near = nearest(code, list(codes_of(check.id)))
            hint = f"; did you mean {check.id}/{near}?" if near else ""
            stop(f"there is no code {id!a}{hint}")
        page = f"# {id}\n\n{text}\n\n{page}"
    elif findings := codes_of(check.id):
        rows = "".join(f"- `{check.id}/{kind}`: {text}\n" for kind, text in findings.items())
        page += f"\n## Codes\n{rows}"
    if form is Answer.JSON:
        codes = {f"{check.id}/{kind}": text for kind, text in codes_of(check.id).items()}
        print_json({"id": check.id, "title": check.title, "codes": codes, "page": page})
        return
    if not sys.stdout.isatty():
        typer.echo(page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(Console().width, 100)).print(Markdown(page))
