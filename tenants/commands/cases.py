"""What members may wish of a case (事例の操作)."""

from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from domain import case as domain
from domain import challenge as challenges
from domain import proposal as proposals
from domain.case import CASE, Case, CaseEvent, Origin, ResourceKind, Side
from domain.values import SHORT, Audience, CityCode, Code, Day
from tenants.members import Role
from tenants.wish import Context, Wish

PUBLIC: Final = Audience.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWish(Wish[Case]):
    """About one case. The operator may import cases from documents."""

    decider = CASE
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER, Role.OPERATOR})

    case: UUID

    def target(self, city: CityCode) -> UUID:
        """The case."""
        del city
        return self.case


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerText:
    """A partner, or another participant, by name."""

    name: str
    participant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateText:
    """A day of the case and what happened or was planned for it."""

    label: str
    day: Day
    planned: bool = False
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceText:
    """What a side brought in."""

    side: Side
    kind: ResourceKind
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitText:
    """What a side gained or was to gain."""

    side: Side
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """Everything a case tells, in the words that everybody shall read."""

    title: str
    summary: str
    method: str
    fields: tuple[str, ...] = ()
    background: str | None = None
    source: str | None = None
    partners: tuple[PartnerText, ...] = ()
    dates: tuple[DateText, ...] = ()
    resources: tuple[ResourceText, ...] = ()
    benefits: tuple[BenefitText, ...] = ()
    outcomes: tuple[str, ...] = ()

    def content(self, context: Context) -> domain.Content:
        """The same, sealed for the public under the file's key."""
        return domain.Content(
            context.words("title", self.title, PUBLIC, limit=SHORT),
            context.words("summary", self.summary, PUBLIC),
            Code(self.method),
            tuple(map(Code, self.fields)),
            context.some_words("background", self.background, PUBLIC),
            context.some_words("source", self.source, PUBLIC),
            tuple(
                domain.Partner(context.words("partners.name", item.name, PUBLIC, limit=SHORT), item.participant)
                for item in self.partners
            ),
            tuple(
                domain.LabelledDate(
                    context.words("dates.label", item.label, PUBLIC, limit=SHORT), item.day, item.planned, item.until
                )
                for item in self.dates
            ),
            tuple(
                domain.Resource(item.side, item.kind, context.words("resources.description", item.description, PUBLIC))
                for item in self.resources
            ),
            tuple(
                domain.Benefit(item.side, context.words("benefits.description", item.description, PUBLIC))
                for item in self.benefits
            ),
            tuple(context.words("outcomes", item, PUBLIC) for item in self.outcomes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(CaseWish):
    """Show a partnership to everybody; an imported one names the document it comes from."""

    name = "case.publish"
    ja = "事例を公開する"

    content: CaseText
    origin: Origin = Origin.DESK
    challenge: UUID | None = None
    proposal: UUID | None = None
    sample: bool = False

    def events(self, state: Case, context: Context) -> tuple[CaseEvent, ...]:
        """Read by everybody."""
        if self.challenge is not None:
            challenges.named(context.look(challenges.CHALLENGE, self.challenge), *challenges.RECORDED)
        if self.proposal is not None:
            proposals.named_adopted(context.look(proposals.PROPOSAL, self.proposal))
        published = domain.Published(
            context.new_id("public"),
            self.origin,
            self.content.content(context),
            self.challenge,
            self.proposal,
            self.sample,
        )
        return domain.publish(state, published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(CaseWish):
    """Put right or carry on what a case tells; the note says what changed."""

    name = "case.revise"
    ja = "事例を改訂する"

    content: CaseText
    note: str

    def events(self, state: Case, context: Context) -> tuple[CaseEvent, ...]:
        """Read by everybody."""
        note = context.words("note", self.note, PUBLIC)
        return domain.revise(state, domain.Revised(self.content.content(context), note))


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(CaseWish):
    """Say that the partnership has ended."""

    name = "case.close"
    ja = "事例を終了とする"

    note: str

    def events(self, state: Case, context: Context) -> tuple[CaseEvent, ...]:
        """Read by everybody."""
        return domain.close(state, domain.Closed(context.words("note", self.note, PUBLIC)))


WISHES: Final = (Publish, Revise, Close)
