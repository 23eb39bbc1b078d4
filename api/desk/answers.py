"""What a mutation answers: what was recorded and the state after it, or why not, as data (操作の結果)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.kinds import names_of, number_of
from api.desk.scalars import Position
from api.graphql.fields import resolved
from api.graphql.language import Language, in_language
from api.graphql.shown import AS_GIVEN, shown_to
from domain import case, challenge, errors, proposal
from domain.retention import RETENTION
from projections.records.table import KINDS
from tenants.visibility import View
from tenants.wish import Answer

# --- what was recorded -----------------------------------------------------------------------------------------------


@shown_to(AS_GIVEN)
@strawberry.type(description="The number told to the proposer, sayable on the telephone (受付番号).")
class ReceiptNumber:
    """The number told to the proposer, sayable on the telephone."""

    fiscal_year: int = strawberry.field(description="年度, April to March.")
    kind: str = strawberry.field(description="Kind of intake: a code of the city's policy (受付区分).")
    serial: int = strawberry.field(description="Counted from 1 in each fiscal year and kind.")

    @resolved
    async def kind_ja(self, info: DeskInfo) -> str:
        """What the city calls that kind, in Japanese."""
        return (await names_of(info, self.kind)).ja

    @resolved
    async def kind_en(self, info: DeskInfo) -> str:
        """What the city calls that kind, in English."""
        return (await names_of(info, self.kind)).en

    @resolved
    def label(self) -> str:
        """As programs write it: 2026-free-12; `spoken` says it in the city's own words."""
        return f"{self.fiscal_year}-{self.kind}-{self.serial}"

    @resolved
    async def spoken(self, info: DeskInfo) -> str:
        """In the city's own words, in your language: 2026年度 フリー型 第12号."""
        number = await number_of(info, self.fiscal_year, self.kind, self.serial)
        return in_language(number, info.context.language)


@shown_to(View.CITY)
@strawberry.interface(description="A command was granted (記録しました).")
class Recorded:
    """A command was granted."""

    id: UUID = strawberry.field(description="The record it is about.")
    version: int = strawberry.field(description="Number of events of that record.")
    position: Position = strawberry.field(
        description="Place in the log after the command: give it as `atLeast` to read what was written."
    )
    command_id: UUID = strawberry.field(description="The command.")
    repeated: bool = strawberry.field(description="This command was granted before; nothing new was recorded.")
    changed: bool = strawberry.field(description="Whether the command recorded anything; not when it was so already.")


@shown_to(View.CASEWORK)
@strawberry.type(description="A proposal after a command (提案の操作結果).")
class ProposalRecorded(Recorded):
    """A proposal after a command."""

    stage: proposal.Stage = strawberry.field(graphql_type=SHOWN[proposal.Stage], description="Where it stands now.")
    proposer: UUID | None = strawberry.field(description="The party that proposes.")
    department: UUID | None = strawberry.field(description="The department it was matched with.")
    outcome: proposal.Outcome | None = strawberry.field(
        graphql_type=SHOWN[proposal.Outcome] | None, description="The decision, once there is one."
    )
    receipt_number: ReceiptNumber | None = strawberry.field(description="Told when it is received.")


@shown_to(View.CASEWORK)
@strawberry.type(description="A challenge after a command (課題の操作結果).")
class ChallengeRecorded(Recorded):
    """A challenge after a command."""

    stage: challenge.Stage = strawberry.field(graphql_type=SHOWN[challenge.Stage], description="Where it stands now.")


@shown_to(View.CASEWORK)
@strawberry.type(description="A case after a command (事例の操作結果).")
class CaseRecorded(Recorded):
    """A case after a command."""

    stage: case.Stage = strawberry.field(graphql_type=SHOWN[case.Stage], description="Where it stands now.")
    origin: case.Origin = strawberry.field(graphql_type=SHOWN[case.Origin], description="Where it comes from.")


@shown_to(View.CITY)
@strawberry.type(description="A record of any other kind after a command (記録の操作結果).")
class RecordRecorded(Recorded):
    """A record of any other kind after a command."""

    stage: str = strawberry.field(description="Where it stands now: a code of the state chart of its kind (状態).")
    number: str | None = strawberry.field(
        description="Its number as it is said and written, 2026-consultation-12, where its kind has one (番号)."
    )


@shown_to(View.CASEWORK)
@strawberry.type(description="The city's organisation after a command (組織の操作結果).")
class OrganisationRecorded(Recorded):
    """The city's organisation after a command."""

    departments: int = strawberry.field(description="Departments ever entered.")
    posts: int = strawberry.field(description="Posts ever entered.")


