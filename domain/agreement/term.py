"""While it is in effect: amended, renewed, given notice, ended (変更・更新・申入れ・終了)."""

from dataclasses import dataclass
from datetime import date

from domain.agreement.state import Agreement, End
from domain.agreement.terms import Renewal, Signature, Terms, check_party, check_terms
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, PartMissing, PartUnfitting
from domain.policy import Policy
from domain.values import Sealed


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
class NoticeWithdrawn:
    """A party took its notice back, or it had been entered by mistake (申入れの撤回・取消し)."""

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
    """By a party, in effect and in time. Raises PartUnfitting, DateInvalid."""
    check_party("party", event.party, len(agreement.sides))
    _check_in_effect(agreement, event.on)
    last = agreement.notice_until
    if last is not None and event.on > last:
        raise DateInvalid(
            field="on",
            problem=f"the last day for a notice was {last}. End it by consent, or wait for the next period.",
            problem_ja=f"申入れの期限である{in_japanese(last)}を過ぎています。合意により終了するか、次の期間を待ってください",
        )


def check_notice_withdrawn(agreement: Agreement, _policy: Policy, event: NoticeWithdrawn) -> None:
    """Of a party whose notice stands, and not before it was given. Raises PartUnfitting, DateInvalid."""
    check_party("party", event.party, len(agreement.sides))
    given = agreement.notices.get(event.party)
    if given is None:
        raise PartUnfitting(
            field="party",
            problem="no notice of that party stands",
            problem_ja="この当事者の申入れはありません",
        )
    if event.on < given:
        raise DateInvalid(
            field="on",
            problem=f"the notice was given on {given}, and is taken back then or later.",
            problem_ja=f"申入れの日である{in_japanese(given)}以後の日付が必要です",
        )


def check_renewed(agreement: Agreement, _policy: Policy, event: Renewed) -> None:
    """For longer than now, and as the terms say: by itself as long as was agreed. Raises DateInvalid, PartUnfitting."""
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
    if automatic:
        _check_length(agreement, event.ends_on)


def _check_length(agreement: Agreement, ends_on: date) -> None:
    """By itself it goes on for as long as was agreed. Raises DateInvalid, PartUnfitting where no length is told."""
    last = agreement.goes_on_until
    if last is None:
        raise PartUnfitting(
            field="how",
            problem="its terms tell no length of renewal; amend them, or renew it by agreement",
            problem_ja="更新の期間が定まりません。協定を変更して更新の月数を定めるか、合意により更新してください",
        )
    if ends_on != last:
        raise DateInvalid(
            field="endsOn",
            problem=f"by itself it goes on until {last}, as long as was agreed; for another day renew it by agreement.",
            problem_ja=f"自動更新後の末日は{in_japanese(last)}です。別の日とするときは合意により更新してください",
        )


def check_time_to_renew(agreement: Agreement, how: Renewal, today: date) -> None:
    """It goes on by itself once nobody can give notice any more. Raises PartUnfitting."""
    last = agreement.notice_until
    if how is Renewal.AUTOMATIC and last is not None and today <= last:
        raise PartUnfitting(
            field="how",
            problem=f"until {last} a party may still give notice; enter it after that day, or renew it by agreement",
            problem_ja=f"{in_japanese(last)}までは更新しない旨の申入れができます。"
            "翌日以後に記録するか、合意により更新してください",
        )


def _check_in_effect(agreement: Agreement, day: date) -> None:
    """Raises DateInvalid for a day before the last signature."""
    if agreement.effective_on is not None and day < agreement.effective_on:
        raise DateInvalid(
            field="on",
            problem=f"it took effect on {agreement.effective_on}, and not before.",
            problem_ja=f"発効した日である{in_japanese(agreement.effective_on)}以後の日付が必要です",
        )


def check_ended(agreement: Agreement, _policy: Policy, event: Ended) -> None:
    """Terminated by a party, or expired at the end of its period where it does not go on by itself.

    Raises PartMissing, PartUnfitting, DateInvalid.
    """
    _check_in_effect(agreement, event.on)
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
    if event.how is End.EXPIRED and agreement.renewal is Renewal.AUTOMATIC and not agreement.notices:
        raise PartUnfitting(
            field="how",
            problem="nobody gave notice, so it goes on by itself; enter its renewal, or end it by consent",
            problem_ja="申入れがないため自動更新されます。更新を記録するか、合意による終了としてください",
        )


def _check_ending(party: int, count: int) -> None:
    if count:
        check_party("party", party, count)
        return
    raise PartUnfitting(
        field="party",
        problem="a party is named only when it terminated the agreement",
        problem_ja="当事者の指定は解約のときに限ります",
    )
