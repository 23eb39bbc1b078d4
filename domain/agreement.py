"""What city and partners bind themselves to in writing: agreement, memorandum or contract (協定・覚書・契約).

Parties are counted from 1 in the order of the document, as 甲, 乙, 丙 are there; the city is one of them.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import DateInvalid, PartMissing, PartUnfitting, TooMany
from domain.fields import FIELD_CODES
from domain.policy import AgreementKind, Policy, known
from domain.process import Step, never, process
from domain.proposal import Proposal, named_adopted
from domain.values import Code, Sealed

MOST: Final = 100
"""Most entries of each list."""
SEVERAL: Final = 2


class Stage(StrEnum):
    """Where an agreement stands (状態)."""

    NEW = "new"
    DRAFTED = "drafted"
    SETTLED = "settled"
    SIGNING = "signing"
    IN_EFFECT = "in_effect"
    ENDED = "ended"
    ABANDONED = "abandoned"


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


class End(StrEnum):
    """How an agreement ended (終了の事由)."""

    EXPIRED = "expired"
    TERMINATED = "terminated"
    BY_CONSENT = "by_consent"


@dataclass(frozen=True, slots=True)
class Signatory:
    """A party: its name, and who signs for it in which capacity (署名者)."""

    side: Party
    name: Sealed
    signs: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What a party does and is responsible for (役割分担・責任)."""

    party: int
    role: Sealed


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed (協定の内容).

    ``notice_days`` before ``ends_on`` at the latest, a party that does not want to go on says so. ``confidential`` says
    what must stay secret.
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


@dataclass(frozen=True, slots=True)
class Signature:
    """A party signed on a day (署名・押印)."""

    party: int
    on: date


@dataclass(frozen=True, slots=True)
class Drafted:
    """The wording was begun (素案). ``proposal`` is what it carries out; none for a comprehensive one."""

    kind: AgreementKind
    proposal: UUID | None
    department: UUID | None
    terms: Terms
    sample: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """The wording was changed before anybody signed (修正)."""

    terms: Terms
    changes: Sealed


@dataclass(frozen=True, slots=True)
class Settled:
    """All parties agree with the wording (内容の合意)."""

    on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Signed:
    """The city signed (締結). ``last``: all have signed now, so that it takes effect."""

    on: date
    last: bool


@dataclass(frozen=True, slots=True)
class Countersigned:
    """Another party signed (相手方の署名). ``last``: all have signed now, so that it takes effect."""

    party: int
    on: date
    last: bool


@dataclass(frozen=True, slots=True)
class Abandoned:
    """It was given up before it took effect (取りやめ)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Amended:
    """A new version of the terms, signed by every party (変更協定)."""

    terms: Terms
    changes: Sealed
    reason: Sealed
    signed: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """A party said that it will not go on (更新拒絶・解約の申入れ)."""

    party: int
    on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Renewed:
    """It goes on with the same terms until another day: by itself, or because the parties agreed so (更新)."""

    how: Renewal
    ends_on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over (終了). ``party`` is who terminated it."""

    how: End
    party: int | None
    on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Attached:
    """A proposal is carried out under this comprehensive agreement (個別案件の追加)."""

    proposal: UUID


@dataclass(frozen=True, slots=True)
class Detached:
    """A proposal is no longer carried out under it (個別案件の除外)."""

    proposal: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class ProjectNamed:
    """A project is carried out under it, as the record of the project tells (事業との結付け)."""

    project: UUID
    proposal: UUID | None


@dataclass(frozen=True, slots=True)
class ProjectDropped:
    """That project is carried out under it no longer (事業との結付けの解除)."""

    project: UUID


