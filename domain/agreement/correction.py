"""A step that was wrong is taken back: a signature, an end, a settlement entered by mistake (手続の訂正)."""

from dataclasses import dataclass, replace

from domain.agreement.state import Agreement, Stage
from domain.errors import PartUnfitting
from domain.policy import Policy
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


def check_first_terms(agreement: Agreement, _policy: Policy, event: StepCorrected) -> None:
    """Raises PartUnfitting where it would lose its first signatures, but holds by a later word of the parties."""
    if agreement.anew and event.to is not Stage.IN_EFFECT:
        raise PartUnfitting(
            field="to",
            problem="it was amended or renewed since it took effect; amend it again instead",
            problem_ja="発効後に変更または更新されているため、発効前には戻せません。改めて変更してください",
        )


def taken_back(agreement: Agreement, to: Stage) -> Agreement:
    """Without what the steps that were taken back had brought; projects and proposals stay as they are named."""
    left = agreement.left_at(to)
    back = replace(agreement, ended_how=None, ended_by=None, signatures=left)
    if to is Stage.IN_EFFECT:
        return back
    signed = frozenset(each.party for each in left)
    return replace(back, signed=signed, notices={}, notices_withdrawn=frozenset())
