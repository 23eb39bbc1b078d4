"""A log of many events, recorded below the desk in large commands: what a city has after years."""

import os
from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from domain.circumstances import Channel, Circumstances
from domain.policy import OrganisationKind
from domain.proposal import (
    Acceptance,
    Decided,
    DecidedBy,
    DialogueRecorded,
    Matched,
    Outcome,
    ProposalEvent,
    ReceiptNumber,
    Received,
    Screened,
)
from domain.values import Audience, Code, Day, Sealed
from tenants.mapper import EventMapper, Recorded
from tenants.recorder import CityRecorder, Envelope
from tests.benchmarks.deployment import OFFICER, SAPPORO, Deployment
from tests.benchmarks.journey import COMMANDS, DIALOGUES

AT_ONCE: Final = 100
"""Proposals of one command."""
DAY: Final = Day(date(2026, 11, 21))


def record(here: Deployment, proposals: int) -> int:
    """So many proposals with the events of a journey each; gives the number of events."""
    policy = here.policy()
    accepted = tuple(Acceptance(item.code, item.version) for item in policy.conditions)
    recorder, mapper = CityRecorder(here.house.tenancy.pool, SAPPORO), EventMapper()
    for first in range(0, proposals, AT_ONCE):
        events = [
            mapper.to_stored_event(placed)
            for serial in range(first, min(first + AT_ONCE, proposals))
            for placed in journey(serial + 1, accepted)
        ]
        recorder.append(events, Envelope(OFFICER, policy.version, uuid4(), "", os.urandom(32)))
    return proposals * COMMANDS


def journey(serial: int, accepted: tuple[Acceptance, ...]) -> Iterator[Recorded]:
    """The seven events of one proposal."""
    of, proposer = uuid4(), uuid4()
    circumstances = Circumstances(DAY, Channel.DESK, of, 2026)
    events: tuple[ProposalEvent, ...] = (
        Received(
            ReceiptNumber(2026, Code("free"), serial),
            OrganisationKind.COMPANY,
            proposer,
            organisation=sealed(proposer, Audience.DESK),
            title=sealed(proposer),
            summary=sealed(proposer),
            contact_name=None,
            contact=None,
            corporate_number=None,
            challenge=None,
            accepted=accepted,
            sample=False,
        ),
        Screened(sealed(of), ()),
        Matched(uuid4(), sealed(of)),
        *(DialogueRecorded(uuid4(), sealed(of), None) for _ in range(DIALOGUES)),
        Decided(Outcome.ADOPTED, DecidedBy.DEPARTMENT, sealed(of, Audience.PROPOSER)),
    )
    return (Recorded(of, version, circumstances, event) for version, event in enumerate(events, 1))


def sealed(key: UUID, audience: Audience = Audience.DEPARTMENT) -> Sealed:
    """A typed value as the log knows it; nobody opens it here."""
    return Sealed(key, audience, os.urandom(32))
