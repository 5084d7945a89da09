"""The suite: machines as they are met in the field. Each is proved with real git first."""

from tests.lab.scenarios import (
    account,
    address,
    chain,
    combined,
    files,
    healthy,
    helper,
    helper_words,
    identity,
    policies,
    remote_helper,
    signer,
    unusual,
)

SCENARIOS = (
    *healthy.SCENARIOS,
    *unusual.SCENARIOS,
    *chain.SCENARIOS,
    *helper.SCENARIOS,
    *helper_words.SCENARIOS,
    *files.SCENARIOS,
    *address.SCENARIOS,
    *identity.SCENARIOS,
    *remote_helper.SCENARIOS,
    *signer.SCENARIOS,
    *account.SCENARIOS,
    *policies.SCENARIOS,
    *combined.SCENARIOS,
)
