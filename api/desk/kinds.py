"""What the city calls a kind of proposal, a code of its own policy, and so its numbers (受付区分・番号)."""

from typing import Final

from api.desk.context import DeskInfo
from domain.circumstances import Channel
from domain.consultation import CONSULTATION
from domain.policy import Names
from domain.values import Code
from domain.words import WORDS
from projections.proposals import ProposalRow
from tenants.intake.arrival import arrival_number

ASKED: Final = Names(WORDS[CONSULTATION.name], "Consultation")
"""What is numbered beside proposals, in every city."""


async def names_of(info: DeskInfo, kind: str) -> Names:
    """The names in the policy in force; the code itself for a kind that the city takes in no longer."""
    if kind == CONSULTATION.name:
        return ASKED
    policy = await info.context.policies.load(info.context.city)
    found = policy.intake.kinds.get(Code(kind)) if policy.intake else None
    return found or Names(kind, kind)


async def number_of(info: DeskInfo, fiscal_year: int, kind: str, serial: int) -> Names:
    """A receipt number in the city's own words: 2026年度 フリー型 第12号."""
    names = await names_of(info, kind)
    return Names(f"{fiscal_year}年度 {names.ja} 第{serial}号", f"FY{fiscal_year} {names.en} no. {serial}")


def arrival_of(row: ProposalRow) -> str | None:
    """The number that the portal gave for a proposal; none for what came by another way."""
    return arrival_number(row.id) if row.channel is Channel.PORTAL else None
