"""Every step of an agreement from every stage, who must have signed, and how long it holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from domain.agreement import (
    AGREEMENT,
    Abandoned,
    Amended,
    Attached,
    Changed,
    Countersigned,
    Detached,
    Drafted,
    Duty,
    End,
    Ended,
    NoticeGiven,
    NoticeWithdrawn,
    Party,
    ProjectDropped,
    ProjectNamed,
    Renewal,
    Renewed,
    Settled,
    Signatory,
    Signature,
    Signed,
    Stage,
    StepCorrected,
    Terms,
    next_day,
)
from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    DateInvalid,
    NeverStoodThere,
    NotFound,
    PartMissing,
    PartUnfitting,
    TooMany,
    WrongStage,
)
from domain.policy import AgreementKind
from domain.values import Code
from tests.domain.facts import SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

PROPOSAL, OTHER_PROPOSAL = UUID(int=70), UUID(int=71)
DAY: Final = date(2026, 4, 1)
END: Final = date(2027, 3, 31)
NOTICE_BY: Final = date(2027, 3, 1)
CITY, COMPANY, BANK = 1, 2, 3
PARTIES: Final = (
    Signatory(Party.CITY, said("札幌市"), said("市長")),
    Signatory(Party.PROPOSER, said("北の雪冷熱株式会社"), said("代表取締役")),
    Signatory(Party.OTHER, said("雪の銀行")),
)
TERMS: Final = Terms(
    said("雪を使う連携"),
    said("雪室の利用を進める。"),
    PARTIES,
    (Duty(CITY, said("場所を貸す。")), Duty(COMPANY, said("雪室を運営する。"))),
    (said("年二百トンの雪"),),
    (Code("welfare"), Code("energy")),
    (Code("vision_snow"),),
    DAY,
    END,
    Renewal.AUTOMATIC,
    30,
    said("設計の数値"),
)
DRAFTED: Final = Drafted(AgreementKind.COMPREHENSIVE, None, WELFARE_DIVISION, TERMS, sample=False)
ON_ONE: Final = Drafted(
    AgreementKind.PROJECT, PROPOSAL, WELFARE_DIVISION, replace(TERMS, fields=(Code("energy"),)), sample=False
)
CHANGED: Final = Changed(TERMS, said("期間を直した。"))
SETTLED: Final = Settled(DAY, None)
BY_CITY: Final = Signed(DAY, last=False)
BY_COMPANY: Final = Countersigned(COMPANY, DAY, last=False)
BY_BANK: Final = Countersigned(BANK, DAY, last=True)
ABANDONED: Final = Abandoned(said("事業を取りやめた。"))
AMENDED: Final = Amended(
    TERMS, said("分野を加えた。"), said("事業が広がった。"), tuple(Signature(each, DAY) for each in (1, 2, 3))
)
NOTICE: Final = NoticeGiven(BANK, NOTICE_BY, said("店を閉じる。"))
NOTICE_BACK: Final = NoticeWithdrawn(BANK, NOTICE_BY, said("店を続ける。"))
STEP_BACK: Final = StepCorrected(Stage.DRAFTED, said("誤って記録した。"))
RENEWED: Final = Renewed(Renewal.AUTOMATIC, date(2028, 3, 31), None)
EXPIRED: Final = Ended(End.EXPIRED, None, END, said("期間が満了した。"))
BY_CONSENT: Final = replace(EXPIRED, how=End.BY_CONSENT)
ATTACHED: Final = Attached(OTHER_PROPOSAL)
DETACHED: Final = Detached(OTHER_PROPOSAL, said("別の協定による。"))

SIGNING: Final = (DRAFTED, SETTLED, BY_COMPANY)
EFFECTIVE: Final = (DRAFTED, ATTACHED, SETTLED, BY_CITY, BY_COMPANY, BY_BANK)
CARRIED: Final = ProjectNamed(UUID(int=61), PROPOSAL)
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.DRAFTED: (DRAFTED, SETTLED, CHANGED),
    Stage.SETTLED: (DRAFTED, SETTLED),
    Stage.SIGNING: SIGNING,
    Stage.IN_EFFECT: EFFECTIVE,
    Stage.ENDED: (*EFFECTIVE, BY_CONSENT),
    Stage.ABANDONED: (DRAFTED, ABANDONED),
}
WISHES: Final[Mapping[str, object]] = {
    "agreement.drafted": DRAFTED,
    "agreement.changed": CHANGED,
    "agreement.settled": SETTLED,
    "agreement.signed": BY_CITY,
    "agreement.countersigned": BY_COMPANY,
    "agreement.abandoned": ABANDONED,
    "agreement.amended": AMENDED,
    "agreement.notice_given": NOTICE,
    "agreement.notice_withdrawn": NOTICE_BACK,
    "agreement.renewed": RENEWED,
    "agreement.ended": BY_CONSENT,
    "agreement.attached": Attached(PROPOSAL),
    "agreement.detached": DETACHED,
    "agreement.project_named": CARRIED,
    "agreement.project_dropped": ProjectDropped(CARRIED.project),
    "agreement.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "agreement.drafted": row(Stage, new=GRANTED, rest=AlreadyThere),
    "agreement.changed": row(Stage, new=NotFound, drafted=GRANTED, settled=GRANTED, rest=WrongStage),
    "agreement.settled": row(Stage, new=NotFound, drafted=GRANTED, settled=NOTHING, rest=WrongStage),
    "agreement.signed": row(
        Stage, new=NotFound, settled=GRANTED, signing=GRANTED, in_effect=NOTHING, ended=NOTHING, rest=WrongStage
    ),
    "agreement.countersigned": row(
        Stage, new=NotFound, settled=GRANTED, signing=NOTHING, in_effect=NOTHING, ended=NOTHING, rest=WrongStage
    ),
    "agreement.abandoned": row(
        Stage, new=NotFound, abandoned=NOTHING, in_effect=WrongStage, ended=WrongStage, rest=GRANTED
    ),
    "agreement.amended": row(Stage, new=NotFound, in_effect=GRANTED, rest=WrongStage),
    "agreement.notice_given": row(Stage, new=NotFound, in_effect=GRANTED, rest=WrongStage),
    "agreement.notice_withdrawn": row(Stage, new=NotFound, in_effect=PartUnfitting, rest=WrongStage),
    "agreement.renewed": row(Stage, new=NotFound, in_effect=GRANTED, rest=WrongStage),
    "agreement.ended": row(Stage, new=NotFound, in_effect=GRANTED, ended=NOTHING, rest=WrongStage),
    "agreement.attached": row(Stage, new=NotFound, ended=WrongStage, abandoned=WrongStage, rest=GRANTED),
    "agreement.project_named": row(Stage, new=NotFound, ended=WrongStage, abandoned=WrongStage, rest=GRANTED),
    "agreement.project_dropped": row(Stage, new=NotFound, rest=NOTHING),
    "agreement.step_corrected": row(Stage, new=NotFound, drafted=NOTHING, settled=WrongStage, rest=GRANTED),
    "agreement.detached": row(Stage, new=NotFound, in_effect=GRANTED, ended=WrongStage, rest=NOTHING),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(AGREEMENT.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(AGREEMENT, HISTORIES[stage]).stage is stage
    outcome = given(AGREEMENT, *HISTORIES[stage]).when(AGREEMENT.decide, SAPPORO, WISHES[wish])
    judge(outcome, TABLE[wish][stage], WISHES[wish])


# --- what is agreed --------------------------------------------------------------------------------------------------


def drafted(kind: AgreementKind = AgreementKind.COMPREHENSIVE, **terms: object) -> Drafted:
    return Drafted(kind, None, None, replace(TERMS, **terms), sample=False)  # type: ignore[arg-type]


@pytest.mark.parametrize("fields", [(), ("energy",), ("energy", "energy")])
def test_a_comprehensive_agreement_covers_several_fields(fields: tuple[str, ...]) -> None:
    wish = drafted(fields=tuple(map(Code, fields)))
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).refused(PartMissing, field="terms.fields")


@pytest.mark.parametrize("fields", [(), ("energy", "welfare")])
def test_an_agreement_on_a_project_covers_one_field(fields: tuple[str, ...]) -> None:
    wish = drafted(AgreementKind.PROJECT, fields=tuple(map(Code, fields)))
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).refused(PartMissing, field="terms.fields")


@pytest.mark.parametrize("kind", [AgreementKind.MEMORANDUM, AgreementKind.CONTRACT])
@pytest.mark.parametrize("fields", [(), ("energy",), ("energy", "welfare")])
def test_memoranda_and_contracts_are_free_in_their_fields(kind: AgreementKind, fields: tuple[str, ...]) -> None:
    wish = drafted(kind, fields=tuple(map(Code, fields)))
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).then(wish)


def test_a_comprehensive_agreement_is_about_no_single_proposal() -> None:
    wish = replace(DRAFTED, proposal=PROPOSAL)
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).refused(PartUnfitting, field="proposal")


@pytest.mark.parametrize("sides", [(0,), (1, 2), (0, 0), ()], ids=["alone", "without the city", "city twice", "none"])
def test_the_city_and_somebody_else_are_parties(sides: tuple[int, ...]) -> None:
    wish = drafted(signatories=tuple(PARTIES[each] for each in sides), duties=())
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).refused(PartMissing, field="terms.signatories")


@pytest.mark.parametrize(
    ("terms", "error", "field"),
    [
        ({"duties": (Duty(4, said("誰か")),)}, PartUnfitting, "terms.duties.party"),
        ({"duties": (Duty(0, said("誰か")),)}, PartUnfitting, "terms.duties.party"),
        ({"fields": (Code("welfare"), Code("ski_jumping"))}, CodeUnknown, "terms.fields"),
        ({"plan_fields": (Code("purpose_economy"),)}, CodeUnknown, "terms.planFields"),
        ({"begins_on": date(2027, 4, 1)}, DateInvalid, "terms.endsOn"),
        ({"ends_on": None, "notice_days": None}, PartMissing, "terms.endsOn"),
        ({"ends_on": None, "renewal": Renewal.NONE}, PartMissing, "terms.endsOn"),
        ({"notice_days": -1}, DateInvalid, "terms.noticeDays"),
        ({"notice_days": 367}, DateInvalid, "terms.noticeDays"),
        ({"notice_days": 28, "renewal_months": 1}, DateInvalid, "terms.noticeDays"),
        ({"notice_days": 365, "renewal_months": 12}, DateInvalid, "terms.noticeDays"),
        ({"notice_days": 365}, DateInvalid, "terms.noticeDays"),
        ({"notice_days": 10, "begins_on": date(2027, 3, 22)}, DateInvalid, "terms.noticeDays"),
        ({"renewal_months": 0}, PartUnfitting, "terms.renewalMonths"),
        ({"renewal_months": 601}, PartUnfitting, "terms.renewalMonths"),
        ({"renewal_months": 12, "renewal": Renewal.NONE}, PartUnfitting, "terms.renewalMonths"),
        ({"goals": (said("目標"),) * 101}, TooMany, "terms.goals"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused_wherever_they_are_written(
    terms: dict[str, object], error: type[PartUnfitting], field: str
) -> None:
    wrong = replace(TERMS, **terms)  # type: ignore[arg-type]
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, replace(DRAFTED, terms=wrong)).refused(error, field=field)
    given(AGREEMENT, DRAFTED).when(AGREEMENT.decide, SAPPORO, replace(CHANGED, terms=wrong)).refused(error, field=field)
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, replace(AMENDED, terms=wrong)).refused(
        error, field=field
    )


@pytest.mark.parametrize(
    "terms",
    [
        {"notice_days": 27, "renewal_months": 1},
        {"notice_days": 364},
        {"notice_days": 364, "renewal_months": 12},
        {"notice_days": 366, "renewal": Renewal.BY_AGREEMENT},
        {"notice_days": 366, "begins_on": None},
        {"notice_days": 9, "begins_on": date(2027, 3, 22)},
    ],
)
def test_a_notice_fits_into_each_period_that_it_goes_on_for_by_itself(terms: dict[str, Any]) -> None:
    wish = drafted(**terms)
    given(AGREEMENT).when(AGREEMENT.decide, SAPPORO, wish).then(wish)


# --- who has signed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_it_takes_effect_with_the_last_signature_and_not_before(order: tuple[int, ...]) -> None:
    by = (BY_CITY, BY_COMPANY, BY_BANK)
    signatures = [replace(by[each], last=place == 2) for place, each in enumerate(order)]
    stages = [fold(AGREEMENT, (DRAFTED, SETTLED, *signatures[:size])).stage for size in range(4)]
    assert stages == [Stage.SETTLED, Stage.SIGNING, Stage.SIGNING, Stage.IN_EFFECT]
    for size, signature in enumerate(signatures):
        before = given(AGREEMENT, DRAFTED, SETTLED, *signatures[:size])
        before.when(AGREEMENT.decide, SAPPORO, signature).then(signature)
        lie = replace(signature, last=not signature.last)
        before.when(AGREEMENT.decide, SAPPORO, lie).refused(PartUnfitting, field="last")


@pytest.mark.parametrize("party", [0, CITY, 4])
def test_only_another_party_countersigns(party: int) -> None:
    wish = Countersigned(party, DAY, last=False)
    given(AGREEMENT, DRAFTED, SETTLED).when(AGREEMENT.decide, SAPPORO, wish).refused(PartUnfitting, field="party")


def test_a_change_needs_the_consent_of_all_anew() -> None:
    given(AGREEMENT, DRAFTED, SETTLED, CHANGED).when(AGREEMENT.decide, SAPPORO, BY_CITY).refused(
        WrongStage, stage="drafted", possible="settled, signing"
    )


@pytest.mark.parametrize("signed", [(1, 2), (1, 2, 2), (1, 2, 3, 3), ()])
def test_an_amendment_is_signed_by_every_party_once(signed: tuple[int, ...]) -> None:
    wish = replace(AMENDED, signed=tuple(Signature(each, DAY) for each in signed))
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, wish).refused(PartMissing, field="signed")


# --- how long it holds -----------------------------------------------------------------------------------------------


def test_a_notice_comes_in_time() -> None:
    late = replace(NOTICE, on=date(2027, 3, 2))
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, late).refused(DateInvalid, field="on")
    given(AGREEMENT, *EFFECTIVE, NOTICE).when(AGREEMENT.decide, SAPPORO, NOTICE).nothing()
    stranger = replace(NOTICE, party=4)
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, stranger).refused(PartUnfitting, field="party")


def test_it_goes_on_by_itself_only_where_the_terms_say_so_and_nobody_gave_notice() -> None:
    given(AGREEMENT, *EFFECTIVE, NOTICE).when(AGREEMENT.decide, SAPPORO, RENEWED).refused(PartUnfitting, field="how")
    by_agreement = replace(RENEWED, how=Renewal.BY_AGREEMENT)
    given(AGREEMENT, *EFFECTIVE, NOTICE).when(AGREEMENT.decide, SAPPORO, by_agreement).then(by_agreement)
    fixed = replace(DRAFTED, terms=replace(TERMS, renewal=Renewal.NONE))
    given(AGREEMENT, fixed, *EFFECTIVE[1:]).when(AGREEMENT.decide, SAPPORO, RENEWED).refused(PartUnfitting, field="how")
    nothing = replace(RENEWED, how=Renewal.NONE)
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, nothing).refused(PartUnfitting, field="how")


def test_it_is_renewed_for_longer_and_for_a_period_of_its_own() -> None:
    shorter = replace(RENEWED, ends_on=date(2027, 3, 30))
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, shorter).refused(DateInvalid, field="endsOn")
    endless = replace(
        DRAFTED, terms=replace(TERMS, begins_on=None, ends_on=None, renewal=Renewal.NONE, notice_days=None)
    )
    given(AGREEMENT, endless, *EFFECTIVE[1:]).when(AGREEMENT.decide, SAPPORO, RENEWED).refused(DateInvalid)
    given(AGREEMENT, *EFFECTIVE, RENEWED).when(AGREEMENT.decide, SAPPORO, RENEWED).nothing()
    again, by_agreement = replace(NOTICE, on=date(2028, 3, 1)), replace(RENEWED, how=Renewal.BY_AGREEMENT)
    given(AGREEMENT, *EFFECTIVE, NOTICE, by_agreement).when(AGREEMENT.decide, SAPPORO, again).then(again)


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "months", "until"),
    [
        (DAY, END, None, date(2028, 3, 31)),
        (date(2026, 4, 1), date(2029, 3, 31), None, date(2032, 3, 31)),
        (date(2026, 4, 1), date(2027, 4, 1), None, date(2028, 4, 1)),
        (date(2026, 8, 31), date(2027, 2, 28), None, date(2027, 8, 31)),
        (date(2026, 10, 31), date(2026, 11, 29), None, date(2026, 12, 29)),
        (None, END, None, date(2028, 3, 29)),
        (DAY, END, 1, date(2027, 4, 30)),
        (DAY, END, 36, date(2030, 3, 31)),
        (DAY, date(2028, 2, 28), 12, date(2029, 2, 28)),
        (None, date(2027, 1, 30), 1, date(2027, 2, 28)),
    ],
    ids=[
        "a fiscal year", "three years", "a year and a day", "the last of a short month", "thirty days",
        "from the last signature", "a month", "three years as agreed", "to a leap day's eve", "into a short month",
    ],
)  # fmt: skip
def test_it_goes_on_by_itself_as_long_as_was_agreed(
    begins_on: date | None, ends_on: date, months: int | None, until: date
) -> None:
    terms = replace(TERMS, begins_on=begins_on, ends_on=ends_on, renewal_months=months)
    last = replace(BY_BANK, on=date(2026, 4, 2)) if begins_on is None else BY_BANK
    effective = given(AGREEMENT, replace(DRAFTED, terms=terms), SETTLED, BY_CITY, BY_COMPANY, last)
    right = Renewed(Renewal.AUTOMATIC, until, None)
    effective.when(AGREEMENT.decide, SAPPORO, right).then(right)
    for days in (-1, 1):
        wrong = replace(right, ends_on=until + timedelta(days=days))
        effective.when(AGREEMENT.decide, SAPPORO, wrong).refused(DateInvalid, field="endsOn")
        free = replace(wrong, how=Renewal.BY_AGREEMENT)
        effective.when(AGREEMENT.decide, SAPPORO, free).then(free)


def test_each_renewal_is_as_long_as_the_first_period_whatever_an_amendment_repeats() -> None:
    by_agreement = Renewed(Renewal.BY_AGREEMENT, date(2027, 6, 30), None)
    longer = replace(AMENDED, terms=replace(TERMS, ends_on=date(2031, 3, 31)))
    named = replace(AMENDED, terms=replace(TERMS, renewal_months=6))
    for before, until in (
        ((RENEWED,), date(2029, 3, 31)),
        ((by_agreement,), date(2028, 6, 30)),
        ((longer,), date(2032, 3, 31)),
        ((RENEWED, AMENDED), date(2028, 3, 31)),
        ((named,), date(2027, 9, 30)),
    ):
        wish = replace(RENEWED, ends_on=until)
        given(AGREEMENT, *EFFECTIVE, *before).when(AGREEMENT.decide, SAPPORO, wish).then(wish)


def test_terms_that_tell_no_length_are_renewed_by_agreement_alone() -> None:
    ended_before = replace(DRAFTED, terms=replace(TERMS, begins_on=None, ends_on=date(2026, 3, 31)))
    effective = given(AGREEMENT, ended_before, *EFFECTIVE[1:])
    effective.when(AGREEMENT.decide, SAPPORO, RENEWED).refused(PartUnfitting, field="how")
    free = replace(RENEWED, how=Renewal.BY_AGREEMENT)
    effective.when(AGREEMENT.decide, SAPPORO, free).then(free)
    beyond = replace(DRAFTED, terms=replace(TERMS, ends_on=date.max - timedelta(days=1)))
    last = replace(RENEWED, ends_on=date.max)
    given(AGREEMENT, beyond, *EFFECTIVE[1:]).when(AGREEMENT.decide, SAPPORO, last).refused(PartUnfitting, field="how")


def test_it_expires_only_where_it_does_not_go_on_by_itself() -> None:
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, EXPIRED).refused(PartUnfitting, field="how")
    given(AGREEMENT, *EFFECTIVE, NOTICE).when(AGREEMENT.decide, SAPPORO, EXPIRED).then(EXPIRED)
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, BY_CONSENT).then(BY_CONSENT)
    for renewal in (Renewal.NONE, Renewal.BY_AGREEMENT):
        fixed = replace(DRAFTED, terms=replace(TERMS, renewal=renewal))
        given(AGREEMENT, fixed, *EFFECTIVE[1:]).when(AGREEMENT.decide, SAPPORO, EXPIRED).then(EXPIRED)
    again = replace(EXPIRED, on=RENEWED.ends_on)
    given(AGREEMENT, *EFFECTIVE, NOTICE, replace(RENEWED, how=Renewal.BY_AGREEMENT)).when(
        AGREEMENT.decide, SAPPORO, again
    ).refused(PartUnfitting, field="how")


def test_notice_and_end_lie_after_the_last_signature() -> None:
    before, effective = DAY - timedelta(days=1), given(AGREEMENT, *EFFECTIVE)
    for wish in (NOTICE, BY_CONSENT, replace(EXPIRED, how=End.TERMINATED, party=BANK)):
        effective.when(AGREEMENT.decide, SAPPORO, replace(wish, on=before)).refused(DateInvalid, field="on")
        effective.when(AGREEMENT.decide, SAPPORO, replace(wish, on=DAY)).then(replace(wish, on=DAY))


def test_of_a_log_from_before_days_were_bounded_the_next_day_is_the_first_of_the_calendar() -> None:
    old = replace(DRAFTED, terms=replace(TERMS, begins_on=None, ends_on=date(1, 1, 5), notice_days=366))
    assert fold(AGREEMENT, (old,)).next_day == date.min
    assert fold(AGREEMENT, (old, *EFFECTIVE[1:])).notice_until == date.min
    assert next_day(date(1, 1, 5), Renewal.AUTOMATIC, 4, noticed=False) == date.min
    assert next_day(date(1, 1, 5), Renewal.AUTOMATIC, 3, noticed=False) == date(1, 1, 2)


def test_what_to_think_of_next_is_the_notice_then_the_end() -> None:
    assert fold(AGREEMENT, EFFECTIVE).next_day == NOTICE_BY
    assert fold(AGREEMENT, (*EFFECTIVE, NOTICE)).next_day == END
    assert fold(AGREEMENT, (*EFFECTIVE, RENEWED)).next_day == date(2028, 3, 1)
    fixed = replace(DRAFTED, terms=replace(TERMS, renewal=Renewal.NONE))
    assert fold(AGREEMENT, (fixed, *EFFECTIVE[1:])).next_day == END


def test_it_ends_as_it_is_said_to() -> None:
    early = replace(EXPIRED, on=date(2027, 3, 30))
    nameless = Ended(End.TERMINATED, None, DAY, said("違反があった。"))
    for wish, error, field in (
        (early, DateInvalid, "on"),
        (nameless, PartMissing, "party"),
        (replace(nameless, party=4), PartUnfitting, "party"),
        (replace(EXPIRED, party=CITY), PartUnfitting, "party"),
    ):
        given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, wish).refused(error, field=field)
    for wish in (replace(nameless, party=CITY), Ended(End.BY_CONSENT, None, DAY, said("合意した。"))):
        given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, wish).then(wish)


# --- what was entered wrongly ----------------------------------------------------------------------------------------

STILL_SIGNING: Final = EFFECTIVE[:-1]


def back(to: Stage) -> StepCorrected:
    return replace(STEP_BACK, to=to)


def test_the_signature_that_completed_it_is_taken_back_and_the_others_stay() -> None:
    early, late = date(2026, 3, 1), date(2026, 4, 9)
    signed = (Countersigned(BANK, early, last=False), Signed(late, last=False), Countersigned(COMPANY, DAY, last=True))
    again = fold(AGREEMENT, (*EFFECTIVE[:3], *signed, NOTICE, back(Stage.SIGNING)))
    assert (again.stage, set(again.signed), again.effective_on) == (Stage.SIGNING, {BANK, CITY}, late)
    assert (again.notices, again.trail) == ({}, (Stage.DRAFTED, Stage.SETTLED))
    anew = replace(signed[-1], on=date(2026, 4, 12))
    there = given(AGREEMENT, *EFFECTIVE[:3], *signed, back(Stage.SIGNING))
    there.when(AGREEMENT.decide, SAPPORO, anew).then(anew)
    assert fold(AGREEMENT, (*there.events, anew)).effective_on == anew.on


@pytest.mark.parametrize("before", [STILL_SIGNING, EFFECTIVE, (*EFFECTIVE, BY_CONSENT)])
@pytest.mark.parametrize("to", [Stage.DRAFTED, Stage.SETTLED])
def test_before_its_signatures_nobody_has_signed_so_that_terms_can_be_changed(
    before: tuple[object, ...], to: Stage
) -> None:
    state = fold(AGREEMENT, (*before, back(to)))
    assert (state.stage, state.signed, state.effective_on) == (to, frozenset(), None)
    assert state.proposals == {OTHER_PROPOSAL}
    there = given(AGREEMENT, *before, back(to))
    there.when(AGREEMENT.decide, SAPPORO, CHANGED).then(CHANGED)
    signatures = (CHANGED, SETTLED, BY_CITY, BY_COMPANY)
    given(AGREEMENT, *there.events, *signatures).when(AGREEMENT.decide, SAPPORO, BY_BANK).then(BY_BANK)


def test_an_end_that_was_none_leaves_it_in_effect_with_its_signatures_and_notices() -> None:
    ended = (*EFFECTIVE, NOTICE, CARRIED, Ended(End.TERMINATED, BANK, END, said("違反")))
    state = fold(AGREEMENT, (*ended, back(Stage.IN_EFFECT)))
    assert state == replace(fold(AGREEMENT, ended[:-1]))
    given(AGREEMENT, *ended, back(Stage.IN_EFFECT)).when(AGREEMENT.decide, SAPPORO, EXPIRED).then(EXPIRED)


def test_what_was_given_up_by_mistake_goes_on_where_it_stood() -> None:
    given_up = (*STILL_SIGNING, ABANDONED)
    assert fold(AGREEMENT, (*given_up, back(Stage.SIGNING))) == fold(AGREEMENT, STILL_SIGNING)
    given(AGREEMENT, DRAFTED, SETTLED, ABANDONED).when(AGREEMENT.decide, SAPPORO, back(Stage.SIGNING)).refused(
        NeverStoodThere, field="to", stage="signing", possible="drafted, settled"
    )
    given(AGREEMENT, *given_up).when(AGREEMENT.decide, SAPPORO, back(Stage.IN_EFFECT)).refused(NeverStoodThere)


@pytest.mark.parametrize("later", [AMENDED, RENEWED])
def test_what_holds_by_a_later_word_of_the_parties_does_not_lose_its_first_signatures(later: object) -> None:
    for over in ((), (BY_CONSENT,)):
        there = given(AGREEMENT, *EFFECTIVE, later, *over)
        for to in (Stage.DRAFTED, Stage.SETTLED, Stage.SIGNING):
            there.when(AGREEMENT.decide, SAPPORO, back(to)).refused(PartUnfitting, field="to")
    ended = given(AGREEMENT, *EFFECTIVE, later, BY_CONSENT)
    ended.when(AGREEMENT.decide, SAPPORO, back(Stage.IN_EFFECT)).then(back(Stage.IN_EFFECT))


def test_what_its_proposals_are_told_follows_from_where_it_stands() -> None:
    fixed = replace(DRAFTED, terms=replace(TERMS, renewal=Renewal.NONE))
    expired = (fixed, *EFFECTIVE[1:], EXPIRED)
    told = {
        (DRAFTED,): (True, False),
        STILL_SIGNING: (True, False),
        EFFECTIVE: (False, True),
        expired: (False, True),
        (*EFFECTIVE, BY_CONSENT): (False, False),
        (DRAFTED, ABANDONED): (False, False),
        (*expired, back(Stage.SETTLED)): (True, False),
        (*EFFECTIVE, BY_CONSENT, back(Stage.IN_EFFECT)): (False, True),
    }
    assert {before: fold(AGREEMENT, before).stands for before in told} == told


def test_a_notice_that_is_taken_back_lets_it_go_on_by_itself() -> None:
    noticed = given(AGREEMENT, *EFFECTIVE, NOTICE)
    noticed.when(AGREEMENT.decide, SAPPORO, NOTICE_BACK).then(NOTICE_BACK)
    early = replace(NOTICE_BACK, on=NOTICE_BY - timedelta(days=1))
    noticed.when(AGREEMENT.decide, SAPPORO, early).refused(DateInvalid, field="on")
    noticed.when(AGREEMENT.decide, SAPPORO, replace(NOTICE_BACK, party=CITY)).refused(PartUnfitting, field="party")
    noticed.when(AGREEMENT.decide, SAPPORO, replace(NOTICE_BACK, party=4)).refused(PartUnfitting, field="party")
    taken = given(AGREEMENT, *EFFECTIVE, NOTICE, NOTICE_BACK)
    assert taken.state.next_day == NOTICE_BY
    taken.when(AGREEMENT.decide, SAPPORO, NOTICE_BACK).nothing()
    taken.when(AGREEMENT.decide, SAPPORO, RENEWED).then(RENEWED)
    taken.when(AGREEMENT.decide, SAPPORO, EXPIRED).refused(PartUnfitting, field="how")
    taken.when(AGREEMENT.decide, SAPPORO, NOTICE).then(NOTICE)
    given(AGREEMENT, *taken.events, NOTICE).when(AGREEMENT.decide, SAPPORO, NOTICE_BACK).then(NOTICE_BACK)
    by_city = replace(NOTICE, party=CITY)
    both = fold(AGREEMENT, (*EFFECTIVE, NOTICE, by_city, NOTICE_BACK))
    assert (set(both.notices), both.next_day) == ({CITY}, END)


# --- what it covers --------------------------------------------------------------------------------------------------


def test_only_a_comprehensive_agreement_covers_several_proposals() -> None:
    given(AGREEMENT, ON_ONE).when(AGREEMENT.decide, SAPPORO, ATTACHED).refused(PartUnfitting, field="proposal")
    leaving = Detached(PROPOSAL, said("別の協定による。"))
    given(AGREEMENT, ON_ONE).when(AGREEMENT.decide, SAPPORO, leaving).refused(PartUnfitting, field="proposal")
    assert fold(AGREEMENT, (*EFFECTIVE, Attached(PROPOSAL))).proposals == {PROPOSAL, OTHER_PROPOSAL}
    assert fold(AGREEMENT, (*EFFECTIVE, DETACHED)).proposals == frozenset()
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, ATTACHED).nothing()


def test_only_a_comprehensive_agreement_covers_several_projects_and_another_only_the_work_on_its_proposal() -> None:
    second = replace(CARRIED, project=UUID(int=62))
    strange = replace(CARRIED, proposal=UUID(int=63))
    given(AGREEMENT, *EFFECTIVE, CARRIED).when(AGREEMENT.decide, SAPPORO, second).then(second)
    given(AGREEMENT, *EFFECTIVE).when(AGREEMENT.decide, SAPPORO, strange).then(strange)
    about = replace(ON_ONE, proposal=PROPOSAL)
    given(AGREEMENT, about).when(AGREEMENT.decide, SAPPORO, CARRIED).then(CARRIED)
    given(AGREEMENT, about, CARRIED).when(AGREEMENT.decide, SAPPORO, second).refused(PartUnfitting, field="agreement")
    given(AGREEMENT, about).when(AGREEMENT.decide, SAPPORO, strange).refused(PartUnfitting, field="agreement")
    without = replace(about, proposal=None)
    given(AGREEMENT, without).when(AGREEMENT.decide, SAPPORO, strange).then(strange)
    leaving = ProjectDropped(CARRIED.project)
    given(AGREEMENT, about, CARRIED).when(AGREEMENT.decide, SAPPORO, leaving).then(leaving)
    given(AGREEMENT, about, CARRIED, leaving).when(AGREEMENT.decide, SAPPORO, second).then(second)
