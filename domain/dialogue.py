"""What goes on between a proposal and one department: invitation, meetings, messages, what becomes clear (対話).

One record for each department that is asked. Meetings and messages gather; what each side brings, the goals, the costs,
the scheme and the plans are replaced as a whole when they become clearer, and the history keeps what was said before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import proposal as proposals
from domain.errors import PartUnfitting, ReferenceUnknown, ReferenceUnsuitable, TooMany
from domain.policy import Policy, known
from domain.process import Step, never, process
from domain.proposal import PROPOSAL, Proposal
from domain.values import Code, Sealed

MOST: Final = 100
"""Most entries of one list."""


class Stage(StrEnum):
    """Where a dialogue stands (状態)."""

    NEW = "new"
    INVITED = "invited"
    IN_DIALOGUE = "in_dialogue"
    TURNED_DOWN = "turned_down"
    RECALLED = "recalled"
    CLOSED = "closed"


class MeetingStage(StrEnum):
    """Where a meeting stands (面談の状態)."""

    ARRANGED = "arranged"
    HELD = "held"
    CANCELLED = "cancelled"


class Party(StrEnum):
    """The two sides of a dialogue (市・提案者)."""

    CITY = "city"
    PARTNER = "partner"


class Asset(StrEnum):
    """What a side can bring in: 《ヒト》《モノ》《カネ》《情報》《コト》."""

    PEOPLE = "people"
    THINGS = "things"
    MONEY = "money"
    INFORMATION = "information"
    KOTO = "koto"


class NoteFor(StrEnum):
    """Who reads a note that the proposer does not see (内部メモの閲覧範囲)."""

    DEPARTMENT = "department"
    DESK = "desk"


class Ending(StrEnum):
    """How a dialogue ended (対話の結果)."""

    READY_TO_DECIDE = "ready_to_decide"
    NO_COMMON_GROUND = "no_common_ground"
    PROPOSER_LEFT = "proposer_left"
    CONTINUED_ELSEWHERE = "continued_elsewhere"


@dataclass(frozen=True, slots=True)
class Invited:
    """The desk asked a department to talk with the proposer (対話への招請); it answers until ``answer_by``."""

    proposal: UUID
    proposer: UUID
    department: UUID
    title: Sealed
    request: Sealed
    answer_by: date | None
    sample: bool


@dataclass(frozen=True, slots=True)
class Extended:
    """The department has until another day to answer (回答期限の変更)."""

    answer_by: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Recalled:
    """The desk took the invitation back before it was answered (招請の取消し)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Accepted:
    """The department will talk (応諾)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The department will not talk, and says why (辞退)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class MeetingArranged:
    """A meeting was arranged (面談の設定). ``members`` are of the city, ``visitors`` of the other side."""

    meeting: UUID
    on: date
    time: Sealed | None
    place: Sealed
    agenda: Sealed | None
    members: tuple[UUID, ...]
    visitors: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting took place, arranged before or not; it happened on the event's ``occurred_on`` (面談の記録).

    ``shared`` is what the proposer is told of it.
    """

    meeting: UUID
    minutes: Sealed
    shared: Sealed | None
    next_step: Sealed | None
    members: tuple[UUID, ...]
    visitors: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class MinutesCorrected:
    """What was written about a meeting was put right (記録の訂正)."""

    meeting: UUID
    minutes: Sealed
    shared: Sealed | None
    next_step: Sealed | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """An arranged meeting does not take place (面談の中止)."""

    meeting: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The city wrote to the proposer (提案者への連絡)."""

    message: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The proposer wrote to the city (提案者からの連絡)."""

    message: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody noted something that the proposer does not see (内部メモ)."""

    note: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Information of the city was handed to the proposer, who keeps it secret (市情報の提供).

    ``what`` was handed over, ``recipient`` to whom, ``condition`` on which condition.
    """

    disclosure: UUID
    what: Sealed
    recipient: Sealed
    condition: Sealed


@dataclass(frozen=True, slots=True)
class Resource:
    """What a side brings in (提供リソース)."""

    party: Party
    asset: Asset
    description: Sealed


@dataclass(frozen=True, slots=True)
class Goal:
    """What both want to reach, by what it is measured and how much of it by when (目標・指標)."""

    description: Sealed
    measure: Sealed
    target: Sealed
    by: date | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What costs what and who bears it; ``yen`` once that is known (費用の分担)."""

    bearer: Party
    description: Sealed
    yen: int | None


@dataclass(frozen=True, slots=True)
class ResourcesRecorded:
    """What each side brings in became clear, or clearer (双方の提供リソース)."""

    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class GoalsRecorded:
    """The goals became clear, or clearer (目標の共有)."""

    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class CostsRecorded:
    """Who bears which costs became clear, or clearer (費用構造)."""

    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class SchemeRecorded:
    """How it would be carried out became clear, or clearer; ``method`` of the city's catalogue (事業スキーム)."""

    scheme: Sealed
    method: Code | None


