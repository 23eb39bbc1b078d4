"""Records of every kind as the schema shows them, made from their bodies (記録簿).

A body says beside each field what it is, in words, and what an id names; a kind that is new needs nothing here.
"""

from asyncio import gather
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from msgspec import Struct
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.desk import history, people
from api.desk.answers import ReceiptNumber
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, enumeration, first_line
from api.desk.history import Happening
from api.desk.inputs import optional
from api.desk.people import Department, Person, Post
from api.desk.readers import narrowed
from api.desk.retention import File, file_of
from api.desk.scalars import Position, Yen
from api.desk.wording import wording_field
from api.desk.words import Words, words
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.consultation import CONSULTATION
from domain.values import Code, Sealed, Unit
from projections.organisation import posts_of
from projections.queries.desk import Turn
from projections.records.approvals import ApprovalBody
from projections.records.consultations import ConsultationBody
from projections.records.kind import Kind, Own, Ref
from projections.records.table import KINDS, RecordRow
from tenants.members import Role
from tenants.visibility import READ_INSIDE, View, may_read

KIND_NAMES: Final = tuple(kind.process.name for kind in KINDS)
RecordKind: Final = enumeration(
    "RecordKind", [(name.upper(), name) for name in KIND_NAMES], "What kind of record (記録の種類)."
)
Shown = Callable[[DeskInfo, Any], Any]


# --- fields of bodies ------------------------------------------------------------------------------------------------


async def _department(info: DeskInfo, id_: UUID) -> Department | None:
    return await people.department(info, id_, info.context.tenancy.today())


async def _post(info: DeskInfo, id_: UUID) -> Post | None:
    return await people.post(info, id_, info.context.tenancy.today())


REFERS: Final[Mapping[Ref, tuple[Any, Any]]] = {
    Ref.DEPARTMENT: (Department, _department),
    Ref.POST: (Post, _post),
    Ref.MEMBER: (Person, people.person),
}
"""What an id names, to the type that is shown in its place, and how it is found."""


def _kept(_info: DeskInfo, value: Any) -> Any:
    return value


def _words(_info: DeskInfo, value: Sealed) -> Words:
    return words(value)


def shown_as(hint: Any) -> tuple[Any, Shown]:
    """The type of the schema for a type of a body, and how a value becomes one."""
    if get_origin(hint) is Annotated:
        refers = next((part for part in hint.__metadata__ if isinstance(part, Ref)), None)
        if refers and get_origin(get_args(hint)[0]) is tuple:
            return GenericAlias(list, (REFERS[refers][0],)), _each(REFERS[refers][1])
        if Unit.YEN in hint.__metadata__:
            return Yen, _kept
        return REFERS[refers] if refers else shown_as(get_args(hint)[0])
    if get_origin(hint) is tuple:
        kind, show = shown_as(get_args(hint)[0])
        return GenericAlias(list, (kind,)), _each(show)
    if hint is Sealed:
        return Words, _words
    if hint is Code:
        return str, _kept
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return SHOWN[hint], _kept
    if isinstance(hint, type) and issubclass(hint, Struct):
        made = part_type(hint)
        return made, lambda _info, value: made(source=value)
    return hint, _kept


def _each(show: Shown) -> Shown:
    async def shown(info: DeskInfo, values: tuple[Any, ...]) -> list[Any]:
        return list(await gather(*(_awaited(show(info, value)) for value in values)))

    return shown


