"""Input types of the mutations, made from the commands' own dataclasses, and the way back (操作の入力).

A command with a new field needs nothing here. What is told about a field beyond its name and type stands in the tables.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

import strawberry
from strawberry import UNSET
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.desk.enums import SHOWN, first_line
from api.desk.naming import mutation_name
from api.desk.scalars import Digest, Yen
from domain.calendar import EARLIEST
from domain.days_in_words import in_japanese
from domain.errors import CodeUnknown, DateInvalid, PartMissing
from domain.values import CityCode, CorporateNumber, Unit, text
from tenants import register
from tenants.commands import (
    agreements,
    approvals,
    cases,
    challenges,
    city,
    consultations,
    dialogues,
    gatherings,
    notices,
    organisation,
    projects,
    proposals,
    selections,
    sessions,
    surveys,
)
from tenants.deeds import Deed
from tenants.identifiers import corporate_number
from tenants.members import Member
from tenants.wish import Entry, Wish

SAME: Final[Mapping[Any, Any]] = {CorporateNumber: str, bytes: Digest}
"""Types that the schema shows as another one."""

HIDDEN: Final = {(Entry, "command_id"), (Entry, "request_id")}
"""Fields that nobody enters there."""

DERIVED: Final[Collection[tuple[Any, str]]] = {
    (proposals.Draft, "proposal"),
    (proposals.Draft, "proposer"),
    (proposals.TurnAway, "proposal"),
    (proposals.Receive, "proposal"),
    (proposals.Receive, "proposer"),
    (challenges.Raise, "challenge"),
    (cases.Publish, "case"),
    (approvals.Draft, "approval"),
    (dialogues.Invite, "dialogue"),
    (dialogues.ArrangeMeeting, "meeting"),
    (dialogues.RecordMeeting, "meeting"),
    (sessions.Convene, "session"),
    (sessions.AddItem, "item"),
    (agreements.Draft, "agreement"),
    (surveys.Ask, "survey"),
    (consultations.Receive, "consultation"),
    (consultations.Receive, "asker"),
    (gatherings.Announce, "gathering"),
    (gatherings.RegisterGuest, "party"),
    (notices.Draft, "notice"),
    (selections.Begin, "selection"),
    (selections.RecordContract, "contract"),
    (projects.Begin, "project"),
    (projects.SetGoal, "goal"),
    (projects.PlanMilestone, "milestone"),
    (projects.RequestBudget, "request"),
    (projects.SpendBudget, "spending"),
    (projects.RaiseIssue, "issue"),
    (projects.ChangePlan, "change"),
    (organisation.EstablishDepartment, "department"),
    (organisation.EstablishPost, "post"),
}
"""Ids of what begins with the command; left out, they are made from the command's id, so that a repeat finds them."""

NOTES: Final[Mapping[str, str]] = {
    "corporate_number": "法人番号, thirteen digits; leave it out if there is none. Never a 個人番号.",
    "organisation_kana": "よみがな of the organisation.",
    "contact_kana": "よみがな of the contact.",
    "contact_department": "The contact's department or position there (部署・役職).",
    "city_money": "Whether the city would pay anything, now or for later upkeep.",
    "track": "A track of the city's policy on which it shall run (希望する進め方).",
    "brings": "What the proposer brings in: people, things, money, information.",
    "wants": "What the proposer wants of the city.",
    "plan_fields": "Fields of the city's plans, by their codes in the policy.",
    "purpose": "The version of the statement of purpose (利用目的) that was accepted; it stands in the policy's rules.",
    "share_contact": "The proposer consents to the contact being passed on to another city.",
    "amount": "In yen; all that the city would pay.",
    "high_occupancy": "Others are kept out to a high degree, in time or space (占用性).",
    "personal_data": "Personal data are handled.",
    "council_session": "The session of the council at which it was decided.",
    "agenda_item": "The item of its agenda.",
    "accepted": "The conditions that were accepted, in the versions of the policy in force.",
    "occurred_on": "The day on which it happened, from 1868 to today in Japan; today when left out.",
    "on_behalf_of": "The party for whom the member entered it.",
    "post": "The post (職).",
    "fiscal_year": "年度 of the file, from 1868 to next year; that of the day when left out.",
    "approval": "The approval under which an outward act takes effect (決裁).",
    "command_id": "Names this command for ever: the same id again gives the same answer and records nothing.",
    "route": "The posts that agree, in their order, and as the last the one that decides.",
    "deed": "The act that takes effect once it is approved; exactly as it shall be.",
    "acting": "The post of yours, of the same department, by which you decide in place of the absent one (代決).",
    "file": "Id of the file, as its upload (`POST /desk/{city}/files`) answered.",
    "party": "Its place among the parties in the order of the document, from 1 (甲・乙・丙).",
    "notice_days": "So many days before the end a party says at the latest that it will not go on.",
    "renewal_months": "For how many months it is renewed each time; left out, for as long as its first period.",
    "contact": "Whom to ask; read by the desk.",
    "asker": "Who asks: names the party for ever; the same id for the same one.",
    "register_by": "The last day to register; the day itself when left out.",
    "capacity": "How many may register; any number when left out.",
    "reach": "Whom it reaches: everybody, or the city's own people.",
    "valid_from": "The first day on which it holds.",
    "pays_now": "Whether the city pays anything for the work.",
    "pays_later": "Whether it will pay later: upkeep, running costs.",
    "occupancy_in_time": "How far others are kept out by period and hours (時間的な占用).",
    "occupancy_in_space": "How far others are kept out by area and number (物理的な占用).",
    "exclusive_rights": "Patent, copyright, a technique nobody else has.",
    "special_knowledge": "It takes specialised knowledge or technique.",
    "no_other_party": "There is clearly no other party able to do it.",
    "open_to_many": "By its nature many should be asked.",
    "know_how_touched": "A specification of these ideas would touch the proposer's rights or know-how.",
    "budget": "In yen.",
    "city_pays": "Actual cost that the city bears, in yen; 0 where the business bears all.",
    "goal": "Id of a goal of the project.",
    "path": "What comes after the work.",
    "matter": "What an outside auditor's right is for; an auditor without a post has one, and an end (監査の対象).",
}
"""Name of a field to what is told about it."""