@dataclass(frozen=True, slots=True)
class PlansAligned:
    """Which fields of the city's plans it serves, and how (計画との整合)."""

    plan_fields: tuple[Code, ...]
    alignment: Sealed | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialogue came to its end (対話の終了)."""

    ending: Ending
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Resumed:
    """It went on after all (対話の再開)."""

    reason: Sealed


DialogueEvent = (
    Invited
    | Extended
    | Recalled
    | Accepted
    | TurnedDown
    | MeetingArranged
    | MeetingHeld
    | MinutesCorrected
    | MeetingCancelled
    | MessageSent
    | MessageReceived
    | Noted
    | Disclosed
    | ResourcesRecorded
    | GoalsRecorded
    | CostsRecorded
    | SchemeRecorded
    | PlansAligned
    | Ended
    | Resumed
)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    proposer: UUID | None = None
    department: UUID | None = None
    meetings: Mapping[UUID, MeetingStage] = field(default_factory=dict)
    told: frozenset[UUID] = frozenset()
    """Messages and notes."""
    disclosures: frozenset[UUID] = frozenset()


def fold(dialogue: Dialogue, event: object) -> Dialogue:
    """What stands beside the stage."""
    match event:
        case Invited(proposal=proposal, proposer=proposer, department=department):
            return replace(dialogue, proposal=proposal, proposer=proposer, department=department)
        case MeetingArranged(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.ARRANGED)
        case MeetingHeld(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.HELD)
        case MeetingCancelled(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.CANCELLED)
        case MessageSent(message=each) | MessageReceived(message=each) | Noted(note=each):
            return replace(dialogue, told=dialogue.told | {each})
        case Disclosed(disclosure=disclosure):
            return replace(dialogue, disclosures=dialogue.disclosures | {disclosure})
        case _:
            return dialogue


def _met(dialogue: Dialogue, meeting: UUID, stage: MeetingStage) -> Dialogue:
    return replace(dialogue, meetings={**dialogue.meetings, meeting: stage})


def _meeting(dialogue: Dialogue, meeting: UUID, *possible: MeetingStage) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable unless the meeting stands there."""
    stage = dialogue.meetings.get(meeting)
    if stage is None:
        raise ReferenceUnknown(field="meeting")
    if stage not in possible:
        raise ReferenceUnsuitable(field="meeting", stage=stage.value, possible=", ".join(possible))


def check_arranged(dialogue: Dialogue, _policy: Policy, event: MeetingArranged) -> None:
    """Raises ReferenceUnsuitable for the id of a meeting that was held or cancelled, TooMany."""
    if event.meeting in dialogue.meetings:
        _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)
    _few("members", event.members)
    _few("visitors", event.visitors)


def check_held(dialogue: Dialogue, _policy: Policy, event: MeetingHeld) -> None:
    """Raises ReferenceUnsuitable for a meeting that was cancelled, TooMany."""
    if event.meeting in dialogue.meetings:
        _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)
    _few("members", event.members)
    _few("visitors", event.visitors)


def check_corrected(dialogue: Dialogue, _policy: Policy, event: MinutesCorrected) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a meeting that was not held."""
    _meeting(dialogue, event.meeting, MeetingStage.HELD)


def check_cancelled(dialogue: Dialogue, _policy: Policy, event: MeetingCancelled) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a meeting that took place."""
    _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)


def check_disclosed(dialogue: Dialogue, _policy: Policy, _event: Disclosed) -> None:
    """Raises TooMany: every hand-over stays in sight."""
    if (count := len(dialogue.disclosures) + 1) > MOST:
        raise TooMany(field="what", count=count, limit=MOST)


def check_resources(_dialogue: Dialogue, _policy: Policy, event: ResourcesRecorded) -> None:
    """Raises TooMany."""
    _few("resources", event.resources)


def check_goals(_dialogue: Dialogue, _policy: Policy, event: GoalsRecorded) -> None:
    """Raises TooMany."""
    _few("goals", event.goals)


def check_costs(_dialogue: Dialogue, _policy: Policy, event: CostsRecorded) -> None:
    """Raises TooMany, PartUnfitting for less than nothing."""
    _few("costs", event.costs)
    if any(cost.yen is not None and cost.yen < 0 for cost in event.costs):
        raise PartUnfitting(
            field="costs.yen",
            problem="it is in yen, 0 or more; leave it out while it is not known",
            problem_ja="0 円以上の金額を入れ、まだ分からないときは空けてください",
        )


