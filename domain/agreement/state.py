"""What the next decision about an agreement needs to know (協定等の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.agreement.period import next_end
from domain.agreement.terms import Party, Renewal, Signature
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
    """The parties that have signed the terms that hold now."""
    signatures: tuple[Signature, ...] = ()
    """Those by which it takes effect, in the order in which they were entered."""
    begins_on: date | None = None
    first_end: date | None = None
    """Of the first period, as it was agreed first; without ``begins_on`` it begins when it takes effect."""
    ends_on: date | None = None
    renewal: Renewal = Renewal.NONE
    renewal_months: int | None = None
    notice_days: int | None = None
    notices: Mapping[int, date] = field(default_factory=dict)
    """The parties whose notice stands, each with its day."""
    notices_withdrawn: frozenset[int] = frozenset()
    """The parties that took a notice back and have given none since."""
    proposals: frozenset[UUID] = frozenset()
    projects: frozenset[UUID] = frozenset()
    ended_how: End | None = None
    ended_by: int | None = None
    anew: bool = False
    """Amended or renewed since it took effect: it goes on under another agreement of the parties than the first."""
    trail: tuple[Stage, ...] = ()
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
    def effective_on(self) -> date | None:
        """The latest day on which somebody signed; none while nobody has."""
        return max((each.on for each in self.signatures), default=None)

    @property
    def complete(self) -> bool:
        """Whether every party has signed, so that it took effect."""
        return {each.party for each in self.signatures} >= set(range(1, len(self.sides) + 1))

    def left_at(self, to: Stage) -> tuple[Signature, ...]:
        """The signatures that stay when it goes back to a stage: all, all but the one that completed them, or none."""
        if to is Stage.IN_EFFECT:
            return self.signatures
        if to is not Stage.SIGNING:
            return ()
        return self.signatures[:-1] if self.complete else self.signatures

    @property
    def stands(self) -> tuple[bool, bool]:
        """What its proposals are told: whether there is something to do in it, and whether it binds.

        What is ended before its time binds nobody any more; what was kept to its end is not taken back.
        """
        binds = self.stage is Stage.IN_EFFECT or (self.stage is Stage.ENDED and self.ended_how is End.EXPIRED)
        return self.stage in {Stage.DRAFTED, Stage.SETTLED, Stage.SIGNING}, binds

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
