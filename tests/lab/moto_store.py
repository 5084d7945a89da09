"""moto's backends, used as the lab's database, and its policies in the simulator's terms."""

from __future__ import annotations

import json
import threading
from functools import cache, cached_property
from typing import Any

from tests.lab.simulator import Policy


class Moto:
    """moto's backends. Its import takes a second, so it begins in a thread and is waited for."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._load, daemon=True)
        self._thread.start()

    def _load(self) -> None:
        from moto.codecommit.models import codecommit_backends
        from moto.iam.models import iam_backends
        from moto.kms import models
        from moto.kms.models import kms_backends
        from moto.sts.models import sts_backends

        models.generate_private_key = cache(models.generate_private_key)  # nobody uses them here
        self._backends = {
            "codecommit": codecommit_backends,
            "iam": iam_backends,
            "kms": kms_backends,
            "sts": sts_backends,
        }

    def backend(self, service: str, account: str, place: str) -> Any:
        """place: a region, or for iam and sts a partition."""
        self._thread.join()
        return self._backends[service][account][place]

    @cached_property
    def aws_policies(self) -> dict[str, Any]:
        """AWS managed policies by name."""
        from moto.iam.aws_managed_policies import aws_managed_policies_data

        policies: dict[str, Any] = json.loads(aws_managed_policies_data)
        return policies


def attached_to(kind: str, owner: Any) -> list[Policy]:
    inline = [Policy(name, kind, text) for name, text in owner.policies.items()]
    return inline + [managed(policy) for policy in owner.managed_policies.values()]


def managed(policy: Any) -> Policy:
    kind = "aws-managed" if ":aws:policy/" in policy.arn else "user-managed"
    version = next(v for v in policy.versions if v.version_id == policy.default_version_id)
    document = version.document
    return Policy(
        policy.name, kind, document if isinstance(document, str) else json.dumps(document)
    )
