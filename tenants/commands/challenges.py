"""What members may wish of a challenge (課題の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import challenge as domain
from domain.challenge import CHALLENGE, Challenge, ChallengeEvent
from domain.values import SHORT, Audience, CityCode, Code
from tenants.members import Role
from tenants.wish import Context, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeWish(Wish[Challenge]):
    """About one challenge."""

    decider = CHALLENGE
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    challenge: UUID

    def target(self, city: CityCode) -> UUID:
        """The challenge."""
        del city
        return self.challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(ChallengeWish):
    """Tell the desk about a problem that a department wants solved with others."""

    name = "challenge.raise"
    ja = "課題を提出する"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})

    title: str
    description: str
    department: UUID | None = None
    fields: tuple[str, ...] = ()
    plan_fields: tuple[str, ...] = ()
    sample: bool = False

    def events(self, state: Challenge, context: Context) -> tuple[ChallengeEvent, ...]:
        """Read by the staff."""
        if self.department is not None:
            context.know_departments("department", self.department)
        raised = domain.Raised(
            self.department,
            context.words("title", self.title, Audience.STAFF, limit=SHORT),
            context.words("description", self.description, Audience.STAFF),
            tuple(map(Code, self.fields)),
            tuple(map(Code, self.plan_fields)),
            self.sample,
        )
        return domain.raise_challenge(state, context.policy, raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(ChallengeWish):
    """Show a challenge to everybody, in the words that everybody shall read."""

    name = "challenge.publish"
    ja = "課題を公表する"

    title: str
    description: str
    conditions: str | None = None
    city_offers: str | None = None
    fields: tuple[str, ...] = ()
    due_on: date | None = None

    def events(self, state: Challenge, context: Context) -> tuple[ChallengeEvent, ...]:
        """Read by everybody."""
        published = domain.Published(
            context.new_id("public"),
            context.words("title", self.title, Audience.PUBLIC, limit=SHORT),
            context.words("description", self.description, Audience.PUBLIC),
            context.some_words("conditions", self.conditions, Audience.PUBLIC),
            context.some_words("cityOffers", self.city_offers, Audience.PUBLIC),
            tuple(map(Code, self.fields)),
            self.due_on,
            sample=False,
        )
        return domain.publish(state, published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ChallengeWish):
    """Take no more answers to a challenge, and say how it ended."""

    name = "challenge.close"
    ja = "課題を終了する"

    result: domain.Result
    note: str

    def events(self, state: Challenge, context: Context) -> tuple[ChallengeEvent, ...]:
        """Read by everybody once the challenge was published, else by the staff."""
        published = state.stage is not domain.Stage.RAISED
        note = context.words("note", self.note, Audience.PUBLIC if published else Audience.STAFF)
        return domain.close(state, domain.Closed(self.result, note))


WISHES: Final = (Raise, Publish, Close)
