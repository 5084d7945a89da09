"""The suite: machines as they are met in the field. Each is proved with real git first."""

from tests.lab.scenarios import (
    account,
    address,
    chain,
    combined,
    files,
    healthy,
    helper,
    identity,
    signer,
    unusual,
)

SCENARIOS = (
    *healthy.SCENARIOS,
    *unusual.SCENARIOS,
    *chain.SCENARIOS,
    *helper.SCENARIOS,
    *files.SCENARIOS,
    *address.SCENARIOS,
    *identity.SCENARIOS,
    *signer.SCENARIOS,
    *account.SCENARIOS,
    *combined.SCENARIOS,
)
