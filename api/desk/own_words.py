"""What was typed, as who stands for a proposer reads it (提案者に見える記載).

Whether it may is said by the one rule for proposers, ``tenants.visibility.may_read_own``.
"""

from uuid import UUID

import strawberry

from api.desk.context import DeskInfo
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.values import Sealed
from projections.queries.desk_words import Damage, Opened
from tenants.members import Member
from tenants.visibility import View, may_read_own


@shown_to(View.OWN)
@strawberry.type(description="What you wrote, or what was written to you; null with `erased` after erasure (記載内容).")
class OwnWords:
    """What a proposer wrote, or what was written to it; made by ``own_words`` alone."""

    sealed: strawberry.Private[Sealed]

    @resolved
    async def text(self, info: DeskInfo) -> str | None:
        """As it was typed; null when it is erased or damaged."""
        opened = await self._opened(info)
        return opened if isinstance(opened, str) else None

    @resolved
    async def erased(self, info: DeskInfo) -> bool:
        """It was erased for ever (消去済み)."""
        return await self._opened(info) is None

    @resolved
    async def damaged(self, info: DeskInfo) -> bool:
        """What is stored can be read no longer: the operator must look (破損)."""
        return await self._opened(info) is Damage.DAMAGED

    async def _opened(self, info: DeskInfo) -> Opened:
        return await info.context.words.load(self.sealed)


def own_words(member: Member, proposer: UUID, typed: Sealed | None) -> OwnWords | None:
    """Something typed in a record of this proposer's; none unless it is for who stands for it."""
    return OwnWords(sealed=typed) if typed is not None and may_read_own(member, proposer, typed) else None