def of_this_city(code: CityCode, toml: str) -> str:
    """A whole city file as the log records it. Raises CityFileInvalid, CodeUnknown for another city's file."""
    parsed = register.parse_city(toml, "content")
    if parsed.code != code:
        raise CodeUnknown(field="content.code", value=parsed.code, known=code)
    return register.as_text(parsed)


READ_AS: Final[Mapping[tuple[type, str], Callable[[CityCode, str], str]]] = {
    (city.AdoptPolicy, "content"): of_this_city,
}
"""Texts that are turned into another form before they are recorded."""


# --- the types -------------------------------------------------------------------------------------------------------


def optional(kind: Any) -> Any | None:
    """What stands beside ``None`` in a type, or ``None`` when it cannot be left out."""
    if get_origin(kind) not in {Union, UnionType}:
        return None
    return next(part for part in get_args(kind) if part is not NoneType)


def shown_type(kind: Any) -> Any:
    """The type under which the schema shows a type of a command."""
    inner = optional(kind)
    if inner is not None:
        return shown_type(inner) | None
    if kind == Deed:
        return deed_input()
    if get_origin(kind) is Annotated:
        return Yen if Unit.YEN in kind.__metadata__ else shown_type(get_args(kind)[0])
    if get_origin(kind) is tuple:
        return GenericAlias(list, (shown_type(get_args(kind)[0]),))
    if is_dataclass(kind) and isinstance(kind, type):
        return input_of(kind)
    return SHOWN.get(kind, SAME.get(kind, kind))


def shown_field(of: type, told: Field[Any], kind: Any) -> tuple[Any, StrawberryField]:
    """Type and field of an input type for one field of a command."""
    note = NOTES.get(told.name)
    if (of, told.name) in DERIVED:
        note = "Id of the new record; made from `commandId` when left out."
        return kind | None, strawberry.field(default=None, description=note)
    if told.default is MISSING:
        return kind, strawberry.field(description=note)
    if isinstance(told.default, tuple):
        return kind, strawberry.field(default_factory=list, description=note)
    default = SHOWN[type(told.default)](told.default.value) if isinstance(told.default, StrEnum) else told.default
    return kind, strawberry.field(default=default, description=note)


def made(name: str, description: str, fields: Mapping[str, tuple[Any, StrawberryField]]) -> Any:
    """An input type."""
    hints = {field: kind for field, (kind, _) in fields.items()}
    body = {field: made_field for field, (_, made_field) in fields.items()}
    return strawberry.input(type(name, (), {"__annotations__": hints, **body}), name=name, description=description)


def shown_fields(of: type) -> dict[str, tuple[Any, StrawberryField]]:
    """All fields of a dataclass that people enter."""
    hints = get_type_hints(of, include_extras=True)
    return {
        told.name: shown_field(of, told, shown_type(hints[told.name]))
        for told in dataclasses.fields(of)
        if (of, told.name) not in HIDDEN
    }


@cache
def input_of(of: type) -> Any:
    """The input type for a part of a command."""
    return made(f"{of.__name__.removesuffix('Text')}Input", first_line(of), shown_fields(of))


