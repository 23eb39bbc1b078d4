"""What the next decision about an agreement needs to know (協定等の状態)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.agreement.period import next_end
from domain.agreement.terms import Party, Renewal
from domain.policy import AgreementKind


class Stage(StrEnum):
    """Where an agreement stands (状態)."""

    NEW = "new"
    DRAFTED = "drafted"
    SETTLED = "settled"
    SIGNING = "signing"
    IN_EFFECT = "in_effect"
    ENDED = "ended"
    ABANDONED = "abandoned"


class End(StrEnum):
    """How an agreement ended (終了の事由)."""

    EXPIRED = "expired"
    TERMINATED = "terminated"
    BY_CONSENT = "by_consent"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the next decision needs to know. ``sides``: of the parties in their order."""

    stage: Stage = Stage.NEW
    kind: AgreementKind | None = None
    department: UUID | None = None
    sides: tuple[Party, ...] = ()
    signed: frozenset[int] = frozenset()
    begins_on: date | None = None
    first_end: date | None = None
    """Of the first period, as it was agreed first; without ``begins_on`` it begins when it takes effect."""
    effective_on: date | None = None
    """The latest day on which somebody signed."""
    ends_on: date | None = None
    renewal: Renewal = Renewal.NONE
    renewal_months: int | None = None
    notice_days: int | None = None
    notices: frozenset[int] = frozenset()
    proposals: frozenset[UUID] = frozenset()
    projects: frozenset[UUID] = frozenset()
    ended_how: End | None = None
    ended_by: int | None = None
    wordings: int = 0
    """How many times its terms were put in words: who approves it approves the last one."""

    @property
    def city(self) -> int:
        """The city's place among the parties, 0 while there is none."""
        return self.sides.index(Party.CITY) + 1 if Party.CITY in self.sides else 0

    def completes(self, party: int) -> bool:
        """Whether all have signed once this party has."""
        return self.signed | {party} >= set(range(1, len(self.sides) + 1))

    @property
    def notice_until(self) -> date | None:
        """The last day on which somebody may say that it does not go on."""
        return next_day(self.ends_on, Renewal.AUTOMATIC, self.notice_days, noticed=False)

    @property
    def goes_on_until(self) -> date | None:
        """Its end once it has gone on by itself; ``None`` where its terms tell no length."""
        first = self.begins_on or self.effective_on
        return self.ends_on and next_end(self.ends_on, self.renewal_months, first, self.first_end)

    @property
    def next_day(self) -> date | None:
        """Until when somebody should think of it: of giving notice, where it goes on by itself, else of its end."""
        return next_day(self.ends_on, self.renewal, self.notice_days, noticed=bool(self.notices))


def next_day(ends_on: date | None, renewal: Renewal, notice_days: int | None, *, noticed: bool) -> date | None:
    """The last day for a notice where an agreement goes on by itself, else its end, if it has one.

    Of a log from before days were bounded: the first of the calendar where it would lie before that.
    """
    if ends_on is None or notice_days is None or renewal is not Renewal.AUTOMATIC or noticed:
        return ends_on
    return date.min + timedelta(days=max((ends_on - date.min).days - notice_days, 0))
