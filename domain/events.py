"""Every event there is, by the name under which it is stored. These names never change (tenants/README.md, promise 8).

When the shape of an event must change, its number in ``SHAPES`` goes up and ``UPCASTS`` gets a pure function that turns
the older stored form (a plain dict, as in the golden files) into the next one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain import (
    agreement,
    approval,
    case,
    challenge,
    city,
    consultation,
    dialogue,
    gathering,
    notice,
    organisation,
    project,
    proposal,
    retention,
    rights,
    selection,
    session,
    survey,
)
from domain.decider import Decider

DECIDERS: Final[tuple[Decider[Any], ...]] = (
    city.CITY,
    organisation.ORGANISATION,
    rights.RIGHTS,
    proposal.PROPOSAL,
    challenge.CHALLENGE,
    case.CASE,
    approval.APPROVAL,
    dialogue.DIALOGUE,
    session.SESSION,
    agreement.AGREEMENT,
    survey.SURVEY,
    consultation.CONSULTATION,
    gathering.GATHERING,
    notice.NOTICE,
    selection.SELECTION,
    project.PROJECT,
    retention.RETENTION,
)

EVENTS: Final[Mapping[str, type]] = {topic: cls for decider in DECIDERS for topic, cls in decider.events.items()}
"""Topic to event class."""

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def _with_defaults(older: dict[str, Any]) -> dict[str, Any]:
    """What is new in the next shape has defaults."""
    return older


SHAPES: Final[Mapping[str, int]] = {
    "case.published": 2,
    "proposal.received": 4,
    "proposal.decided": 2,
    "proposal.returned": 2,
    "proposal.suspended": 2,
    "proposal.resumed": 2,
    "proposal.step_corrected": 2,
    "gathering.announced": 2,
    "gathering.revised": 2,
    "notice.published": 2,
    "notice.revised": 2,
    "agreement.drafted": 2,
    "agreement.changed": 2,
    "agreement.amended": 2,
    "consultation.received": 2,
    "proposal.drafted": 3,
    "proposal.draft_edited": 3,
}
"""Topic to the number of its present shape, where that is not 1."""

UPCASTS: Final[Mapping[tuple[str, int], Upcast]] = {
    ("case.published", 1): lambda older: {**older, "project": None},
    ("proposal.received", 1): _with_defaults,
    ("proposal.received", 2): _with_defaults,
    ("proposal.received", 3): _with_defaults,
    ("proposal.returned", 1): _with_defaults,
    ("proposal.suspended", 1): _with_defaults,
    ("proposal.resumed", 1): _with_defaults,
    ("proposal.step_corrected", 1): _with_defaults,
    ("proposal.decided", 1): _with_defaults,
    ("gathering.announced", 1): _with_defaults,
    ("gathering.revised", 1): _with_defaults,
    ("notice.published", 1): _with_defaults,
    ("notice.revised", 1): _with_defaults,
    ("agreement.drafted", 1): _with_defaults,
    ("agreement.changed", 1): _with_defaults,
    ("agreement.amended", 1): _with_defaults,
    ("consultation.received", 1): _with_defaults,
    ("proposal.drafted", 1): _with_defaults,
    ("proposal.drafted", 2): _with_defaults,
    ("proposal.draft_edited", 1): _with_defaults,
    ("proposal.draft_edited", 2): _with_defaults,
}
"""(Topic, older shape) to the function that makes the next shape of it."""
