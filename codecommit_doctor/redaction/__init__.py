"""The one place that decides what may be shown, and how: ``Redactor`` and ``printable``.

They are loaded when they are asked for. A package that loads its own modules deadlocks when one
thread asks for the package and another for such a module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codecommit_doctor.redaction.redactor import Redactor, inert_json, printable

__all__ = ["Redactor", "inert_json", "printable"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from codecommit_doctor.redaction import redactor

    return getattr(redactor, name)
