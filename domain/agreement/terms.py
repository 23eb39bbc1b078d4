"""What is agreed, between whom and for how long (協定の内容)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.agreement.period import shortest, whole_months
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, PartMissing, PartUnfitting, TooMany
from domain.fields import FIELD_CODES
from domain.policy import AgreementKind, Policy, known
from domain.values import Code, Sealed

MOST: Final = 100
"""Most entries of each list."""
SEVERAL: Final = 2


class Party(StrEnum):
    """On which side a signatory stands (当事者)."""

    CITY = "city"
    PROPOSER = "proposer"
    OTHER = "other"


class Renewal(StrEnum):
    """What happens at the end of the period unless somebody gives notice (更新)."""

    NONE = "none"
    BY_AGREEMENT = "by_agreement"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Signatory:
    """A party: its name, and who signs for it in which capacity (署名者)."""

    side: Party
    name: Sealed
    signs: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A party signed on a day (署名・押印)."""

    party: int
    on: date


@dataclass(frozen=True, slots=True)
class Duty:
    """What a party does and is responsible for (役割分担・責任)."""

    party: int
    role: Sealed


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed (協定の内容).

    ``notice_days`` before ``ends_on`` at the latest, a party that does not want to go on says so. ``confidential`` says
    what must stay secret. It is renewed for ``renewal_months`` each time, or for as long as its first period was.
    """

    title: Sealed
    matters: Sealed
    signatories: tuple[Signatory, ...]
    duties: tuple[Duty, ...]
    goals: tuple[Sealed, ...]
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]
    begins_on: date | None
    ends_on: date | None
    renewal: Renewal
    notice_days: int | None
    confidential: Sealed | None
    renewal_months: int | None = None


def check_terms(kind: AgreementKind | None, policy: Policy, terms: Terms) -> None:
    """Parties, fields, duties, period and renewal fit together.

    Raises PartMissing, PartUnfitting, CodeUnknown, DateInvalid, TooMany.
    """
    for name in ("signatories", "duties", "goals", "fields", "plan_fields"):
        if (count := len(getattr(terms, name))) > MOST:
            raise TooMany(field=f"terms.{name}", count=count, limit=MOST)
    sides = [each.side for each in terms.signatories]
    if sides.count(Party.CITY) != 1 or len(sides) < SEVERAL:
        raise PartMissing(
            field="terms.signatories",
            problem="name the city once, and at least one other party",
            problem_ja="市を一度と、ほかの当事者を少なくとも一者指定してください",
        )
    for code in terms.fields:
        known("terms.fields", code, FIELD_CODES)
    for code in terms.plan_fields:
        known("terms.planFields", code, policy.field_codes())
    _check_fields(kind, len(set(terms.fields)))
    for duty in terms.duties:
        check_party("terms.duties.party", duty.party, len(sides))
    _check_period(terms)


def _check_fields(kind: AgreementKind | None, count: int) -> None:
    """One field for a project, several for a comprehensive agreement; the others are free."""
    if kind is AgreementKind.COMPREHENSIVE and count < SEVERAL:
        raise PartMissing(
            field="terms.fields",
            problem="a comprehensive agreement covers several fields; name at least two",
            problem_ja="包括連携協定は複数の分野にわたります。二つ以上指定してください",
        )
    if kind is AgreementKind.PROJECT and count != 1:
        raise PartMissing(
            field="terms.fields",
            problem="an agreement on a project covers one field; name it, or conclude a comprehensive one",
            problem_ja="事業連携協定の分野は一つです。一つだけ指定するか、包括連携協定としてください",
        )


def check_party(field: str, party: int, count: int) -> None:
    """Raises PartUnfitting unless there is such a party."""
    if not 1 <= party <= count:
        raise PartUnfitting(
            field=field,
            problem=f"parties are counted from 1 to {count} in their order",
            problem_ja=f"当事者は記載順に 1 から {count} までの番号で指定してください",
        )


def _check_period(terms: Terms) -> None:
    if terms.begins_on is not None and terms.ends_on is not None and terms.ends_on < terms.begins_on:
        raise DateInvalid(
            field="terms.endsOn",
            problem=f"it must not lie before the first day ({terms.begins_on}).",
            problem_ja=f"開始日である{in_japanese(terms.begins_on)}以後の日付が必要です",
        )
    if terms.ends_on is None and (terms.renewal is not Renewal.NONE or terms.notice_days is not None):
        raise PartMissing(
            field="terms.endsOn",
            problem="what is renewed, or ends on notice, needs the day on which its period ends",
            problem_ja="更新や申入れの定めがあるときは、期間の末日を指定してください",
        )
    if terms.notice_days is not None and not 0 <= terms.notice_days <= MOST_DAYS:
        raise DateInvalid(
            field="terms.noticeDays",
            problem=f"it must be between 0 and {MOST_DAYS} days.",
            problem_ja=f"0 から {MOST_DAYS} 日までの日数が必要です",
        )
    if terms.renewal is Renewal.AUTOMATIC and terms.notice_days is not None:
        _check_notice(terms, terms.notice_days)
    if terms.renewal_months is not None and (
        terms.renewal is Renewal.NONE or not 1 <= terms.renewal_months <= MOST_MONTHS
    ):
        raise PartUnfitting(
            field="terms.renewalMonths",
            problem=f"it is between 1 and {MOST_MONTHS} months, and stands only in terms that are renewed",
            problem_ja=f"更新の定めがあるときに限り、1 から {MOST_MONTHS} までの月数を指定してください",
        )


def _check_notice(terms: Terms, days: int) -> None:
    """Each period that it goes on for has a day for a notice. Raises DateInvalid."""
    months = terms.renewal_months
    if months is None and terms.begins_on is not None and terms.ends_on is not None:
        months = whole_months(terms.begins_on, terms.ends_on)
        length = shortest(months) if months else (terms.ends_on - terms.begins_on).days + 1
    elif months is not None and 1 <= months <= MOST_MONTHS:
        length = shortest(months)
    else:
        return  # told by nothing yet, or refused by what follows
    if days >= length:
        raise DateInvalid(
            field="terms.noticeDays",
            problem=f"it goes on by itself for {length} days at the least; notice must be possible within them.",
            problem_ja=f"更新後の期間中に申入れができるよう、自動更新の期間（最短 {length} 日）より短い日数が必要です",
        )


MOST_DAYS: Final = 366
"""Longest notice."""
MOST_MONTHS: Final = 600
"""Longest renewal."""
