"""The help of a command: a value is called what a person calls it, not by its type in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from typer.core import TyperCommand

__all__ = ["PlainCommand"]

_TYPE = re.compile(r" <(?:list\[)?[\w ]+\]?>\Z")
"""What Typer writes behind the name of a value; choices, which have a ``|``, are kept."""


class PlainCommand(TyperCommand):
    """A command whose help says TARGET, FILE and SECONDS, and no more of them."""

    def get_params(self, ctx):  # type: ignore[no-untyped-def]
        params = super().get_params(ctx)
        for param in params:
            if not isinstance(param.get_help_record, partial):
                setattr(param, "get_help_record", partial(_record, param.get_help_record))  # noqa: B010
        return params

    def collect_usage_pieces(self, ctx):  # type: ignore[no-untyped-def]
        """``COMMAND...`` for words that are needed; Typer's braces look like a choice."""
        pieces = super().collect_usage_pieces(ctx)
        return [re.sub(r"\A\{(\w+)\}", r"\1", piece) for piece in pieces]


def _record(original: Callable[[Any], Any], ctx: Any) -> Any:
    found = original(ctx)
    return found and (_TYPE.sub("", found[0]), *found[1:])
