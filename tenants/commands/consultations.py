"""What members may wish of a consultation (相談・問合せの操作)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import consultation as domain
from domain.circumstances import Act
from domain.consultation import CONSULTATION, Consultation
from domain.policy import Deadline
from domain.proposal import PROPOSAL, Stage
from domain.values import SHORT, Audience, CityCode, Mark
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, OfDepartment, Refers, Says, ToDepartment, ToProposer
from tenants.wish import Context

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})

RECEIVED: Final = tuple(
    stage for stage in Stage if stage not in {Stage.NEW, Stage.DRAFT, Stage.DISCARDED, Stage.TURNED_AWAY}
)
"""Where a proposal was received, whatever became of it."""

OwnTitle = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)]
OwnContact = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), SHORT, own=True)]


def _proposal(context: Context, _field: str, proposal: UUID) -> None:
    PROPOSAL.named(context.look(PROPOSAL, proposal), *RECEIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationWish(Doing[Consultation]):
    """About one consultation. Words of the city are sealed under its file, the asker's under the asker."""

    decider = CONSULTATION
    roles: ClassVar[frozenset[Role]] = DESK

    consultation: UUID

    def target(self, city: CityCode) -> UUID:
        """The consultation."""
        del city
        return self.consultation


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(ConsultationWish):
    """Take a question in, from the portal or entered by the desk for who asked; answers with its number."""

    name = "consultation.receive"
    ja = "相談を受け付ける"
    roles = DEPARTMENT
    records = domain.Received
    begins = True

    asker: UUID
    title: OwnTitle
    question: Annotated[str, Says(Audience.DEPARTMENT, own=True)]
    department: DepartmentId | None = None
    organisation: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)] | None = None
    contact_name: OwnContact | None = None
    contact: OwnContact | None = None
    purpose: int | None = None
    sample: bool = False

    def subject(self) -> UUID:
        """The asker, under whose key these words are sealed."""
        return self.asker

    def owner(self, state: Consultation) -> UUID:
        """The asker."""
        del state
        return self.asker

    def beside(self, state: Consultation, context: Context) -> dict[str, Any]:
        """The year, a number yet to be taken, and until when an answer is due."""
        del state
        due = context.due(Deadline.CONSULTATION_ANSWER)
        return {"fiscal_year": context.fiscal_year, "serial": 0, "due": due}

    def events(self, state: Consultation, context: Context) -> tuple[Any, ...]:
        """The number is taken only when nothing else stands against it; the purpose is that of the day it came."""
        shown = context.as_shown(lambda policy: policy.is_purpose(self.purpose))
        (received,) = super(Receive, self).events(state, shown)
        return (replace(received, serial=context.take_serial(CONSULTATION.name)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(ConsultationWish):
    """Ask a department to answer."""

    name = "consultation.assign"
    ja = "担当課に割り振る"
    records = domain.Assigned

    department: DepartmentId
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(ConsultationWish, OfDepartment[Consultation]):
    """Answer who asked; the answer was given on ``occurredOn``."""

    name = "consultation.answer"
    ja = "相談に回答する"
    roles = DEPARTMENT
    records = domain.Answered

    answer: ToProposer

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.ANSWER_CONSULTATION

    def reaches(self, state: Consultation) -> bool:
        """Where no department of the city asked."""
        return not state.inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(ConsultationWish):
    """Note something for the desk and the departments that who asked is not told."""

    name = "consultation.note"
    ja = "相談の内部メモを残す"
    roles = DEPARTMENT
    records = domain.Noted

    note: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadToProposal(ConsultationWish):
    """Note that a proposal, received before, grew out of it."""

    name = "consultation.leadToProposal"
    ja = "提案につなげる"
    records = domain.BecameProposal

    proposal: Annotated[UUID, Refers(_proposal)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ConsultationWish, OfDepartment[Consultation]):
    """Bring it to an end without a proposal."""

    name = "consultation.close"
    ja = "相談を終了する"
    roles = DEPARTMENT
    records = domain.Closed

    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(ConsultationWish, OfDepartment[Consultation]):
    """Take a wrong step back to a stage at which it stood before: assigned, answered, closed, or led to a proposal."""

    name = "consultation.correctStep"
    ja = "相談の誤った手続を訂正する"
    roles = DEPARTMENT
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReceipt(ConsultationWish):
    """Write anew as a whole what was entered wrongly at its receipt, and why; the number that was told stays.

    What is left out stands in it no longer, organisation and contact as well.
    """

    name = "consultation.correctReceipt"
    ja = "相談の受付内容を訂正する"
    records = domain.ReceiptCorrected

    title: OwnTitle
    question: Annotated[str, Says(Audience.DEPARTMENT, own=True)]
    received_on: date
    reason: ToDepartment
    organisation: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)] | None = None
    contact_name: OwnContact | None = None
    contact: OwnContact | None = None
    purpose: int | None = None
    sample: bool = False

    def owner(self, state: Consultation) -> UUID | None:
        """The asker, under whose key these words are sealed."""
        return state.asker

    def judge(self, state: Consultation, context: Context) -> None:
        """Raises DateInvalid for a day that has not come."""
        del state
        context.not_ahead("receivedOn", self.received_on)

    def beside(self, state: Consultation, context: Context) -> dict[str, Any]:
        """Until when an answer is due."""
        del state
        return {"due": context.due(Deadline.CONSULTATION_ANSWER)}

    def events(self, state: Consultation, context: Context) -> tuple[Any, ...]:
        """As of the day on which it came."""
        came = replace(context, happened_on=self.received_on)
        return super(CorrectReceipt, self).events(state, came.as_shown(lambda policy: policy.is_purpose(self.purpose)))


WISHES: Final = (Receive, Assign, Answer, Note, LeadToProposal, Close, CorrectStep, CorrectReceipt)
