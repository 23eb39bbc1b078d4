"""Whether an outward act is approved as the city's rules ask, before it is recorded (決裁の確認)."""

from typing import TYPE_CHECKING, Any, cast

from domain.approval import APPROVAL, CarriedOut, Stage
from domain.circumstances import ApprovalSystem
from domain.days_in_words import in_japanese
from domain.errors import ApprovalDiffers, ApprovalRequired, DateInvalid, PartMissing, PartUnfitting
from domain.values import Day
from tenants.deeds import Deed, written
from tenants.wish import Approval, Context, Further, Wish

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy


def require_approval(
    tenancy: "Tenancy", wish: Wish[Any], state: object, given: Approval | None, context: Context
) -> None:
    """What is cited must cover what is done, and what needs an approval must cite one.

    Raises ApprovalRequired, ApprovalDiffers; of an outside approval PartMissing without its number, or without its
    digest where the rules ask for an approval, PartUnfitting for one that names an approval given here, DateInvalid
    for one of a day that has not come.
    """
    act = wish.act() if wish.reaches(state) else None
    systems = () if act is None else context.policy.approving(act)
    if act is not None and systems and (given is None or given.system not in systems):
        raise ApprovalRequired(act=act.value, possible=", ".join(systems))
    if given is None:
        return
    if given.system is ApprovalSystem.INTERNAL:
        _require_own(tenancy, wish, state, given, context)
        return
    context.not_ahead("approval.decidedOn", given.decided_on)
    if systems and given.approval is not None:
        raise PartUnfitting(
            field="approval.approval",
            problem="an approval given here is not one of the city's own document system; name one of them",
            problem_ja="文書管理システムでの決裁に、このシステムでの決裁は指定できません。どちらか一方を指定してください",
        )
    if given.number is None:
        raise PartMissing(
            field="approval.number",
            problem="name the document number of the approval",
            problem_ja="決裁文書の文書番号を指定してください",
        )
    if systems and given.digest is None:
        raise PartMissing(
            field="approval.digest",
            problem="give the SHA-256 of the document that was approved, so that nobody can exchange it unseen",
            problem_ja="決裁文書のファイルの SHA-256 を指定してください（後から差し替えられていないことを示すため）",
        )


def require_before(given: Approval | None, happened: Day) -> None:
    """What was approved elsewhere happened on the day of the decision or later. Raises DateInvalid.

    What was decided here bears the day on which it was entered, while the act may be entered late as well.
    """
    if given is not None and given.system is ApprovalSystem.EXTERNAL and given.decided_on > happened.last:
        raise DateInvalid(
            field="approval.decidedOn",
            problem=f"it was decided only after the day on which this is said to have happened ({happened.on}).",
            problem_ja=f"この手続の日である{in_japanese(happened.on)}以前の決裁日が必要です",
        )


def _require_own(tenancy: "Tenancy", wish: Wish[Any], state: object, given: Approval, context: Context) -> None:
    """An approval given here: of this very act, on what it was about then, decided and not yet carried out."""
    if wish.act() is None or not wish.reaches(state) or given.approval is None:
        raise ApprovalDiffers
    approval = context.look(APPROVAL, given.approval)
    if approval.stage is not Stage.APPROVED or approval.content is None or given.decided_on != approval.decided_on:
        raise ApprovalDiffers
    if tenancy.opened(context.city, approval.content) != written(cast(Deed, wish), state):
        raise ApprovalDiffers


def carried_out(given: Approval | None, context: Context) -> tuple[Further, ...]:
    """An approval given here takes effect with its act, in the same append: once, and never without it."""
    if given is None or given.approval is None or given.system is not ApprovalSystem.INTERNAL:
        return ()
    return (Further(APPROVAL, given.approval, CarriedOut(context.today)),)
