"""The suite: machines as they are met in the field. Each is proved with real git first."""

from tests.lab.scenarios import (
    account,
    address,
    chain,
    combined,
    healthy,
    helper,
    identity,
    signer,
)

SCENARIOS = (
    *healthy.SCENARIOS,
    *chain.SCENARIOS,
    *helper.SCENARIOS,
    *address.SCENARIOS,
    *identity.SCENARIOS,
    *signer.SCENARIOS,
    *account.SCENARIOS,
    *combined.SCENARIOS,
)