async def _awaited(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


def body_field(name: str, hint: Any) -> StrawberryField:
    """A field of a record or of a part of one."""
    told = next((part for part in getattr(hint, "__metadata__", ()) if type(part) is str), "")
    bare, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    some, own = optional(bare), next((mark for mark in marks if isinstance(mark, Own)), None)
    marked: Any = Annotated[(some or bare, *marks)] if marks else some or bare
    kind, show = shown_as(marked)

    async def resolve(root: Any, info: DeskInfo) -> Any:
        value = getattr(root.source, name)
        if own is not None and not may_read(info.context.member, View.CASEWORK):
            value = tuple(part for part in value if getattr(part, own) == info.context.member.id)
        return None if value is None else await _awaited(show(info, value))

    nullable = some is not None or kind in {Department, Post}
    resolve.__annotations__ = {"info": DeskInfo, "return": kind | None if nullable else kind}
    field: StrawberryField = strawberry.field(resolver=resolve, name=None, description=told)
    field.python_name = name
    return field


def body_fields(of: type) -> dict[str, StrawberryField]:
    """A field for each of a body."""
    return {name: body_field(name, hint) for name, hint in get_type_hints(of, include_extras=True).items()}


def _view(of: type) -> View:
    """Whom the type of a body or of a part of one is for."""
    inside = [kind.body for kind in KINDS if kind.process.name in READ_INSIDE]
    return View.CITY if of in {part for body in inside for part in (body, *_parts(body))} else View.CASEWORK


def _parts(of: type) -> list[type]:
    inner = [item for hint in get_type_hints(of).values() for item in (hint, *get_args(hint))]
    structs = [item for item in inner if isinstance(item, type) and issubclass(item, Struct)]
    return [each for item in structs for each in (item, *_parts(item))]


@cache
def part_type(of: Any) -> Any:
    """The type of a part of a body."""
    name = of.__name__
    private = strawberry.Private[Any]
    made: Any = type(name, (), {"__annotations__": {"source": private}, **body_fields(of)})
    return shown_to(_view(of))(strawberry.type(made, name=name, description=first_line(of)))


# --- records ---------------------------------------------------------------------------------------------------------


@shown_to(View.CITY)
@strawberry.interface(description="A record that goes through stages, of any kind (記録).")
class Record:
    """A record that goes through stages, of any kind."""

    row: strawberry.Private[RecordRow]
    source: strawberry.Private[Any]
    id: UUID = strawberry.field(description="Opaque.")
    kind: str = strawberry.field(graphql_type=RecordKind, description="What kind of record (記録の種類).")
    stage: str = strawberry.field(description="Where it stands: a code of the state chart of its kind (状態).")
    version: int = strawberry.field(description="Number of its events.")
    position: Position = strawberry.field(description="Place of its last event in the log.")
    about: UUID | None = strawberry.field(description="The record that it is about.")
    due_on: date | None = strawberry.field(description="Until when the next step is due (期限).")
    sample: bool = strawberry.field(description="Made up to show the program (見本).")
    recorded_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved
    def called(self) -> Words | None:
        """What it is called (件名)."""
        return None if self.row.title is None else words(self.row.title)

    @resolved
    async def waiting_for_me(self, info: DeskInfo) -> bool:
        """Whether it is your turn: by your role, by name, or by a post that you hold."""
        return (await turn(info)).has(self.row)

    @narrowed(View.CASEWORK)
    async def history(self, info: DeskInfo) -> list[Happening]:
        """What happened to it, oldest first, the first 100; more by `timeline(of:)`; not for staff (経過)."""
        return await history.history(info, self.id)

    @narrowed(View.CASEWORK)
    async def file(self, info: DeskInfo) -> File | None:
        """Its file, and how long that is kept; not for staff (簿冊・保存期間)."""
        return await file_of(info, self.id)


def receipt_number_field() -> StrawberryField:
    """The number of a consultation, as that of a proposal is told."""

    def resolve(root: Any) -> ReceiptNumber:
        return ReceiptNumber(fiscal_year=root.source.fiscal_year, kind=CONSULTATION.name, serial=root.source.serial)

    resolve.__annotations__["return"] = ReceiptNumber
    made: Any = strawberry.field(resolver=resolve, description="The number told to the asker (受付番号).")
    made.python_name = "receipt_number"
    field: StrawberryField = made
    return field


BESIDE: Final[Mapping[type, Mapping[str, StrawberryField]]] = {
    ApprovalBody: {"wording": wording_field()},
    ConsultationBody: {"receipt_number": receipt_number_field()},
}
"""Body to the fields that are made of several of its own."""


def record_type(body: type, name: str) -> Any:
    """The type of a kind of record; what its head tells (``sample``) the body does not tell again."""
    told = {field: made for field, made in body_fields(body).items() if field not in Record.__annotations__}
    told |= BESIDE.get(body, {})
    made: Any = type(name, (Record,), {"__annotations__": {}, **told})
    return shown_to(_view(body))(strawberry.type(made, name=name, description=first_line(body)))


def type_name(kind: Kind[Any]) -> str:
    """What the schema calls a kind of record."""
    return kind.body.__name__.replace("Body", "Record")


TYPES: Final[Mapping[str, Any]] = {kind.process.name: record_type(kind.body, type_name(kind)) for kind in KINDS}
"""Kind of record to its type."""


def record(row: RecordRow) -> Record:
    """A row as the schema shows it."""
    made: Record = TYPES[row.kind](
        row=row,
        source=row.content,
        id=row.id,
        kind=row.kind,
        stage=row.stage,
        version=row.version,
        position=Position(row.position),
        about=row.about,
        due_on=row.due_on,
        sample=row.sample,
        recorded_at=row.recorded_at,
        updated_at=row.updated_at,
    )
    return made


async def turn(info: DeskInfo) -> Turn:
    """Whose turn is that of the member who asks; the desk's is also that of those who are not there."""
    member, today = info.context.member, info.context.tenancy.today()
    row = await info.context.organisation.load(member.city)
    waits = await people.waiting(info)
    manned = await info.context.manned.load(member.city) if Role.DESK_OFFICER in waits.roles else None
    return Turn(member.id, posts_of(row, member.id, today), waits.roles, waits.departments, manned)


def record_lists() -> dict[str, list[str]]:
    """Type to the lists in it, beside those that every record has."""
    return {type_name(kind): _lists(kind.body) for kind in KINDS}


def part_lists() -> dict[str, list[str]]:
    """Type of a part of a record to the lists in it."""
    found = [part for kind in KINDS for part in _parts(kind.body)]
    return {part.__name__: _lists(part) for part in found if _lists(part)}


def _lists(body: type) -> list[str]:
    return [to_camel_case(name) for name, hint in get_type_hints(body).items() if get_origin(hint) is tuple]
