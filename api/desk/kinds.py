"""What the city calls a kind of proposal: a code of its own policy, and its names (受付区分)."""

import strawberry

from api.desk.context import DeskInfo
from api.graphql.shown import AS_GIVEN, shown_to
from domain.policy import Names
from domain.values import Code


@shown_to(AS_GIVEN)
@strawberry.type(description="The city's own name for a kind of proposal (受付区分の名称).")
class KindName:
    """The city's own name for a kind of proposal."""

    ja: str = strawberry.field(description="In Japanese.")
    en: str = strawberry.field(description="In English.")


async def names_of(info: DeskInfo, kind: str) -> Names:
    """The names in the policy in force; the code itself for a kind that the city takes in no longer."""
    policy = await info.context.policies.load(info.context.city)
    found = policy.intake.kinds.get(Code(kind)) if policy.intake else None
    return found or Names(kind, kind)


async def kind_name(info: DeskInfo, kind: str) -> KindName:
    """The same as the schema shows it."""
    names = await names_of(info, kind)
    return KindName(ja=names.ja, en=names.en)