@shown_to(View.CASEWORK)
@strawberry.type(description="The city's members and rights after a command (担当者・権限の操作結果).")
class RightsRecorded(Recorded):
    """The city's members and rights after a command."""

    members: int = strawberry.field(description="Members ever entered.")
    grants: int = strawberry.field(description="Rights ever granted.")


@shown_to(View.CASEWORK)
@strawberry.type(description="The city's policy after a command (規定の操作結果).")
class PolicyRecorded(Recorded):
    """The city's policy after a command."""

    policy_version: int = strawberry.field(description="The version in force; every later decision cites it.")


# --- why not ---------------------------------------------------------------------------------------------------------


@shown_to(View.CITY)
@strawberry.type(description="A particular of a refusal.")
class Detail:
    """A particular of a refusal."""

    name: str = strawberry.field(description="What it is, for programs.")
    value: str = strawberry.field(description="What it says.")


@shown_to(View.CITY)
@strawberry.interface(description="A command was not granted, and nothing was recorded (記録できませんでした).")
class Problem:
    """A command was not granted."""

    code: str = strawberry.field(description="Stable, for programs: TEXT_TOO_LONG.")
    message: str = strawberry.field(description="What is wrong and what to do, in the language the request prefers.")
    message_ja: str = strawberry.field(description="The same in Japanese.")
    message_en: str = strawberry.field(description="The same in English.")


@shown_to(View.CITY)
@strawberry.type(description="Not possible as it stands (この内容では操作できません).")
class Refused(Problem):
    """Not possible as it stands."""

    field: str | None = strawberry.field(description="The field of the input that is wrong, if it is one.")
    details: list[Detail] = strawberry.field(description="The particulars.")


@shown_to(View.CITY)
@strawberry.type(description="Somebody else changed the record at the same moment: look again (競合).")
class Conflict(Problem):
    """Somebody else changed the record at the same moment."""


@shown_to(View.CITY)
@strawberry.type(description="The command id was used before for something else (操作番号の再使用).")
class CommandReused(Problem):
    """The command id was used before for something else."""


Expected = errors.Refusal | errors.Conflict | errors.CommandReused
"""What a member who does everything right may still be told."""


def problem(error: Expected, language: Language) -> Problem:
    """An expected refusal as data."""
    told = {
        "code": error.code,
        "message": error.message(language.value),
        "message_ja": error.message("ja"),
        "message_en": error.message("en"),
    }
    match error:
        case errors.Conflict():
            return Conflict(**told)
        case errors.CommandReused():
            return CommandReused(**told)
        case errors.Refusal():
            field = error.details.get("field")
            details = [Detail(name=name, value=str(value)) for name, value in error.shared().items() if name != "field"]
            return Refused(**told, field=None if field is None else str(field), details=details)


# --- by aggregate ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """How the answers about one aggregate look: the type and what it shows of the state."""

    recorded: Any
    state: Callable[[Any], dict[str, Any]]

    @property
    def union(self) -> Any:
        """Recorded, or why not."""
        name = f"{self.recorded.__name__.removesuffix('Recorded')}Answer"
        either: Any = reduce(or_, (self.recorded, Refused, Conflict, CommandReused))
        return Annotated[either, strawberry.union(name, description="What was recorded, or why not.")]


SHAPES: Final[Mapping[str, Shape]] = {
    **{
        name: Shape(
            RecordRecorded, lambda state: {"stage": state.stage.value, "number": getattr(state, "number", None)}
        )
        for name in (*(kind.process.name for kind in KINDS), RETENTION.name)
    },
    "proposal": Shape(
        ProposalRecorded,
        lambda state: {
            "stage": state.stage,
            "proposer": state.proposer,
            "department": state.department,
            "outcome": state.outcome,
        },
    ),
    "challenge": Shape(ChallengeRecorded, lambda state: {"stage": state.stage}),
    "case": Shape(CaseRecorded, lambda state: {"stage": state.stage, "origin": state.origin}),
    "organisation": Shape(
        OrganisationRecorded, lambda state: {"departments": len(state.departments), "posts": len(state.posts)}
    ),
    "rights": Shape(RightsRecorded, lambda state: {"members": len(state.members), "grants": len(state.grants)}),
    "city": Shape(PolicyRecorded, lambda state: {"policy_version": state.policy_version}),
}
"""Aggregate to the shape of its answers."""


def recorded(aggregate: str, answer: Answer[Any], command_id: UUID, **more: Any) -> Recorded:
    """A granted command as data; ``more`` is what only some commands answer."""
    shape = SHAPES[aggregate]
    made: Recorded = shape.recorded(
        id=answer.target,
        version=answer.version,
        position=Position(answer.last),
        command_id=command_id,
        repeated=answer.repeated,
        changed=answer.first <= answer.last,
        **shape.state(answer.state),
        **more,
    )
    return made
