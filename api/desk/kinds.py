"""What the city calls a kind of proposal, which is a code of its own policy (受付区分)."""

from api.desk.context import DeskInfo
from domain.policy import Names
from domain.values import Code


async def names_of(info: DeskInfo, kind: str) -> Names:
    """The names in the policy in force; the code itself for a kind that the city takes in no longer."""
    policy = await info.context.policies.load(info.context.city)
    found = policy.intake.kinds.get(Code(kind)) if policy.intake else None
    return found or Names(kind, kind)
