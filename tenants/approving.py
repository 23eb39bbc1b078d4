"""Whether an outward act is approved as the city's rules ask, before it is recorded (決裁の確認)."""

from typing import TYPE_CHECKING, Any, cast

from domain.approval import APPROVAL, Stage
from domain.circumstances import Act, ApprovalSystem
from domain.errors import ApprovalDiffers, ApprovalRequired, PartMissing
from tenants.deeds import Deed, written
from tenants.wish import Approval, Context, Wish

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy


def require_approval(
    tenancy: "Tenancy", wish: Wish[Any], state: object, given: Approval | None, context: Context
) -> None:
    """What is cited must cover what is done, and what needs an approval must cite one.

    Raises ApprovalRequired, ApprovalDiffers, PartMissing for an outside approval without its number.
    """
    act = wish.act() if wish.reaches(state) else None
    systems = () if act is None else context.policy.approving(act)
    if act is not None and systems and (given is None or given.system not in systems):
        raise ApprovalRequired(act=act.value, possible=", ".join(systems))
    if given is None:
        return
    if given.system is ApprovalSystem.INTERNAL:
        _require_own(tenancy, wish, act, given, context)
    elif systems and given.number is None:
        raise PartMissing(
            field="approval.number",
            problem="name the document number of the approval",
            problem_ja="決裁文書の文書番号を指定してください",
        )


def _require_own(tenancy: "Tenancy", wish: Wish[Any], act: Act | None, given: Approval, context: Context) -> None:
    """An approval given here: of this very act, decided and not yet carried out."""
    if act is None or given.approval is None:
        raise ApprovalDiffers
    state = context.look(APPROVAL, given.approval)
    if state.stage is not Stage.APPROVED or state.content is None or given.decided_on != state.decided_on:
        raise ApprovalDiffers
    if tenancy.opened(context.city, state.content) != written(cast(Deed, wish)):
        raise ApprovalDiffers
