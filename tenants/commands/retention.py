"""What members may wish of how long a file is kept (保存期間の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import retention as domain
from domain.retention import FILED, RETENTION, FileKind, Retention, retention_of
from domain.values import CityCode
from tenants.members import Role
from tenants.saying import Doing, ToDesk
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionWish(Doing[Retention]):
    """About the file of one record."""

    decider = RETENTION
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    record: UUID
    kind: FileKind

    def target(self, city: CityCode) -> UUID:
        """Of the record."""
        del city
        return retention_of(self.record)

    def judge(self, state: Retention, context: Context) -> None:
        """Raises ReferenceUnknown for a record that is not there, OtherKind for one of another kind."""
        del state
        process = FILED[self.kind].process
        process.named(context.look(process, self.record))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(RetentionWish):
    """Give the file of a record another class than its kind has by the city's rules."""

    name = "retention.assign"
    ja = "保存期間を定める"
    records = domain.Assigned

    retention: str
    reason: ToDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(RetentionWish):
    """Keep the file of a record until a day at least, however long its class says."""

    name = "retention.extend"
    ja = "保存期間を延長する"
    records = domain.Extended

    until: date
    reason: ToDesk

    def judge(self, state: Retention, context: Context) -> None:
        """Raises DateInvalid for a day that has passed, and as for every file."""
        super(Extend, self).judge(state, context)
        context.not_past("until", self.until)


WISHES: Final = (Assign, Extend)
