"""What is decided with a draft, in words: the lines that who agrees and decides reads (起案の内容)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

import strawberry

from api.desk import people
from api.desk.context import DeskInfo
from api.desk.kinds import number_of
from api.desk.words import words
from api.graphql.fields import resolved
from api.graphql.language import in_language
from api.graphql.shown import shown_to
from domain.policy import Names
from domain.values import Sealed
from domain.words import WORDS
from projections.queries.desk_called import Called
from tenants import wording
from tenants.visibility import View
from tenants.wording import ITEM, Line, Named

LONGEST: Final = 2_000
"""Most lines of an act: a case with a hundred entries of each kind has about 1,200."""
NEW: Final = Names("（新しい記録）", "(a new record)")
NAMELESS: Final = Names("（名称を表示できません）", "(its name cannot be shown)")


@shown_to(View.CASEWORK)
@strawberry.type(description="One thing that is decided with a draft, in words (起案の内容の項目).")
class ApprovalWording:
    """One thing that is decided with a draft, in words."""

    line: strawberry.Private[Line]
    field: str = strawberry.field(
        description="For programs: the field of the command, `content.partners.1.name`; `act` and `restsOn` besides."
    )
    label_ja: str = strawberry.field(description="What it is called, in Japanese.")
    label_en: str = strawberry.field(description="What it is called, in English.")
    record: UUID | None = strawberry.field(
        description="The id of what is named, if something is: a record, a department, a post."
    )

    @resolved
    def label(self, info: DeskInfo) -> str:
        """What it is called, in the language that the request prefers (項目名)."""
        return in_language(self.line.label, info.context.language)

    @resolved
    async def text(self, info: DeskInfo) -> str:
        """What was entered, in words, in the language that the request prefers (内容)."""
        return in_language(await _said(info, self.line.said), info.context.language)

    @resolved
    async def text_ja(self, info: DeskInfo) -> str:
        """The same in Japanese: what was typed as it was typed, choices, days and amounts in words."""
        return (await _said(info, self.line.said)).ja

    @resolved
    async def text_en(self, info: DeskInfo) -> str:
        """The same in English: what was typed as it was typed, choices, days and amounts in words."""
        return (await _said(info, self.line.said)).en


async def told(info: DeskInfo, content: Sealed) -> list[ApprovalWording] | None:
    """An act in words for who may read its content; else, and where that is erased or unreadable, nothing."""
    text = await words(content).text(info)
    policy = await info.context.policies.load(info.context.city)
    lines = None if text is None else wording.lines(text, policy)
    return None if lines is None else [_shown(line) for line in lines]


def _shown(line: Line) -> ApprovalWording:
    record = line.said.id if isinstance(line.said, Named) else None
    return ApprovalWording(line=line, field=line.field, label_ja=line.label.ja, label_en=line.label.en, record=record)


async def _said(info: DeskInfo, said: Names | Named) -> Names:
    if isinstance(said, Names):
        return said
    return await NAMING.get(said.kind, _record)(info, said)


async def _record(info: DeskInfo, named: Named) -> Names:
    found: Called | None = await info.context.called.load(named.id)
    if found is None:
        return NEW
    title = None if found.title is None else await words(found.title).text(info)
    kind = Names(WORDS.get(named.kind, named.kind), named.kind)
    told = found.receipt
    number = None if told is None else await number_of(info, told.fiscal_year, told.kind, told.serial)
    ja, en = (f"「{title}」", f"“{title}”") if title else (kind.ja, kind.en)
    return Names(ja, en) if number is None else Names(f"{number.ja}{ja}", f"{number.en}, {en}")


async def _item(info: DeskInfo, named: Named) -> Names:
    found = None if named.within is None else await info.context.called.load(named.within)
    return await _typed(info, found.items.get(named.id) if found else None)


async def _department(info: DeskInfo, named: Named) -> Names:
    found = await people.department(info, named.id, info.context.tenancy.today())
    return await _typed(info, found.name.sealed if found and found.name else None)


async def _post(info: DeskInfo, named: Named) -> Names:
    found = await people.post(info, named.id, info.context.tenancy.today())
    return await _typed(info, found.name.sealed if found and found.name else None)


async def _member(info: DeskInfo, named: Named) -> Names:
    name = await people.name_of(info, named.id, info.context.tenancy.today())
    return Names(name, name) if name else NAMELESS


async def _typed(info: DeskInfo, sealed: Sealed | None) -> Names:
    text = None if sealed is None else await words(sealed).text(info)
    return Names(text, text) if text else NAMELESS


NAMING: Final[Mapping[str, Callable[[DeskInfo, Named], Awaitable[Names]]]] = {
    ITEM: _item,
    "department": _department,
    "post": _post,
    "member": _member,
}
"""What an id may name beside a record, to how its name is found."""


async def _of_draft(root: Any, info: DeskInfo) -> list[ApprovalWording] | None:
    return await told(info, root.source.content)


def wording_field() -> Any:
    """The field of an approval."""
    made: Any = strawberry.field(
        resolver=_of_draft,
        description="What is decided, in words, line by line: which act, on which record, and everything that was"
        " entered, also what was left out (起案の内容). Null for who may not read `content`, and once that is erased.",
    )
    made.python_name = "wording"
    return made
