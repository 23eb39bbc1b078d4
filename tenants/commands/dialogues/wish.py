"""What all wishes about a dialogue have in common (対話の操作の共通部分)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final
from uuid import UUID

from domain import dialogue as domain
from domain.dialogue import DIALOGUE, Dialogue
from domain.proposal import PROPOSAL, DialogueHeld, Proceeding, begins_dialogue, require_impartial
from domain.values import SHORT, Audience, Mark
from tenants.commands.proceedings import noted
from tenants.members import Role
from tenants.saying import OfDepartment, Says
from tenants.wish import Context, Further

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DEPARTMENT_OFFICER})
ShortToProposer = Annotated[str, Says(Audience.PROPOSER, limit=SHORT)]
Visitor = Annotated[str, Says(Audience.DEPARTMENT, (Mark.PERSONAL,), SHORT, own=True)]
Known = Annotated[str, Says(Audience.PROPOSER, (Mark.KNOW_HOW,))]
"""What both sides know of each other and nobody else: it may hold know-how of the proposer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueWish(OfDepartment[Dialogue]):
    """About one dialogue. The city's words are sealed under its file, the proposer's under the proposer."""

    decider = DIALOGUE
    roles: ClassVar[frozenset[Role]] = DESK | DEPARTMENT

    dialogue: UUID

    def owner(self, state: Dialogue) -> UUID | None:
        """The proposer."""
        return state.proposer

    def noted(self, proposal: UUID | None, *, open_: bool) -> tuple[Further, ...]:
        """The proposal knows whether it is talked over."""
        return noted(proposal, Proceeding.DIALOGUE, self.dialogue, open_=open_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(DialogueWish):
    """Nobody talks any more."""

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del context
        return self.noted(state.proposal, open_=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding(DialogueWish):
    """What commits the city: the proposal still goes on, and whoever gives it has no interest in it."""

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit, InterestOfDecider, ReferenceUnsuitable for a proposal that has come to its end."""
        super(Deciding, self).judge(state, context)
        if state.proposal is not None:
            proposal = context.look(PROPOSAL, state.proposal)
            domain.goes_on(proposal)
            require_impartial(proposal, context.member.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking(DialogueWish):
    """They met or wrote to each other: from the first time on, the proposal is in dialogue."""

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """That the dialogue of the proposal began, unless it had."""
        if state.proposal is None or state.department is None:
            return ()
        if not begins_dialogue(context.look(PROPOSAL, state.proposal)):
            return ()
        return (Further(PROPOSAL, state.proposal, DialogueHeld(self.dialogue, state.department)),)
