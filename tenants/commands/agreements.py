"""What members may wish of an agreement (協定・覚書・契約の操作)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import agreement as domain
from domain.agreement import AGREEMENT, Agreement
from domain.circumstances import Act
from domain.errors import NotAllowed, ReferenceUnsuitable, Refusal
from domain.policy import AgreementKind
from domain.proposal import PROPOSAL, Outcome, Proceeding, named_for_work, require_impartial
from domain.values import SHORT, Audience, Mark
from tenants.commands.proceedings import noted, require_charge
from tenants.members import Role
from tenants.saying import DepartmentId, OfDepartment, Refers, Says, ToDepartment, ToProposer
from tenants.wish import Context, Further

BOTH: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})


def _proposal(context: Context, field: str, proposal: UUID) -> None:
    del field
    domain.check_carried_out(context.look(PROPOSAL, proposal))


AdoptedId = Annotated[UUID, Refers(_proposal)]
"""A proposal that was adopted."""

ToParties = ToProposer
"""What the parties read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWish(OfDepartment[Agreement]):
    """About one agreement: by the desk, or by an officer of the department that it belongs to."""

    decider = AGREEMENT
    roles: ClassVar[frozenset[Role]] = BOTH

    agreement: UUID

    def noted(self, proposals: Iterable[UUID], *, open_: bool, bound: bool = False) -> tuple[Further, ...]:
        """The proposals know how their agreement stands."""
        told = (noted(each, Proceeding.AGREEMENT, self.agreement, open_=open_, bound=bound) for each in proposals)
        return tuple(chain.from_iterable(told))

    def rests_on(self, state: Agreement) -> str | None:
        """The wording that is signed, amended, renewed or ended."""
        return f"wording {state.wordings}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryText:
    """A party, and who signs for it in which capacity."""

    side: domain.Party
    name: Annotated[str, Says(Audience.PROPOSER, limit=SHORT)]
    signs: Annotated[str, Says(Audience.PROPOSER, (Mark.PERSONAL,), SHORT)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyText:
    """What a party does and is responsible for; parties are counted from 1 in their order."""

    party: int
    role: ToParties


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsText:
    """What is agreed: matters, parties, duties, goals, fields, period, renewal and what stays secret."""

    title: Annotated[str, Says(Audience.PROPOSER, limit=SHORT)]
    matters: ToParties
    signatories: tuple[SignatoryText, ...]
    duties: tuple[DutyText, ...] = ()
    goals: tuple[ToParties, ...] = ()
    fields: tuple[str, ...] = ()
    plan_fields: tuple[str, ...] = ()
    begins_on: date | None = None
    ends_on: date | None = None
    renewal: domain.Renewal = domain.Renewal.NONE
    notice_days: int | None = None
    confidential: Annotated[str, Says(Audience.PROPOSER, (Mark.NON_DISCLOSURE,))] | None = None
    renewal_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureText:
    """The day on which a party signed; parties are counted from 1 in their order."""

    party: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(AgreementWish):
    """Begin the wording of an agreement, memorandum or contract, for an adopted proposal or for none."""

    name = "agreement.draft"
    ja = "協定等の素案を作る"
    records = domain.Drafted

    kind: AgreementKind
    terms: TermsText
    proposal: AdoptedId | None = None
    department: DepartmentId | None = None
    sample: bool = False

    def judge(self, state: Agreement, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department, also than that of the proposal."""
        context.require_remit(state.department or self.department, self.roles)
        require_charge(self.proposal, self.roles, context)

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """It belongs to the department of its proposal unless another one is named."""
        del state
        if self.department is not None or self.proposal is None:
            return {}
        return {"department": context.look(PROPOSAL, self.proposal).department}

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """Its proposal is talked over in it."""
        del state, context
        return self.noted(() if self.proposal is None else (self.proposal,), open_=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(AgreementWish):
    """Change the wording before anybody has signed it, saying what changed."""

    name = "agreement.change"
    ja = "協定等の内容を修正する"
    records = domain.Changed

    terms: TermsText
    changes: ToParties


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(AgreementWish):
    """Enter that all parties agree with the wording."""

    name = "agreement.settle"
    ja = "協定等の内容に合意する"
    records = domain.Settled

    note: ToParties | None = None

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today."""
        del state
        return {"on": context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(AgreementWish):
    """Somebody signs."""

    on: date | None = None

    def judge(self, state: Agreement, context: Context) -> None:
        """Of what was adopted and is so still. Raises OutsideRemit, DateInvalid, ReferenceUnsuitable, IsSuspended."""
        super(Signing, self).judge(state, context)
        context.happened("on", self.on)
        for proposal in sorted(state.proposals):
            carried_out(proposal, context)

    def party_of(self, state: Agreement) -> int:
        """Who signs."""
        return state.city

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """With the last signature it binds."""
        del context
        last = state.completes(self.party_of(state))
        return self.noted(sorted(state.proposals), open_=not last, bound=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Signing):
    """Sign for the city; the agreement takes effect once every party has signed."""

    name = "agreement.sign"
    ja = "協定等を締結する（市の署名）"
    records = domain.Signed

    def judge(self, state: Agreement, context: Context) -> None:
        """Whoever concludes this kind by the city's rules. Raises NotAllowed, OutsideRemit, DateInvalid."""
        super(Sign, self).judge(state, context)
        concluding(state, context)

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today if no day is named, and whether it is the last."""
        return {"on": self.on or context.today, "last": state.completes(self.party_of(state))}

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.SIGN_AGREEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterSignature(Signing):
    """Enter that another party has signed; the agreement takes effect once every party has."""

    name = "agreement.enterSignature"
    ja = "協定等の相手方の署名を記録する"
    records = domain.Countersigned

    party: int

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today if no day is named, and whether it is the last."""
        return {"on": self.on or context.today, "last": state.completes(self.party_of(state))}

    def party_of(self, state: Agreement) -> int:
        """The one that is named."""
        del state
        return self.party


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon(AgreementWish):
    """Give an agreement up before it takes effect."""

    name = "agreement.abandon"
    ja = "協定等の締結を取りやめる"
    records = domain.Abandoned

    reason: ToParties

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """It binds nobody."""
        del context
        return self.noted(sorted(state.proposals), open_=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(AgreementWish):
    """Put a new version of the terms in force that every party has signed, saying what changed and why."""

    name = "agreement.amend"
    ja = "協定等を変更する"
    records = domain.Amended

    terms: TermsText
    changes: ToParties
    reason: ToParties
    signed: tuple[SignatureText, ...] = ()

    def judge(self, state: Agreement, context: Context) -> None:
        """Whoever concludes this kind. Raises NotAllowed, OutsideRemit, DateInvalid."""
        super(Amend, self).judge(state, context)
        concluding(state, context)
        for each in self.signed:
            context.happened("signed.on", each.on)

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.SIGN_AGREEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNotice(AgreementWish):
    """Enter that a party will not go on after the period."""

    name = "agreement.giveNotice"
    ja = "協定等を更新しない旨の申入れを記録する"
    records = domain.NoticeGiven

    party: int
    reason: ToParties
    on: date | None = None

    def judge(self, state: Agreement, context: Context) -> None:
        """The city's own by whoever concludes this kind. Raises NotAllowed, InterestOfDecider and as above."""
        super(GiveNotice, self).judge(state, context)
        context.happened("on", self.on)
        if self.reaches(state):
            concluding(state, context)

    def act(self) -> Act | None:
        """As what it reaches outside: it brings the agreement to its end."""
        return Act.END_AGREEMENT

    def reaches(self, state: Agreement) -> bool:
        """The city's own; that of another party came from outside."""
        return self.party == state.city

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today if no day is named."""
        del state
        return {"on": self.on or context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNotice(AgreementWish):
    """Enter that a party takes its notice back, or that it was entered by mistake; it goes on as its terms say."""

    name = "agreement.withdrawNotice"
    ja = "更新しない旨の申入れの撤回・取消しを記録する"
    records = domain.NoticeWithdrawn

    party: int
    reason: ToParties
    on: date | None = None

    def judge(self, state: Agreement, context: Context) -> None:
        """The city's own by whoever concludes this kind. Raises NotAllowed, InterestOfDecider, DateInvalid."""
        super(WithdrawNotice, self).judge(state, context)
        context.happened("on", self.on)
        if self.party == state.city:
            concluding(state, context)

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today if no day is named."""
        del state
        return {"on": self.on or context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(AgreementWish):
    """Let it go on until a later day: by itself as the terms say, or because the parties agreed so."""

    name = "agreement.renew"
    ja = "協定等を更新する"
    records = domain.Renewed

    how: domain.Renewal
    ends_on: date
    note: ToParties | None = None

    def judge(self, state: Agreement, context: Context) -> None:
        """By agreement: whoever concludes it; by itself: in time. Raises NotAllowed, OutsideRemit, PartUnfitting."""
        super(Renew, self).judge(state, context)
        domain.check_time_to_renew(state, self.how, context.today)
        if self.how is not domain.Renewal.AUTOMATIC:
            concluding(state, context)

    def act(self) -> Act | None:
        """What was agreed anew reaches outside; what goes on by itself needs nobody's doing."""
        return None if self.how is domain.Renewal.AUTOMATIC else Act.SIGN_AGREEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(AgreementWish):
    """Enter that it is over: expired, terminated by a party, or ended by consent."""

    name = "agreement.end"
    ja = "協定等を終了とする"
    records = domain.Ended

    how: domain.End
    reason: ToParties
    party: int | None = None
    on: date | None = None

    def judge(self, state: Agreement, context: Context) -> None:
        """What has expired by anybody in remit, else whoever concludes it. Raises as a signature does."""
        super(Finish, self).judge(state, context)
        context.happened("on", self.on)
        if self.how is not domain.End.EXPIRED:
            concluding(state, context)

    def beside(self, state: Agreement, context: Context) -> dict[str, Any]:
        """Today if no day is named."""
        del state
        return {"on": self.on or context.today}

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """What is ended before its time binds nobody any more; what was kept to its end is not taken back."""
        del context
        return self.noted(sorted(state.proposals), open_=False, bound=self.how is domain.End.EXPIRED)

    def act(self) -> Act | None:
        """What expires needs nobody's doing; what is ended reaches outside."""
        return None if self.how is domain.End.EXPIRED else Act.END_AGREEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(AgreementWish):
    """Carry an adopted proposal out under a comprehensive agreement."""

    name = "agreement.attach"
    ja = "包括連携協定に個別案件を加える"
    records = domain.Attached

    proposal: AdoptedId

    def judge(self, state: Agreement, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department than both of agreement and proposal."""
        super(Attach, self).judge(state, context)
        require_charge(self.proposal, self.needed(), context)

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """What is in effect binds at once."""
        del context
        binds = state.stage is domain.Stage.IN_EFFECT
        return self.noted((self.proposal,), open_=not binds, bound=binds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detach(AgreementWish):
    """Take a proposal out of a comprehensive agreement, saying why."""

    name = "agreement.detach"
    ja = "包括連携協定から個別案件を外す"
    records = domain.Detached

    proposal: UUID
    reason: ToParties

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """It binds the proposer of this one no more."""
        del state, context
        return self.noted((self.proposal,), open_=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(AgreementWish):
    """Take a wrong step back to a stage at which it stood before: a signature, an end, a settlement, an abandonment."""

    name = "agreement.correctStep"
    ja = "協定等の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment

    def judge(self, state: Agreement, context: Context) -> None:
        """Of what is adopted still, by whoever might take the step that is taken back.

        Raises NotAllowed, InterestOfDecider, OutsideRemit, ReferenceUnsuitable, IsSuspended.
        """
        super(CorrectStep, self).judge(state, context)
        ended = state.ended_how not in {None, domain.End.EXPIRED}
        unsigned = {each.party for each in state.signatures} - {each.party for each in state.left_at(self.to)}
        if ended or state.city in unsigned or self.reaches(state):
            concluding(state, context)
        if state.stands != self._stands:
            for proposal in sorted(state.proposals):
                (once_adopted if self.to is domain.Stage.IN_EFFECT else carried_out)(proposal, context)

    def act(self) -> Act | None:
        """It ends an agreement that was in effect."""
        return Act.END_AGREEMENT

    def reaches(self, state: Agreement) -> bool:
        """Where it was in effect and is no more."""
        return state.stage is domain.Stage.IN_EFFECT and self.to is not domain.Stage.IN_EFFECT

    @property
    def _stands(self) -> tuple[bool, bool]:
        binds = self.to is domain.Stage.IN_EFFECT
        return not binds, binds

    def also(self, state: Agreement, context: Context) -> tuple[Further, ...]:
        """It binds again, or is open again."""
        del context
        open_, binds = self._stands
        return self.noted(sorted(state.proposals), open_=open_, bound=binds)


def once_adopted(proposal: UUID, context: Context) -> None:
    """What binds after all still rests on its adoption, be it closed or at rest since. Raises ReferenceUnsuitable."""
    found = context.look(PROPOSAL, proposal)
    if found.outcome is not Outcome.ADOPTED:
        possible = Outcome.ADOPTED.value
        raise ReferenceUnsuitable(field="proposal", stage=found.stage.value, possible=possible, proposal=str(proposal))


def carried_out(proposal: UUID, context: Context) -> None:
    """A proposal is still adopted, and not at rest. Raises ReferenceUnsuitable, IsSuspended that say which it is."""
    try:
        named_for_work(context.look(PROPOSAL, proposal))
    except Refusal as refusal:
        refusal.details["proposal"] = str(proposal)
        raise


def impartial(state: Agreement, context: Context) -> None:
    """Raises InterestOfDecider for who declared an interest in the proposal that it is about, if it is about one."""
    if state.kind is not AgreementKind.COMPREHENSIVE:
        for proposal in state.proposals:
            require_impartial(context.look(PROPOSAL, proposal), context.member.id)


def concluding(state: Agreement, context: Context) -> None:
    """Somebody impartial and, where the rules say who concludes this kind, nobody else.

    Raises NotAllowed, InterestOfDecider.
    """
    impartial(state, context)
    rules, kind = context.policy.agreements, state.kind
    if rules is None or kind is None or kind not in (*rules.coordinated, *rules.concluded):
        return
    needed = Role.DESK_OFFICER if kind in rules.concluded else Role.DEPARTMENT_OFFICER
    if needed not in context.member.roles:
        raise NotAllowed(needed=needed)


WISHES: Final = (
    Draft,
    Change,
    Settle,
    Sign,
    EnterSignature,
    Abandon,
    Amend,
    GiveNotice,
    Renew,
    Finish,
    Attach,
    Detach,
    WithdrawNotice,
    CorrectStep,
)
