"""A proposal knows how what goes on about it in other records stands (関連手続)."""

from uuid import UUID

from domain.proposal import PROPOSAL, Proceeding, ProceedingNoted
from tenants.members import Role
from tenants.wish import Context, Further


def noted(
    proposal: UUID | None,
    proceeding: Proceeding,
    record: UUID,
    *,
    open_: bool,
    bound: bool = False,
    part: UUID | None = None,
) -> tuple[Further, ...]:
    """What a command on such a record brings with it on the proposal, if the record is about one."""
    if proposal is None:
        return ()
    return (Further(PROPOSAL, proposal, ProceedingNoted(proceeding, record, open_, bound, part)),)


def require_charge(proposal: UUID | None, roles: frozenset[Role], context: Context) -> None:
    """What is carried out binds the department in charge, so that its officers or the desk begin it.

    Raises OutsideRemit.
    """
    if proposal is not None:
        context.require_remit(context.look(PROPOSAL, proposal).department, roles)
