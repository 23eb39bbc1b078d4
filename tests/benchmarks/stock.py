"""The baseline: the library's stock PostgreSQL application, written as its manual shows, saving the same events.

Without tree, sealing and command ids. Ids and dates are plain strings and numbers, which is the quickest it can be
given. A new proposal is not looked up first (ours is), and its receipt number is only counted.
"""
# ruff: noqa: ARG002 - the library makes the fields of an event of the arguments

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.policy import Policy
from domain.values import CityCode
from tests.benchmarks import journey
from tests.benchmarks.deployment import OFFICER

About = dict[str, Any]
"""Who, when, where, in which file, under which policy: what ours keeps in columns and circumstances."""


class NotPossible(Exception):
    """The proposal does not stand where this may be done, or something is missing."""


class StockProposal(Aggregate):
    """A proposal with the fields of ours."""

    @event("Received")
    def __init__(  # noqa: PLR0917 - the fields of the event
        self,
        receipt_fiscal_year: int,
        receipt_kind: str,
        receipt_serial: int,
        organisation_kind: str,
        proposer: str,
        organisation: str,
        title: str,
        summary: str,
        contact_name: str | None,
        contact: str | None,
        corporate_number: str | None,
        challenge: str | None,
        accepted: list[list[Any]],
        sample: bool,  # noqa: FBT001
        contact_kana: str | None,
        contact_department: str | None,
        city_money: str,
        track: str | None,
        brings: str | None,
        wants: str | None,
        plan_fields: list[str],
        purpose: int | None,
        share_contact: bool,  # noqa: FBT001
        due: dict[str, Any] | None,
        organisation_kana: str | None,
        about: About,
    ) -> None:
        self.stage = "received"
        self.proposer = proposer
        self.dialogues: set[str] = set()
        self.department: str | None = None
        self.outcome: str | None = None

    def screen(self, **fields: Any) -> None:
        """Find it useful."""
        self._require("received")
        self._screened(**fields)

    def match(self, **fields: Any) -> None:
        """Bring it together with a department."""
        self._require("screened", "matched", "in_dialogue")
        self._matched(**fields)

    def record_dialogue(self, dialogue: str, **fields: Any) -> None:
        """Record a meeting."""
        if dialogue not in self.dialogues:
            self._require("matched", "in_dialogue")
            self._dialogue_recorded(dialogue=dialogue, **fields)

    def decide(self, reason: str, **fields: Any) -> None:
        """Adopt or decline."""
        self._require("matched", "in_dialogue")
        if not reason.strip():
            raise NotPossible("reason")
        self._decided(reason=reason, **fields)

    def _require(self, *stages: str) -> None:
        if self.stage not in stages:
            raise NotPossible(self.stage)

    @event("Screened")
    def _screened(self, reason: str, departments: list[str], about: About) -> None:
        self.stage = "screened"

    @event("Matched")
    def _matched(self, department: str, reason: str, about: About) -> None:
        self.stage, self.department = "matched", department

    @event("DialogueRecorded")
    def _dialogue_recorded(self, dialogue: str, minutes: str, next_step: str | None, about: About) -> None:
        self.stage = "in_dialogue"
        self.dialogues.add(dialogue)

    @event("Decided")
    def _decided(
        self,
        outcome: str,
        decided_by: str,
        reason: str,
        council_session: str | None,
        agenda_item: str | None,
        about: About,
    ) -> None:
        self.stage = self.outcome = outcome


class Proposals(Application[UUID]):
    """The stock application: each command loads the aggregate, asks it, and saves."""

    conditions: frozenset[str] = frozenset()

    def receive(self, accepted: list[list[Any]], **fields: Any) -> tuple[UUID, int]:
        """Take a proposal in; gives its id and the event's position."""
        if not self.conditions <= {code for code, _ in accepted}:
            raise NotPossible("conditions")
        proposal = StockProposal(accepted=accepted, **fields)
        return proposal.id, self.save(proposal)[-1].notification.id

    def do(self, of: UUID, command: str, **fields: Any) -> int:
        """One more command to a proposal; gives the event's position."""
        proposal: StockProposal = self.repository.get(of)
        getattr(proposal, command)(**fields)
        return self.save(proposal)[-1].notification.id


class StockJourneys:
    """The same proposals as ``journey.Journeys``, through the stock application."""

    def __init__(self, environment: Mapping[str, str], city: CityCode, policy: Policy) -> None:
        self.app = Proposals(env=dict(environment))
        self._city, self._policy_version = str(city), policy.version
        self._accepted = [[item.code, item.version] for item in policy.conditions]
        self.app.conditions = frozenset(item.code for item in policy.conditions)
        self._serials = count(1)

    def go(self, journeys: int) -> int:
        """So many proposals, one after the other; gives the number of commands."""
        for _ in range(journeys):
            for _ in self.one():
                pass
        return journeys * journey.COMMANDS

    def positions(self) -> Iterator[int]:
        """Command after command without end; each gives the position of its event."""
        while True:
            yield from self.one()

    def one(self) -> Iterator[int]:
        """The commands of one proposal."""
        do, about = self.app.do, self._about
        of, position = self._receive()
        yield position
        yield do(of, "screen", reason=journey.SCREENED, departments=[], about=about())
        yield do(of, "match", department=str(uuid4()), reason=journey.MATCHED, about=about())
        for _ in range(journey.DIALOGUES):
            dialogue = str(uuid4())
            yield do(of, "record_dialogue", dialogue=dialogue, minutes=journey.MINUTES, next_step=None, about=about())
        yield do(
            of,
            "decide",
            outcome="adopted",
            decided_by="department",
            reason=journey.DECIDED,
            council_session=None,
            agenda_item=None,
            about=about(),
        )

    def _receive(self) -> tuple[UUID, int]:
        return self.app.receive(
            receipt_fiscal_year=2026,
            receipt_kind="free",
            receipt_serial=next(self._serials),
            organisation_kind="company",
            proposer=str(uuid4()),
            organisation=journey.ORGANISATION,
            title=journey.TITLE,
            summary=journey.SUMMARY,
            contact_name="鈴木 一郎",
            contact="suzuki@example.jp",
            corporate_number=None,
            challenge=None,
            accepted=self._accepted,
            sample=False,
            contact_kana=None,
            contact_department=None,
            city_money="unknown",
            track=None,
            brings=None,
            wants=None,
            plan_fields=[],
            purpose=1,
            share_contact=False,
            due=None,
            organisation_kana=None,
            about=self._about(),
        )

    def _about(self) -> About:
        return {
            "city": self._city,
            "actor": str(OFFICER),
            "policy_version": self._policy_version,
            "occurred_on": "2026-11-21",
            "precision": "day",
            "channel": "desk",
            "file": str(uuid4()),
            "fiscal_year": 2026,
            "on_behalf_of": None,
            "post": None,
            "approval": None,
        }