AgreementEvent = (
    Drafted
    | Changed
    | Settled
    | Signed
    | Countersigned
    | Abandoned
    | Amended
    | NoticeGiven
    | Renewed
    | Ended
    | Attached
    | Detached
    | ProjectNamed
    | ProjectDropped
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the next decision needs to know. ``sides``: of the parties in their order."""

    stage: Stage = Stage.NEW
    kind: AgreementKind | None = None
    department: UUID | None = None
    sides: tuple[Party, ...] = ()
    signed: frozenset[int] = frozenset()
    ends_on: date | None = None
    renewal: Renewal = Renewal.NONE
    notice_days: int | None = None
    notices: frozenset[int] = frozenset()
    proposals: frozenset[UUID] = frozenset()
    projects: frozenset[UUID] = frozenset()
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
    def next_day(self) -> date | None:
        """Until when somebody should think of it: of giving notice, where it goes on by itself, else of its end."""
        return next_day(self.ends_on, self.renewal, self.notice_days, noticed=bool(self.notices))


def next_day(ends_on: date | None, renewal: Renewal, notice_days: int | None, *, noticed: bool) -> date | None:
    """The last day for a notice where an agreement goes on by itself, else its end, if it has one."""
    if ends_on is None or notice_days is None or renewal is not Renewal.AUTOMATIC or noticed:
        return ends_on
    return ends_on - timedelta(days=notice_days)


def _under(agreement: Agreement, terms: Terms) -> Agreement:
    return replace(
        agreement,
        sides=tuple(each.side for each in terms.signatories),
        ends_on=terms.ends_on,
        renewal=terms.renewal,
        notice_days=terms.notice_days,
        notices=frozenset(),
        wordings=agreement.wordings + 1,
    )


def fold(agreement: Agreement, event: object) -> Agreement:
    """What stands beside the stage."""
    match event:
        case Drafted():
            about = frozenset({event.proposal} if event.proposal else ())
            begun = replace(agreement, kind=event.kind, department=event.department, proposals=about)
            return _under(begun, event.terms)
        case Changed(terms=terms):
            return _under(agreement, terms)
        case Signed():
            return replace(agreement, signed=agreement.signed | {agreement.city})
        case Countersigned(party=party):
            return replace(agreement, signed=agreement.signed | {party})
        case Amended(terms=terms, signed=signed):
            return replace(_under(agreement, terms), signed=frozenset(each.party for each in signed))
        case NoticeGiven(party=party):
            return replace(agreement, notices=agreement.notices | {party})
        case Renewed(ends_on=day):
            return replace(agreement, ends_on=day, notices=frozenset())
        case Attached(proposal=proposal):
            return replace(agreement, proposals=agreement.proposals | {proposal})
        case Detached(proposal=proposal):
            return replace(agreement, proposals=agreement.proposals - {proposal})
        case ProjectNamed(project=project):
            return replace(agreement, projects=agreement.projects | {project})
        case ProjectDropped(project=project):
            return replace(agreement, projects=agreement.projects - {project})
        case _:
            return agreement


# --- rules -----------------------------------------------------------------------------------------------------------


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
        _check_party("terms.duties.party", duty.party, len(sides))
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


def _check_party(field: str, party: int, count: int) -> None:
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
            problem_ja=f"開始日（{terms.begins_on}）以後の日付が必要です",
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


MOST_DAYS: Final = 366
"""Longest notice."""


def check_drafted(_agreement: Agreement, policy: Policy, event: Drafted) -> None:
    """A comprehensive one is not about one proposal. Raises PartUnfitting and what :func:`check_terms` raises."""
    if event.kind is AgreementKind.COMPREHENSIVE and event.proposal is not None:
        raise PartUnfitting(
            field="proposal",
            problem="a comprehensive agreement is about no single proposal; attach the proposals to it",
            problem_ja="包括連携協定は個別の提案についてのものではありません。提案は個別案件として追加してください",
        )
    check_terms(event.kind, policy, event.terms)


def check_changed(agreement: Agreement, policy: Policy, event: Changed) -> None:
    """What :func:`check_terms` raises."""
    check_terms(agreement.kind, policy, event.terms)


def check_signed(agreement: Agreement, _policy: Policy, event: Signed) -> None:
    """Raises PartUnfitting unless ``last`` is true of the last party alone."""
    _check_last(event.last, agreement.completes(agreement.city))


def check_countersigned(agreement: Agreement, _policy: Policy, event: Countersigned) -> None:
    """By another party than the city. Raises PartUnfitting."""
    _check_party("party", event.party, len(agreement.sides))
    if event.party == agreement.city:
        raise PartUnfitting(
            field="party",
            problem="that is the city, which signs by signAgreement",
            problem_ja="市自身の署名は「協定等を締結する」（signAgreement）で記録してください",
        )
    _check_last(event.last, agreement.completes(event.party))


def _check_last(said: bool, completes: bool) -> None:  # noqa: FBT001 - two answers to one question
    if said is not completes:
        raise PartUnfitting(
            field="last",
            problem="it takes effect with the signature of the last party, and not before",
            problem_ja="全当事者の署名がそろったときに限り発効します",
        )


def check_amended(agreement: Agreement, policy: Policy, event: Amended) -> None:
    """Every party has signed the new version, each once. Raises PartMissing and what :func:`check_terms` raises."""
    check_terms(agreement.kind, policy, event.terms)
    count = len(event.terms.signatories)
    if sorted(each.party for each in event.signed) != list(range(1, count + 1)):
        raise PartMissing(
            field="signed",
            problem=f"name the day of the signature of each of the {count} parties once",
            problem_ja=f"{count} 者すべての署名日を一度ずつ指定してください",
        )


def check_notice(agreement: Agreement, _policy: Policy, event: NoticeGiven) -> None:
    """By a party and in time. Raises PartUnfitting, DateInvalid."""
    _check_party("party", event.party, len(agreement.sides))
    last = next_day(agreement.ends_on, Renewal.AUTOMATIC, agreement.notice_days, noticed=False)
    if last is not None and event.on > last:
        raise DateInvalid(
            field="on",
            problem=f"the last day for a notice was {last}. End it by consent, or wait for the next period.",
            problem_ja=f"申入れの期限（{last}）を過ぎています。合意により終了するか、次の期間を待ってください",
        )


def check_renewed(agreement: Agreement, _policy: Policy, event: Renewed) -> None:
    """For longer than now, and as the terms say. Raises DateInvalid, PartUnfitting."""
    if agreement.ends_on is None or event.ends_on <= agreement.ends_on:
        raise DateInvalid(
            field="endsOn",
            problem="it must lie after the present end; what has no end is not renewed.",
            problem_ja="現在の期間の末日より後の日付が必要です。期間の定めがない協定は更新できません",
        )
    automatic = event.how is Renewal.AUTOMATIC
    if event.how is Renewal.NONE or (automatic and (agreement.renewal is not Renewal.AUTOMATIC or agreement.notices)):
        raise PartUnfitting(
            field="how",
            problem="it goes on by itself only where the terms say so and nobody gave notice; else by agreement",
            problem_ja="自動更新は、定めがあり、どの当事者からも申入れがないときに限ります。それ以外は合意によります",
        )


def check_ended(agreement: Agreement, _policy: Policy, event: Ended) -> None:
    """Terminated by a party, or expired at the end of its period. Raises PartMissing, PartUnfitting, DateInvalid."""
    if event.how is End.TERMINATED and event.party is None:
        raise PartMissing(
            field="party",
            problem="name the party that terminated it",
            problem_ja="解約した当事者を指定してください",
        )
    if event.party is not None:
        count = len(agreement.sides) if event.how is End.TERMINATED else 0
        _check_ending(event.party, count)
    if event.how is End.EXPIRED and (agreement.ends_on is None or event.on < agreement.ends_on):
        raise DateInvalid(
            field="on",
            problem="it expires at the end of its period, not before; earlier it is terminated or ended by consent.",
            problem_ja="期間満了は期間の末日以後に限ります。それより前は解約か合意による終了としてください",
        )


def _check_ending(party: int, count: int) -> None:
    if count:
        _check_party("party", party, count)
        return
    raise PartUnfitting(
        field="party",
        problem="a party is named only when it terminated the agreement",
        problem_ja="当事者の指定は解約のときに限ります",
    )


def check_covering(agreement: Agreement, _policy: Policy, _event: Attached | Detached) -> None:
    """Raises PartUnfitting unless it is comprehensive."""
    if agreement.kind is not AgreementKind.COMPREHENSIVE:
        raise PartUnfitting(
            field="proposal",
            problem="only a comprehensive agreement covers several proposals; this one is about its own",
            problem_ja="複数の案件を対象にできるのは包括連携協定だけです",
        )


def check_project(agreement: Agreement, _policy: Policy, event: ProjectNamed) -> None:
    """Raises PartUnfitting for a second project of one that is not comprehensive, or the work on another proposal."""
    if agreement.kind is AgreementKind.COMPREHENSIVE:
        return
    if agreement.projects - {event.project}:
        raise PartUnfitting(
            field="agreement",
            problem="another project is carried out under it; only a comprehensive agreement covers several",
            problem_ja="別の事業の協定等です。複数の事業を対象にできるのは包括連携協定だけです",
        )
    if agreement.proposals and event.proposal not in agreement.proposals:
        raise PartUnfitting(
            field="agreement",
            problem="it is about another proposal than the project",
            problem_ja="この事業の提案とは別の提案についての協定等です",
        )


def check_carried_out(proposal: Proposal) -> None:
    """A proposal under an agreement was adopted. Raises ReferenceUnknown, ReferenceUnsuitable."""
    named_adopted(proposal)


def after_signing(event: Signed | Countersigned) -> Stage:
    """In effect once all have signed."""
    return Stage.IN_EFFECT if event.last else Stage.SIGNING


TO_SIGN: Final = (Stage.SETTLED, Stage.SIGNING)
SIGNED: Final = (Stage.SIGNING, Stage.IN_EFFECT)
BEFORE: Final = (Stage.DRAFTED, Stage.SETTLED)
LIVING: Final = (Stage.DRAFTED, Stage.SETTLED, Stage.SIGNING, Stage.IN_EFFECT)

AGREEMENT: Final = process(
    "agreement",
    Agreement(),
    {
        "agreement.drafted": Step(Drafted, (Stage.NEW,), (Stage.DRAFTED,), granted=never, guards=(check_drafted,)),
        "agreement.changed": Step(Changed, BEFORE, (Stage.DRAFTED,), granted=never, guards=(check_changed,)),
        "agreement.settled": Step(Settled, (Stage.DRAFTED,), (Stage.SETTLED,)),
        "agreement.signed": Step(
            Signed,
            TO_SIGN,
            SIGNED,
            leads=after_signing,
            granted=lambda agreement, _signed: agreement.city in agreement.signed,
            guards=(check_signed,),
        ),
        "agreement.countersigned": Step(
            Countersigned,
            TO_SIGN,
            SIGNED,
            leads=after_signing,
            granted=lambda agreement, signed: signed.party in agreement.signed,
            guards=(check_countersigned,),
        ),
        "agreement.abandoned": Step(Abandoned, (*BEFORE, Stage.SIGNING), (Stage.ABANDONED,)),
        "agreement.amended": Step(Amended, (Stage.IN_EFFECT,), granted=never, guards=(check_amended,)),
        "agreement.notice_given": Step(
            NoticeGiven,
            (Stage.IN_EFFECT,),
            granted=lambda agreement, notice: notice.party in agreement.notices,
            guards=(check_notice,),
        ),
        "agreement.renewed": Step(
            Renewed,
            (Stage.IN_EFFECT,),
            granted=lambda agreement, renewed: renewed.ends_on == agreement.ends_on,
            guards=(check_renewed,),
        ),
        "agreement.ended": Step(Ended, (Stage.IN_EFFECT,), (Stage.ENDED,), guards=(check_ended,)),
        "agreement.attached": Step(
            Attached,
            LIVING,
            granted=lambda agreement, attached: attached.proposal in agreement.proposals,
            guards=(check_covering,),
        ),
        "agreement.detached": Step(
            Detached,
            LIVING,
            granted=lambda agreement, detached: detached.proposal not in agreement.proposals,
            guards=(check_covering,),
        ),
        "agreement.project_named": Step(
            ProjectNamed,
            LIVING,
            granted=lambda agreement, named: named.project in agreement.projects,
            guards=(check_project,),
        ),
        "agreement.project_dropped": Step(
            ProjectDropped,
            (*LIVING, Stage.ENDED, Stage.ABANDONED),
            granted=lambda agreement, dropped: dropped.project not in agreement.projects,
        ),
    },
    fold,
)
