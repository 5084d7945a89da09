"""What a probe raises for a question that has no answer here."""

from __future__ import annotations

__all__ = ["Unavailable"]


class Unavailable(Exception):
    """A question that can't be answered. A check that does not catch it is skipped with the reason.

    reason: one sentence, without secrets. missing_permission: the IAM action that is not allowed,
    if that is why. code: AWS's own. unusable: it proves that the credentials can't be used, by
    nobody.
    """

    def __init__(
        self,
        reason: str,
        missing_permission: str | None = None,
        code: str = "",
        *,
        unusable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing_permission = missing_permission
        self.code = code
        self.unusable = unusable