@cache
def deed_input() -> Any:
    """One outward act of several: the input of its command without the command's own circumstances."""
    acts = {
        mutation_name(deed): made(f"{deed.name.title().replace('.', '')}Act", first_line(deed), shown_fields(deed))
        for deed in approvals.DEEDS
    }
    body = {
        name: strawberry.field(default=UNSET, description=kind.__strawberry_definition__.description)
        for name, kind in acts.items()
    }
    told = "The act that shall be approved: exactly one (対外的な行為)."
    of = type("DeedInput", (), {"__annotations__": {name: kind | None for name, kind in acts.items()}, **body})
    return strawberry.input(of, name="DeedInput", description=told, one_of=True)


def deed_of(given: Any) -> Deed:
    """The act that was entered. Ids of what begins with it are made from the approval's command. Raises Invalid."""
    for deed in approvals.DEEDS:
        chosen = getattr(given, mutation_name(deed), UNSET)
        if chosen is not UNSET and chosen is not None:
            return deed(**parts(deed, chosen, f"deed.{mutation_name(deed)}."))
    raise PartMissing(field="deed", problem="name one act", problem_ja="行為を一つ指定してください")


def command_input(name: str, wish: type[Wish[Any]]) -> Any:
    """The input type for a command: its id, its own fields, and how it was entered."""
    fields = {
        "command_id": (UUID, strawberry.field(description=NOTES["command_id"])),
        **shown_fields(wish),
        "entry": (input_of(Entry) | None, strawberry.field(default=None, description="How it was entered.")),
    }
    return made(name, first_line(wish), fields)


# --- the way back ----------------------------------------------------------------------------------------------------


def plain(kind: Any, value: Any, path: str) -> Any:
    """A value of an input type as the command has it. Raises Invalid, naming the field by its ``path``."""
    if value is None:
        return None
    inner = optional(kind) or kind
    if inner == Deed:
        return deed_of(value)
    if get_origin(inner) is tuple:
        return tuple(plain(get_args(inner)[0], item, path) for item in value)
    if is_dataclass(inner) and isinstance(inner, type):
        return inner(**parts(inner, value, f"{path}."))
    if inner is CorporateNumber:
        return corporate_number(value)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return inner(value.value)
    if isinstance(value, str) and value.strip():  # whether it may be empty the command knows
        return text(path, value, city.WHOLE)
    return value


def parts(of: type, given: Any, path: str = "") -> dict[str, Any]:
    """The fields of a dataclass from an input of its type."""
    hints = get_type_hints(of)
    return {
        told.name: plain(hints[told.name], getattr(given, told.name), path + to_camel_case(told.name))
        for told in dataclasses.fields(of)
        if (of, told.name) not in HIDDEN
    }


def wish_of(member: Member, wish: type[Wish[Any]], given: Any) -> Wish[Any]:
    """The command that a member entered. Raises Invalid; NotAllowed before a whole file is looked at."""
    found = parts(wish, given)
    for name, value in found.items():
        found[name] = with_ids(value, given.command_id)
        if value is None and (wish, name) in DERIVED:
            found[name] = uuid5(given.command_id, name)
    asked = wish(**found)
    asked.allow(member)
    read = {name: how(member.city, found[name]) for (of, name), how in READ_AS.items() if of is wish}
    return dataclasses.replace(asked, **read) if read else asked  # type: ignore[type-var]  # every wish is a dataclass


def with_ids(value: Any, command_id: UUID) -> Any:
    """An act inside a command, with the ids of what begins with it."""
    names = [name for of, name in DERIVED if of is type(value)]
    left_out = [name for name in names if getattr(value, name) is None]
    return dataclasses.replace(value, **{name: uuid5(command_id, name) for name in left_out}) if left_out else value


def entry_of(given: Any, request_id: str, today: date) -> Entry:
    """How it was entered, ``today`` in Japan. Raises Invalid, also for days and years that cannot be."""
    told = {} if given.entry is None else parts(Entry, given.entry, "entry.")
    entry = Entry(given.command_id, request_id, **told)
    if entry.occurred_on is not None and not EARLIEST <= entry.occurred_on.on <= today:
        raise DateInvalid(
            field="entry.occurredOn.on",
            problem=f"it must lie between {EARLIEST} and today ({today}).",
            problem_ja=f"{in_japanese(EARLIEST)}から本日、{in_japanese(today)}までの日付が必要です",
        )
    if entry.fiscal_year is not None and not EARLIEST.year <= entry.fiscal_year <= today.year + 1:
        raise DateInvalid(
            field="entry.fiscalYear",
            problem=f"it must lie between {EARLIEST.year} and {today.year + 1}.",
            problem_ja=f"{EARLIEST.year} から {today.year + 1} までの年度が必要です",
        )
    return entry