def check_method(_dialogue: Dialogue, policy: Policy, event: SchemeRecorded) -> None:
    """Raises CodeUnknown for a method that the city's catalogue does not have."""
    if event.method is not None:
        known("method", event.method, policy.method_codes())


def check_plans(_dialogue: Dialogue, policy: Policy, event: PlansAligned) -> None:
    """Raises CodeUnknown for a field that the city's plans do not have, TooMany."""
    _few("planFields", event.plan_fields)
    for code in event.plan_fields:
        known("planFields", code, policy.field_codes())


def _few(name: str, entries: tuple[object, ...]) -> None:
    if (count := len(entries)) > MOST:
        raise TooMany(field=name, count=count, limit=MOST)


ASKED, TALKING = Stage.INVITED, Stage.IN_DIALOGUE
ENDED: Final = (Stage.TURNED_DOWN, Stage.RECALLED, Stage.CLOSED)
BEGUN: Final = (ASKED, TALKING, *ENDED)

DIALOGUE: Final = process(
    "dialogue",
    Dialogue(),
    {
        "dialogue.invited": Step(Invited, (Stage.NEW,), (ASKED,), granted=never),
        "dialogue.extended": Step(Extended, (ASKED,), granted=never),
        "dialogue.recalled": Step(Recalled, (ASKED,), (Stage.RECALLED,)),
        "dialogue.accepted": Step(Accepted, (ASKED,), (TALKING,)),
        "dialogue.turned_down": Step(TurnedDown, (ASKED,), (Stage.TURNED_DOWN,)),
        "dialogue.meeting_arranged": Step(MeetingArranged, (TALKING,), granted=never, guards=(check_arranged,)),
        "dialogue.meeting_held": Step(
            MeetingHeld,
            (TALKING,),
            granted=lambda dialogue, held: dialogue.meetings.get(held.meeting) is MeetingStage.HELD,
            guards=(check_held,),
        ),
        "dialogue.minutes_corrected": Step(
            MinutesCorrected, (TALKING, Stage.CLOSED), granted=never, guards=(check_corrected,)
        ),
        "dialogue.meeting_cancelled": Step(
            MeetingCancelled,
            (TALKING,),
            granted=lambda dialogue, gone: dialogue.meetings.get(gone.meeting) is MeetingStage.CANCELLED,
            guards=(check_cancelled,),
        ),
        "dialogue.message_sent": Step(
            MessageSent, (TALKING, Stage.CLOSED), granted=lambda dialogue, sent: sent.message in dialogue.told
        ),
        "dialogue.message_received": Step(
            MessageReceived, (TALKING, Stage.CLOSED), granted=lambda dialogue, got: got.message in dialogue.told
        ),
        "dialogue.noted": Step(Noted, BEGUN, granted=lambda dialogue, noted: noted.note in dialogue.told),
        "dialogue.disclosed": Step(
            Disclosed,
            (TALKING,),
            granted=lambda dialogue, given: given.disclosure in dialogue.disclosures,
            guards=(check_disclosed,),
        ),
        "dialogue.resources_recorded": Step(ResourcesRecorded, (TALKING,), granted=never, guards=(check_resources,)),
        "dialogue.goals_recorded": Step(GoalsRecorded, (TALKING,), granted=never, guards=(check_goals,)),
        "dialogue.costs_recorded": Step(CostsRecorded, (TALKING,), granted=never, guards=(check_costs,)),
        "dialogue.scheme_recorded": Step(SchemeRecorded, (TALKING,), granted=never, guards=(check_method,)),
        "dialogue.plans_aligned": Step(PlansAligned, (TALKING,), granted=never, guards=(check_plans,)),
        "dialogue.ended": Step(Ended, (TALKING,), (Stage.CLOSED,)),
        "dialogue.resumed": Step(Resumed, (Stage.CLOSED,), (TALKING,)),
    },
    fold,
)


OPEN_TO_DIALOGUE: Final = (
    proposals.Stage.SCREENED,
    proposals.Stage.MATCHED,
    proposals.Stage.IN_DIALOGUE,
    proposals.Stage.ADOPTED,
)
"""Where a proposal may be talked about: from screening on, as long as it goes on."""
UNDECIDED: Final = tuple(stage for stage in OPEN_TO_DIALOGUE if stage is not proposals.Stage.ADOPTED)
"""Where a department may be invited about it."""


def may_invite(proposal: Proposal) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal that is not screened, or decided."""
    PROPOSAL.named(proposal, *UNDECIDED)


def goes_on(proposal: Proposal) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal that was withdrawn, refused, declined or closed."""
    PROPOSAL.named(proposal, *OPEN_TO_DIALOGUE)
