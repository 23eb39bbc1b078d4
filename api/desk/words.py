"""What a person typed, as a member of the city sees it, and how rows become what the schema shows (記載内容)."""

import dataclasses
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, many
from api.graphql.fields import resolved
from api.graphql.shown import AS_GIVEN, shown_to
from domain.disclosure import NonDisclosure, grounds
from domain.values import Audience, Mark, Sealed
from projections.queries.desk_words import Damage, Opened
from tenants.visibility import may_read

T = TypeVar("T")


def _grounds(root: "Words") -> list[NonDisclosure]:
    return list(grounds(root.audience, root.marks))


@shown_to(AS_GIVEN)
@strawberry.type(
    description="What a person typed: the text for its audience; for others null with `withheld`; after erasure null"
    " with `erased`; null with `damaged` when what is stored can be read no longer (記載内容)."
)
class Words:
    """What a person typed."""

    sealed: strawberry.Private[Sealed]
    about: strawberry.Private[UUID | None]
    audience: Audience = strawberry.field(
        graphql_type=SHOWN[Audience], description="For whom it was written (閲覧範囲)."
    )
    marks: list[Mark] = strawberry.field(
        graphql_type=many(Mark),
        description="What must be thought of before it is shown to others.",
    )

    grounds: list[NonDisclosure] = strawberry.field(
        resolver=_grounds,
        graphql_type=many(NonDisclosure),
        description="On which grounds it might be kept back from who asks for the city's documents, after the audience"
        " that it has now: to be looked into, not decided (不開示事由).",
    )

    @resolved
    async def text(self, info: DeskInfo) -> str | None:
        """As it was typed; null when it is withheld, erased or damaged."""
        opened = await self._opened(info)
        return opened if isinstance(opened, str) else None

    @resolved
    async def withheld(self, info: DeskInfo) -> bool:
        """Your roles are not of its audience (閲覧範囲外)."""
        return not await self._is_for(info)

    @resolved
    async def erased(self, info: DeskInfo) -> bool:
        """It was erased for ever; told to its audience only (消去済み)."""
        return await self._is_for(info) and await self._opened(info) is None

    @resolved
    async def damaged(self, info: DeskInfo) -> bool:
        """What is stored can be read no longer: the operator must look; told to its audience only (破損)."""
        return await self._opened(info) is Damage.DAMAGED

    async def _opened(self, info: DeskInfo) -> Opened:
        return await info.context.words.load(self.sealed) if await self._is_for(info) else None

    async def _is_for(self, info: DeskInfo) -> bool:
        member = info.context.member
        if self.about is None or may_read(member, self.audience) or not may_read(member, self.audience, member.id):
            return may_read(member, self.audience)
        grants = (await info.context.standing.load(member.city)).rights.state.grants
        return may_read(member, self.audience, grants[self.about].member if self.about in grants else self.about)


def words(sealed: Sealed, audience: Audience | None = None, about: UUID | None = None) -> Words:
    """A sealed value as the schema shows it: for whom it was sealed unless ``audience`` says fewer.

    ``about``: the member, or the grant, that it is about.
    """
    return Words(sealed=sealed, about=about, audience=audience or sealed.audience, marks=list(sealed.marks))


def seen(value: Any) -> Any:
    """A value of a row as the schema shows it."""
    if isinstance(value, Sealed):
        return words(value)
    if isinstance(value, tuple):
        return [seen(item) for item in value]
    return value


def shown(kind: type[T], row: object, /, **more: Any) -> T:
    """A row as a type of the schema: fields of the same name are taken over, ``more`` says the others."""
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]  # strawberry's types are dataclasses
    names = {field.name for field in fields if field.init} - more.keys()
    return kind(**{name: seen(getattr(row, name)) for name in names}, **more)
