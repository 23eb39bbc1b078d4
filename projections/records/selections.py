"""Selections: the questions, the advice with its grounds, the way, the call, who was chosen (実施主体の選定)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.policy import Degree
from domain.roles import Role
from domain.selection import (
    SELECTION,
    Advice,
    Answers,
    Assessed,
    CallClosed,
    CallOpened,
    Chosen,
    Completed,
    ContractRecorded,
    Ground,
    ProposerConsulted,
    Reopened,
    Response,
    Shared,
    Stage,
    Standing,
    StepCorrected,
    Way,
    WayDecided,
)
from domain.values import Code, Sealed, Yen
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed, begun, put


class SelectionAnswers(Struct, frozen=True):
    """The questions by which the way of selection is weighed (選定の確認項目)."""

    pays_now: Annotated[bool, "Whether the city pays anything for the work."]
    pays_later: Annotated[bool, "Whether it will pay later: upkeep, running costs."]
    exclusive_rights: Annotated[bool, "Patent, copyright, a technique nobody else has."]
    special_knowledge: Annotated[bool, "It takes specialised knowledge or technique."]
    no_other_party: Annotated[bool, "There is clearly no other party able to do it."]
    open_to_many: Annotated[bool, "By its nature many should be asked."]
    know_how_touched: Annotated[bool, "A specification would touch the proposer's rights or know-how."]
    occupancy_in_time: Annotated[Degree | None, "How far others are kept out by period and hours (時間的な占用)."]
    occupancy_in_space: Annotated[Degree | None, "How far others are kept out by area and number (物理的な占用)."]
    method: Annotated[Code | None, "The method, a code of the city's catalogue."]


class Contract(Struct, frozen=True):
    """A contract with who was chosen (契約)."""

    id: Annotated[UUID, "Opaque."]
    number: Annotated[Sealed | None, "As typed (契約番号)."]
    amount: Annotated[Yen, "In yen."]
    signed_on: Annotated[date, "When it was concluded."]
    begins_on: Annotated[date, "From."]
    ends_on: Annotated[date, "Until."]


class SelectionBody(Struct, frozen=True, tag="selection"):
    """Who carries an adopted proposal out (実施主体の選定)."""

    proposal: Annotated[UUID, "The proposal."]
    title: Annotated[Sealed, "件名."]
    sample: Annotated[bool, "Whether it is only an example."]
    department: Annotated[UUID | None, Ref.DEPARTMENT, "The department in charge."] = None
    answers: Annotated[SelectionAnswers | None, "What was answered."] = None
    advice: Annotated[Advice | None, "What the city's rules say of the answers (目安)."] = None
    grounds: Annotated[tuple[Ground, ...], "Why they say so (根拠)."] = ()
    note: Annotated[Sealed | None, "What was noted with the answers."] = None
    way: Annotated[Way | None, "The way that was decided (選定方法)."] = None
    standing: Annotated[Standing | None, "How the way stands to the advice."] = None
    way_because: Annotated[
        Sealed | None, "Why that way, above all where it deviates from the advice or there is none."
    ] = None
    reason: Annotated[Sealed | None, "The last reason that was given."] = None
    shared_on: Annotated[date | None, "When occupancy, uniqueness and way were shared with the proposer."] = None
    shared_note: Annotated[Sealed | None, "In which words."] = None
    shared_way: Annotated[Way | None, "Which way was shared then."] = None
    shared_unique: Annotated[bool | None, "Whether it was then taken for something only the proposer can do."] = None
    shared_in_time: Annotated[Degree | None, "Which occupancy by period and hours was shared (時間的な占用)."] = None
    shared_in_space: Annotated[Degree | None, "Which occupancy by area and number was shared (物理的な占用)."] = None
    consulted_on: Annotated[date | None, "When the proposer was consulted about the use of its ideas."] = None
    response: Annotated[Response | None, "What it said."] = None
    consulted_note: Annotated[Sealed | None, "In which words, and what must be left out."] = None
    scheme: Annotated[Sealed | None, "The scheme of a contract (事業スキーム)."] = None
    specification: Annotated[Sealed | None, "Its specification (仕様)."] = None
    budget: Annotated[Yen | None, "Its budget in yen."] = None
    call: Annotated[Sealed | None, "What the call is titled (公募・入札の件名)."] = None
    opened_on: Annotated[date | None, "When it was opened."] = None
    call_due_on: Annotated[date | None, "Its last day."] = None
    closed_on: Annotated[date | None, "When it was closed."] = None
    applicants: Annotated[int | None, "How many applied."] = None
    by_proposer: Annotated[bool | None, "Whether the proposer was chosen."] = None
    implementer: Annotated[Sealed | None, "Who was chosen, if another."] = None
    chosen_because: Annotated[Sealed | None, "Why (選定の理由)."] = None
    contracts: Annotated[tuple[Contract, ...], "Contracts (契約)."] = ()
    shared_at: Annotated[Stage | None, "Where it stood when that was shared."] = None
    completion_note: Annotated[Sealed | None, "What was noted when it was completed."] = None


def change(body: SelectionBody, fact: Fact) -> SelectionBody:  # one case an event
    """Contracts gather; taken up again, it begins anew but for what it is about."""
    match event := fact.event:
        case Assessed():
            return replace(
                body,
                answers=_answers(event.answers),
                advice=event.advice,
                grounds=event.grounds,
                note=event.note or body.note,
            )
        case Shared():
            return replace(
                body,
                shared_on=event.on,
                shared_note=event.note,
                shared_way=event.way,
                shared_unique=event.unique,
                shared_in_time=event.occupancy_in_time,
                shared_in_space=event.occupancy_in_space,
                shared_at=_stands(body),
            )
        case ProposerConsulted():
            return replace(body, consulted_on=event.on, response=event.response, consulted_note=event.note)
        case CallOpened():
            return replace(body, call=event.title, opened_on=event.opened_on, call_due_on=event.due_on)
        case CallClosed():
            return replace(body, closed_on=event.on, applicants=event.applicants)
        case Chosen():
            return replace(
                body,
                by_proposer=event.by_proposer,
                implementer=event.implementer,
                chosen_because=event.reason,
                reason=event.reason,
            )
        case ContractRecorded():
            made = Contract(event.contract, event.number, event.amount, event.signed_on, event.begins_on, event.ends_on)
            return replace(body, contracts=put(body.contracts, made))
        case WayDecided():
            return replace(body, way=event.way, standing=event.standing, way_because=event.reason, reason=event.reason)
        case Reopened(reason=reason):
            return SelectionBody(body.proposal, body.title, body.sample, department=body.department, reason=reason)
        case Completed(note=note):
            return replace(body, completion_note=note)
        case StepCorrected(to=to):
            return _taken_back(body, to)
        case _:
            return absorbed(body, fact)


BROUGHT: Final[Mapping[Stage, tuple[str, ...]]] = {
    Stage.BEGUN: (),
    Stage.ASSESSED: (
        *("answers", "advice", "grounds", "note", "consulted_on", "response", "consulted_note"),
        *("scheme", "specification", "budget"),
    ),
    Stage.WAY_DECIDED: ("way", "standing", "way_because"),
    Stage.CALLING: ("call", "opened_on", "call_due_on"),
    Stage.EXAMINING: ("closed_on", "applicants"),
    Stage.CHOSEN: ("by_proposer", "implementer", "chosen_because", "contracts"),
    Stage.COMPLETED: ("completion_note",),
}
"""What there is from a stage on, the stages in their order."""


SHARED: Final = (
    "shared_on",
    "shared_note",
    "shared_way",
    "shared_unique",
    "shared_in_time",
    "shared_in_space",
    "shared_at",
)


def _stands(body: SelectionBody) -> Stage:
    """Where it stands once its way is decided, as far as it goes on."""
    reached = (
        (Stage.CHOSEN, body.chosen_because), (Stage.EXAMINING, body.closed_on), (Stage.CALLING, body.opened_on)
    )  # fmt: skip
    return next((stage for stage, told in reached if told is not None), Stage.WAY_DECIDED)


def _taken_back(body: SelectionBody, to: Stage) -> SelectionBody:
    """Without what the wrong steps brought; the reason that was given last is that of what still stands."""
    empty = SelectionBody(body.proposal, body.title, body.sample)
    later = [*BROUGHT][[*BROUGHT].index(to) + 1 :]
    gone = [name for stage in later for name in BROUGHT[stage]] + [*(SHARED if body.shared_at in later else ())]
    body = replace(body, **{name: getattr(empty, name) for name in gone})
    return replace(body, reason=body.chosen_because or body.way_because)


def _answers(answers: Answers) -> SelectionAnswers:
    return SelectionAnswers(**{name: getattr(answers, name) for name in SelectionAnswers.__struct_fields__})


def head(body: SelectionBody, stage: str) -> Head:
    """The department's turn until it is over, the desk's while there is none; due is the last day of a call."""
    who = Role.DEPARTMENT_OFFICER if body.department else Role.DESK_OFFICER
    over = stage in {Stage.COMPLETED, Stage.ABANDONED}
    return Head(
        title=body.title,
        about=body.proposal,
        department=body.department,
        waiting_for=NOBODY if over else who,
        due_on=body.call_due_on if stage == Stage.CALLING else None,
        sample=body.sample,
    )


SELECTIONS: Final = Kind(SELECTION, SelectionBody, head, begun(SelectionBody), change)
