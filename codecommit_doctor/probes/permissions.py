"""What IAM says of some actions: IAM's own simulation, and the policies read and evaluated here.

The simulation is IAM's own word, but it lacks values that only a real request has, and tells for
which keys, even of statements about something else. So where a key is open the policies decide,
if all of them can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from codecommit_doctor.probes.aws_session import Unavailable
from codecommit_doctor.rules.iam.policy import (
    Decided,
    Decision,
    Document,
    MalformedPolicy,
    Request,
    decide,
    statements_of,
)

if TYPE_CHECKING:
    from codecommit_doctor.probes.policies import AttachedPolicy, Policies, Simulated

__all__ = ["SIMULATION", "Read", "Simulation", "decisions", "read", "simulate"]

SIMULATION = "IAM's simulation"
_ORGANIZATION = "a service control policy of the organization"


class Read(Struct, frozen=True):
    """The policies that could be read and understood. unseen: what could not, and why."""

    policies: tuple[AttachedPolicy, ...] = ()
    unseen: tuple[tuple[str, Unavailable], ...] = ()

    @property
    def complete(self) -> bool:
        return not self.unseen

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(Document(p.place, p.document, p.kind == "boundary") for p in self.policies)


class Simulation(Struct, frozen=True):
    """IAM's own decisions. refused: why there are none.

    known_resource: the resource's ARN was not made up.
    """

    results: tuple[Simulated, ...] = ()
    refused: Unavailable | None = None
    known_resource: bool = True

    @property
    def open_keys(self) -> tuple[str, ...]:
        """Condition keys that some policy names and that had no value."""
        return tuple(sorted({key for result in self.results for key in result.missing}))

    @property
    def conclusive(self) -> bool:
        limited = any(result.organization is False for result in self.results)
        return self.refused is None and self.known_resource and not self.open_keys and not limited


def simulate(
    policies: Policies, actions: tuple[str, ...], request: Request, *, known_resource: bool = True
) -> Simulation:
    """Asks IAM. Never raises."""
    try:
        results = policies.simulate(actions, request.resource, request.context)
    except Unavailable as refused:
        return Simulation(refused=refused, known_resource=known_resource)
    return Simulation(results, known_resource=known_resource)


def read(policies: Policies) -> Read:
    """Reads all policies that may be read. Never raises."""
    try:
        attached = policies.attached()
    except Unavailable as unseen:
        return Read(unseen=(("the policies", unseen),))
    understood, unseen_ones = [], list(attached.unseen)
    for policy in attached.policies:
        try:
            for statement in statements_of(policy.document):
                statement.validate()
        except MalformedPolicy as error:
            what = f"policy {policy.name} of {policy.owner}"
            unseen_ones.append((what, Unavailable(f"{what} can't be understood: {error}")))
        else:
            understood.append(policy)
    return Read(tuple(understood), tuple(unseen_ones))


def decisions(
    policies: Policies,
    actions: tuple[str, ...],
    request: Request,
    simulation: Simulation,
    *,
    why: bool = True,
) -> dict[str, Decision]:
    """What is decided about each action. Raises Unavailable if nothing can be seen.

    why: whether the policies are read, too, for the condition of a statement that refuses.
    """
    simulated = {result.action: result for result in simulation.results}
    if simulation.conclusive:
        decided = {action: _simulated(simulated[action]) for action in actions}
        if not why:
            return decided
        return {
            action: _with_keys(decision, policies, action, request)
            for action, decision in decided.items()
        }
    found = read(policies)
    if simulation.refused and not found.policies and found.unseen:
        refused = simulation.refused
        raise found.unseen[0][1] if refused.missing_permission else refused
    return {
        action: _combined(
            simulated.get(action), decide(found.documents, action, request), found, simulation
        )
        for action in actions
    }


def _with_keys(decision: Decision, policies: Policies, action: str, request: Request) -> Decision:
    """IAM's decision; where it refuses, with what the statement's condition says, if it is seen."""
    if decision.decided not in (Decided.DENIED, Decided.NOT_ALLOWED):
        return decision
    reading = decide(read(policies).documents, action, request)
    if reading.decided is not decision.decided or reading.limit != decision.limit:
        return decision
    return structs.replace(decision, keys=reading.keys, wants=reading.wants, offer=reading.offer)


def _combined(
    simulated: Simulated | None, reading: Decision, found: Read, simulation: Simulation
) -> Decision:
    """What was read is certain if it denies, or if all was read and nothing is open."""
    if reading.decided is Decided.DENIED:
        return reading
    if simulated and simulated.organization is False:
        return _simulated(simulated)
    if found.complete:
        return reading
    if simulated and simulation.known_resource and not simulated.missing:
        return _simulated(simulated)
    doubts = dict.fromkeys((*reading.doubts, *(simulated.missing if simulated else ())))
    doubts |= {what: None for what, _ in found.unseen}
    return Decision(Decided.MAYBE, reading.place, tuple(doubts))


def _simulated(result: Simulated) -> Decision:
    if result.organization is False and not result.sources:
        return Decision(Decided.MAYBE, SIMULATION, (_ORGANIZATION,), "organization")
    words = {"allowed": Decided.ALLOWED, "explicitDeny": Decided.DENIED}
    decided = words.get(result.decision, Decided.NOT_ALLOWED)
    if decided is Decided.NOT_ALLOWED and result.boundary is False:
        return Decision(decided, "the permissions boundary", limit="boundary")
    source = f"policy {result.sources[0].policy}" if result.sources else SIMULATION
    return Decision(decided, source)
