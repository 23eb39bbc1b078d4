"""The rules of a proposal on its way: drafts, checklist, opinions, who decides, corrections, rest."""

from dataclasses import fields, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyThere,
    AssessmentMissing,
    ChecklistOpen,
    CodeUnknown,
    CouncilDecides,
    DecisionUnprepared,
    InterestOfDecider,
    IsSuspended,
    NeverStoodThere,
    NoCouncil,
    NotEligible,
    PartMissing,
    PartUnfitting,
    ReasonsNotTold,
    WrongStage,
)
from domain.policy import (
    USUAL_PURPOSE,
    Escalation,
    IntakeField,
    OrganisationKind,
    Policy,
    Preparation,
    PurposeOfUse,
    Screening,
)
from domain.proposal import (
    PROPOSAL,
    Assessed,
    Checked,
    CheckedItem,
    CityMoney,
    DecidedBy,
    Drafted,
    DraftEdited,
    OpinionsAsked,
    Outcome,
    Stage,
    named_adopted,
    require_impartial,
)
from domain.values import Code
from tests.domain.facts import AOMORI, COOPERATION_OFFICE, PROPOSER, SAPPORO, SATO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.test_proposal_stages import (
    ADOPTED,
    ASKED,
    ASSESSED,
    CHECKED,
    CLOSED,
    COMPLETED,
    CORRECTED,
    DECLINED,
    DRAFTED,
    EDITED,
    ESCALATED,
    HISTORIES,
    INTERESTED,
    MATCHED,
    NO_INTEREST,
    OPINION,
    RECEIVED,
    RECEIVED_ANEW,
    RECOMMENDED,
    REFERRED,
    REFUSED,
    RESUMED,
    RETURNED,
    RULES,
    SCREENED,
    STEP_BACK,
    SUSPENDED,
    TALKED,
    TOLD,
    TURNED_AWAY,
    WITHDRAWN,
)

EVERY: Final = tuple(Preparation)
TALKING: Final = HISTORIES[Stage.IN_DIALOGUE]
INTAKE: Final = SAPPORO.intake
SCREENING: Final = AOMORI.screening
assert INTAKE is not None
assert SCREENING is not None
SESSION, ITEM, NEXT_ITEM = UUID(int=81), UUID(int=82), UUID(int=83)
BY_COUNCIL: Final = replace(ADOPTED, decided_by=DecidedBy.COUNCIL, council_session=SESSION, agenda_item=ITEM)

AT_COUNCIL: Final = replace(CORRECTED, decided_by=DecidedBy.COUNCIL, council_session=SESSION, agenda_item=ITEM)


def escalating(**rules: Any) -> Policy:
    assert INTAKE is not None
    return replace(RULES, escalation=Escalation(INTAKE.provenance, **rules))


# --- drafts and those who are turned away ------------------------------------------------------------------------


def test_a_draft_is_received_once_by_the_party_that_began_it() -> None:
    given(PROPOSAL, DRAFTED, EDITED).when(PROPOSAL.decide, SAPPORO, RECEIVED).then(RECEIVED)
    assert fold(PROPOSAL, (DRAFTED, EDITED)).proposer == PROPOSER
    given(PROPOSAL, DRAFTED, EDITED, RECEIVED).when(PROPOSAL.decide, SAPPORO, RECEIVED).refused(AlreadyThere)


@pytest.mark.parametrize("draft", [DRAFTED, EDITED])
def test_a_draft_says_nothing_that_the_city_does_not_know(draft: Any) -> None:
    before = () if draft is DRAFTED else (DRAFTED,)
    changes: tuple[dict[str, Any], ...] = ({"track": Code("magic")}, {"plan_fields": (Code("magic"),)})
    for change in changes:
        given(PROPOSAL, *before).when(PROPOSAL.decide, SAPPORO, replace(draft, **change)).refused(CodeUnknown)
    individual = replace(draft, organisation_kind=OrganisationKind.INDIVIDUAL)
    given(PROPOSAL, *before).when(PROPOSAL.decide, AOMORI, individual).refused(NotEligible)


def test_only_those_who_may_not_propose_are_turned_away() -> None:
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, TURNED_AWAY).then(TURNED_AWAY)
    company = replace(TURNED_AWAY, organisation_kind=OrganisationKind.COMPANY)
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, company).refused(CodeUnknown, known="individual")
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, TURNED_AWAY).refused(CodeUnknown, known="")


def test_nothing_about_the_person_stands_in_the_event_of_being_turned_away() -> None:
    assert set(TURNED_AWAY.__dataclass_fields__) == {"organisation_kind", "kind", "sample"}


# --- what a city asks for at intake ------------------------------------------------------------------------------

GIVEN: Final = {
    IntakeField.ORGANISATION_KANA: said("きたのゆき"),
    IntakeField.CONTACT_NAME: said("鈴木"),
    IntakeField.CONTACT_KANA: said("すずき"),
    IntakeField.CONTACT_DEPARTMENT: said("営業"),
    IntakeField.CONTACT: said("suzuki@example.jp"),
    IntakeField.CITY_MONEY: CityMoney.NONE,
    IntakeField.TRACK: Code("partnership"),
    IntakeField.BRINGS: said("機材"),
    IntakeField.WANTS: said("場所"),
    IntakeField.PLAN_FIELDS: (Code("vision_snow"),),
    IntakeField.PURPOSE: 1,
}


@pytest.mark.parametrize("field", IntakeField)
def test_what_a_city_asks_for_is_missed_and_taken_when_it_is_given(field: IntakeField) -> None:
    assert INTAKE is not None
    policy = replace(RULES, tracks=AOMORI.tracks, intake=replace(INTAKE, required=(field,)))
    given(PROPOSAL).when(PROPOSAL.decide, policy, RECEIVED).refused(PartMissing, field=field.shown)
    told: dict[str, Any] = {field.value: GIVEN[field]}
    received = replace(RECEIVED, **told)
    given(PROPOSAL).when(PROPOSAL.decide, policy, received).then(received)


@pytest.mark.parametrize("change", [{"track": Code("magic")}, {"plan_fields": (Code("magic"),)}])
def test_tracks_and_fields_are_those_of_the_policy(change: dict[str, Any]) -> None:
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, replace(RECEIVED, **change)).refused(CodeUnknown)


def with_purpose(version: int) -> Policy:
    assert INTAKE is not None
    return replace(SAPPORO, purpose_of_use=PurposeOfUse(version, USUAL_PURPOSE.text, INTAKE.provenance))


def test_the_statement_of_purpose_is_accepted_in_the_version_in_force() -> None:
    given(PROPOSAL).when(PROPOSAL.decide, with_purpose(1), replace(RECEIVED, purpose=1)).then(
        replace(RECEIVED, purpose=1)
    )
    given(PROPOSAL).when(PROPOSAL.decide, with_purpose(2), replace(RECEIVED, purpose=1)).refused(
        CodeUnknown, field="purpose", known="2"
    )


def test_the_statement_of_purpose_may_not_be_left_out_where_the_city_has_one() -> None:
    outcome = given(PROPOSAL).when(PROPOSAL.decide, with_purpose(2), RECEIVED)
    outcome.refused(
        PartMissing, field="purpose", problem="name the version of the statement of purpose that was accepted: 2"
    )
    given(PROPOSAL).when(PROPOSAL.decide, replace(SAPPORO, purpose_of_use=None), RECEIVED).then(RECEIVED)


@pytest.mark.parametrize("part", ["contact_name", "contact_kana", "contact_department", "contact"])
def test_a_draft_that_names_a_person_says_which_statement_of_purpose_was_accepted(part: str) -> None:
    draft = Drafted(
        kind=Code("free"), organisation_kind=OrganisationKind.COMPANY, organisation=said("見本株式会社"),
        title=said("雪の冷熱"), proposer=RECEIVED.proposer,
    )  # fmt: skip
    edited = DraftEdited(**{each.name: getattr(draft, each.name) for each in fields(DraftEdited)})
    person: dict[str, Any] = {part: said("佐藤")}
    for history, begun in (((), draft), ((draft,), edited)):
        there = given(PROPOSAL, *history)
        there.when(PROPOSAL.decide, with_purpose(2), begun).then(begun)
        there.when(PROPOSAL.decide, with_purpose(2), replace(begun, **person)).refused(PartMissing, field="purpose")
        there.when(PROPOSAL.decide, with_purpose(2), replace(begun, purpose=1)).refused(CodeUnknown, known="2")
        whole = replace(begun, **person, purpose=2)
        there.when(PROPOSAL.decide, with_purpose(2), whole).then(whole)


# --- checklist and opinions --------------------------------------------------------------------------------------


def checked(*items: tuple[str, bool]) -> Checked:
    return Checked(tuple(CheckedItem(Code(code), met=met, note=None) for code, met in items), None)


def test_only_items_of_the_citys_list_are_checked_each_once() -> None:
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, RULES, checked(("magic", True))).refused(
        CodeUnknown, known="useful, able"
    )
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, RULES, checked(("able", True), ("able", False))).refused(
        PartUnfitting
    )
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, RULES, checked()).refused(PartMissing)
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, SAPPORO, CHECKED).refused(CodeUnknown, known="")


def test_screening_waits_for_the_checklist_only_where_the_city_says_so() -> None:
    assert SCREENING is not None
    strict = replace(RULES, screening=Screening(SCREENING.provenance, SCREENING.items, all_met=True))
    part = (RECEIVED, CHECKED, checked(("able", False)))
    given(PROPOSAL, *part).when(PROPOSAL.decide, RULES, SCREENED).then(SCREENED)
    given(PROPOSAL, *part).when(PROPOSAL.decide, strict, SCREENED).refused(ChecklistOpen, items="able")
    whole = (*part, checked(("able", True)))
    given(PROPOSAL, *whole).when(PROPOSAL.decide, strict, SCREENED).then(SCREENED)
    later = (*whole, checked(("useful", False)))
    outcome = given(PROPOSAL, *later).when(PROPOSAL.decide, strict, SCREENED)
    outcome.refused(ChecklistOpen, items="useful", items_ja=SCREENING.items[0].name.ja)
    assert outcome.refusal is not None
    assert f": {SCREENING.items[0].name.ja}。" in outcome.refusal.message("ja")


def test_a_department_answers_when_it_was_asked_and_may_answer_anew() -> None:
    other = replace(OPINION, department=COOPERATION_OFFICE)
    given(PROPOSAL, RECEIVED, ASKED).when(PROPOSAL.decide, RULES, OPINION).then(OPINION)
    given(PROPOSAL, RECEIVED, ASKED).when(PROPOSAL.decide, RULES, other).refused(PartUnfitting, field="department")
    given(PROPOSAL, RECEIVED, ASKED, OPINION).when(PROPOSAL.decide, RULES, OPINION).then(OPINION)
    assert fold(PROPOSAL, (RECEIVED, ASKED)).asked == {WELFARE_DIVISION}
    assert fold(PROPOSAL, (RECEIVED, ASKED, OPINION)).asked == frozenset()
    nobody = OpinionsAsked((), said("?"), None)
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, RULES, nobody).refused(PartMissing, field="departments")


# --- who decides -------------------------------------------------------------------------------------------------


def assessed(**told: Any) -> Assessed:
    return replace(ASSESSED, **{"city_money": CityMoney.ASKED, "amount": 0, **told})


EXACT: Final = assessed(amount=1_000_000)
MATCHES: Final = [
    ({"amount_from": 1_000_000}, EXACT, "amount"),
    ({"high_occupancy": True}, assessed(high_occupancy=True), "high_occupancy"),
    ({"personal_data": True}, assessed(personal_data=True), "personal_data"),
    ({"amount_from": 1, "personal_data": True}, replace(EXACT, personal_data=True), "amount, personal_data"),
    ({"amount_from": 1, "personal_data": True}, replace(EXACT, personal_data=None), "amount"),
    ({"departments_from": 1}, assessed(), "departments"),
]


@pytest.mark.parametrize(("rules", "told", "grounds"), MATCHES)
def test_where_a_rule_of_the_city_matches_the_council_decides(
    rules: dict[str, Any], told: Assessed, grounds: str
) -> None:
    history = (*TALKING, told)
    given(PROPOSAL, *history).when(PROPOSAL.decide, escalating(**rules), ADOPTED).refused(
        CouncilDecides, grounds=grounds
    )
    given(PROPOSAL, *history).when(PROPOSAL.decide, escalating(**rules), BY_COUNCIL).then(BY_COUNCIL)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, ADOPTED).then(ADOPTED)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"amount_from": 1_000_000}, assessed(amount=999_999)),
        ({"amount_from": 1}, ASSESSED),  # no money of the city
        ({"high_occupancy": True}, assessed(high_occupancy=False, personal_data=True)),
        ({"personal_data": True}, assessed(high_occupancy=True, personal_data=False)),
        ({"departments_from": 2}, assessed()),
    ],
)
def test_where_no_rule_matches_the_department_decides(rules: dict[str, Any], told: Assessed) -> None:
    given(PROPOSAL, *TALKING, told).when(PROPOSAL.decide, escalating(**rules), ADOPTED).then(ADOPTED)


@pytest.mark.parametrize(
    ("rules", "grounds"),
    [
        ({"amount_from": 1}, "amount"),
        ({"high_occupancy": True}, "high_occupancy"),
        ({"personal_data": True}, "personal_data"),
    ],
)
def test_a_rule_is_not_evaded_by_not_looking(rules: dict[str, Any], grounds: str) -> None:
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, escalating(**rules), ADOPTED).refused(
        AssessmentMissing, grounds=grounds
    )


def test_departments_that_take_part_are_counted_once_each() -> None:
    both = replace(SCREENED, departments=(WELFARE_DIVISION, COOPERATION_OFFICE))
    history = (RECEIVED, both, MATCHED)
    given(PROPOSAL, *history).when(PROPOSAL.decide, escalating(departments_from=2), ADOPTED).refused(CouncilDecides)
    given(PROPOSAL, *history).when(PROPOSAL.decide, escalating(departments_from=3), ADOPTED).then(ADOPTED)


def test_what_is_brought_before_the_council_by_hand_the_department_decides_no_longer() -> None:
    history = (*TALKING, ESCALATED)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, ADOPTED).refused(CouncilDecides, grounds="by_hand")
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, BY_COUNCIL).then(BY_COUNCIL)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, ESCALATED).nothing()
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, AOMORI, ESCALATED).refused(NoCouncil)


def test_a_session_stands_only_beside_a_decision_of_the_council() -> None:
    parts: tuple[dict[str, Any], ...] = ({"council_session": SESSION}, {"agenda_item": ITEM})
    for part in parts:
        alone = replace(ADOPTED, **part)
        given(PROPOSAL, *TALKING).when(PROPOSAL.decide, RULES, alone).refused(PartUnfitting)


@pytest.mark.parametrize(("left_out", "field"), [("council_session", "councilSession"), ("agenda_item", "agendaItem")])
def test_a_decision_of_the_council_names_the_session_and_the_item(left_out: str, field: str) -> None:
    nothing: dict[str, Any] = {left_out: None}
    without = replace(BY_COUNCIL, **nothing)
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, RULES, without).refused(PartMissing, field=field)
    corrected = replace(AT_COUNCIL, **nothing)
    given(PROPOSAL, *TALKING, ADOPTED).when(PROPOSAL.decide, RULES, corrected).refused(PartMissing, field=field)


def test_an_older_decision_of_the_council_that_names_no_session_still_stands() -> None:
    older = replace(BY_COUNCIL, council_session=None, agenda_item=None)
    state = fold(PROPOSAL, (*TALKING, older))
    assert (state.stage, state.by_council, state.items) == (Stage.ADOPTED, True, frozenset())
    corrected = replace(AT_COUNCIL, outcome=Outcome.DECLINED)
    given(PROPOSAL, *TALKING, older).when(PROPOSAL.decide, RULES, corrected).then(corrected)


def test_an_item_whose_decision_was_corrected_decides_nothing_more() -> None:
    against = replace(AT_COUNCIL, agenda_item=NEXT_ITEM, outcome=Outcome.DECLINED)
    history = (*TALKING, BY_COUNCIL, against)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, AT_COUNCIL).refused(PartUnfitting, field="agendaItem")
    better_said = replace(against, reason=said("場所がない。期間も長い。"))
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, better_said).then(better_said)
    third = replace(AT_COUNCIL, agenda_item=UUID(int=84))
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, third).then(third)


def test_a_department_does_not_correct_what_the_council_decided() -> None:
    history = (*TALKING, BY_COUNCIL)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, CORRECTED).refused(CouncilDecides, grounds="council_before")
    given(PROPOSAL, *TALKING, ADOPTED).when(PROPOSAL.decide, RULES, CORRECTED).then(CORRECTED)
    for to, by_council in ((Stage.ADOPTED, True), (Stage.MATCHED, False)):
        back = fold(PROPOSAL, (*history, WITHDRAWN, replace(STEP_BACK, to=to)))
        assert (back.stage, back.by_council) == (to, by_council)


def test_nothing_grows_out_of_what_rests() -> None:
    named_adopted(fold(PROPOSAL, (*TALKING, ADOPTED)))
    with pytest.raises(IsSuspended):
        named_adopted(fold(PROPOSAL, (*TALKING, ADOPTED, SUSPENDED)))


def test_what_was_withdrawn_after_its_decision_goes_back_behind_it_by_no_correction_of_steps() -> None:
    history = (*TALKING, BY_COUNCIL, WITHDRAWN)
    for to in (Stage.RECEIVED, Stage.SCREENED, Stage.MATCHED):
        back = replace(STEP_BACK, to=to)
        given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, back).refused(NeverStoodThere, field="to")
    back = replace(STEP_BACK, to=Stage.ADOPTED)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, back).then(back)


@pytest.mark.parametrize("told", [assessed(amount=-1), replace(ASSESSED, amount=1)])
def test_an_amount_that_cannot_be_is_refused(told: Assessed) -> None:
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, RULES, told).refused(PartUnfitting, field="amount")


# --- decisions are corrected by later ones, steps with a trace ---------------------------------------------------


@pytest.mark.parametrize(("first", "outcome"), [(ADOPTED, Outcome.DECLINED), (DECLINED, Outcome.ADOPTED)])
def test_a_later_decision_takes_the_place_of_the_first(first: Any, outcome: Outcome) -> None:
    corrected = replace(CORRECTED, outcome=outcome)
    given(PROPOSAL, *TALKING, first).when(PROPOSAL.decide, RULES, corrected).then(corrected)
    after = fold(PROPOSAL, (*TALKING, first, corrected))
    assert (after.stage, after.outcome) == (Stage(outcome.value), outcome)


def test_a_correction_is_made_by_whom_the_rules_say() -> None:
    history = (*TALKING, ESCALATED, BY_COUNCIL)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, CORRECTED).refused(CouncilDecides)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, AT_COUNCIL).then(AT_COUNCIL)


def test_reasons_are_told_anew_after_a_corrected_decision() -> None:
    again = replace(CORRECTED, outcome=Outcome.DECLINED)
    history = (*TALKING, DECLINED, TOLD, again)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, CLOSED).refused(ReasonsNotTold)
    given(PROPOSAL, *history, TOLD).when(PROPOSAL.decide, RULES, CLOSED).then(CLOSED)


def test_a_step_that_is_taken_back_takes_what_it_brought() -> None:
    history = (*TALKING, ESCALATED)
    matched = fold(PROPOSAL, (*history, replace(STEP_BACK, to=Stage.MATCHED)))
    assert (matched.stage, matched.department, matched.escalated) == (Stage.MATCHED, WELFARE_DIVISION, True)
    screened = fold(PROPOSAL, (*history, replace(STEP_BACK, to=Stage.SCREENED)))
    assert (screened.department, screened.escalated, screened.screened) == (
        None,
        True,  # what was brought before the council is the council's to decide
        frozenset({WELFARE_DIVISION}),
    )
    received = fold(PROPOSAL, (*history, STEP_BACK))
    assert (received.stage, received.screened, received.earlier) == (Stage.RECEIVED, frozenset(), ())
    assert fold(PROPOSAL, (*history, STEP_BACK, REFUSED)).earlier == (Stage.RECEIVED,)
    back = replace(STEP_BACK, to=Stage.SCREENED)
    given(PROPOSAL, *history, STEP_BACK).when(PROPOSAL.decide, RULES, back).refused(WrongStage)


@pytest.mark.parametrize("ended", [(ADOPTED,), (DECLINED, TOLD), (ADOPTED, WITHDRAWN), (BY_COUNCIL,)])
def test_what_was_closed_by_mistake_is_where_it_was_and_goes_on_from_there(ended: tuple[Any, ...]) -> None:
    before = fold(PROPOSAL, (*TALKING, *ended))
    back = replace(STEP_BACK, to=before.stage)
    given(PROPOSAL, *TALKING, *ended, CLOSED).when(PROPOSAL.decide, RULES, back).then(back)
    assert replace(fold(PROPOSAL, (*TALKING, *ended, CLOSED, back)), rewritten=0) == before
    for to in {*Stage} - {before.stage, Stage.CLOSED}:
        elsewhere = replace(STEP_BACK, to=to)
        outcome = given(PROPOSAL, *TALKING, *ended, CLOSED).when(PROPOSAL.decide, RULES, elsewhere)
        outcome.refused(NeverStoodThere, field="to", possible=before.stage.value)


def test_who_was_named_by_mistake_as_having_an_interest_decides_after_all() -> None:
    told = fold(PROPOSAL, (*TALKING, INTERESTED))
    with pytest.raises(InterestOfDecider):
        require_impartial(told, SATO)
    given(PROPOSAL, *TALKING, INTERESTED).when(PROPOSAL.decide, RULES, NO_INTEREST).then(NO_INTEREST)
    require_impartial(fold(PROPOSAL, (*TALKING, INTERESTED, NO_INTEREST)), SATO)
    other = replace(NO_INTEREST, member=UUID(int=98))
    given(PROPOSAL, *TALKING, INTERESTED).when(PROPOSAL.decide, RULES, other).nothing()
    given(PROPOSAL, *TALKING, INTERESTED, NO_INTEREST).when(PROPOSAL.decide, RULES, INTERESTED).then(INTERESTED)


@pytest.mark.parametrize("after", [(RECEIVED_ANEW,), (replace(STEP_BACK, to=Stage.SCREENED), MATCHED)])
def test_what_was_put_right_is_decided_on_anew(after: tuple[Any, ...]) -> None:
    before, now = fold(PROPOSAL, TALKING), fold(PROPOSAL, (*TALKING, *after))
    assert now.rewritten == before.rewritten + 1


def test_what_is_written_anew_is_judged_as_what_is_received() -> None:
    there = given(PROPOSAL, RECEIVED)
    there.when(PROPOSAL.decide, RULES, RECEIVED_ANEW).then(RECEIVED_ANEW)
    person = replace(RECEIVED_ANEW, organisation_kind=OrganisationKind.INDIVIDUAL)
    there.when(PROPOSAL.decide, RULES, person).refused(NotEligible)
    there.when(PROPOSAL.decide, RULES, replace(RECEIVED_ANEW, kind=Code("themed"))).refused(PartMissing)
    there.when(PROPOSAL.decide, RULES, replace(RECEIVED_ANEW, kind=Code("barter"))).refused(CodeUnknown)
    assert RULES.intake is not None
    asking = replace(RULES, intake=replace(RULES.intake, required=(IntakeField.BRINGS, IntakeField.CONTACT)))
    there.when(PROPOSAL.decide, asking, RECEIVED_ANEW).refused(PartMissing, field="brings")
    brought = replace(RECEIVED_ANEW, brings=said("雪を運ぶ。"), sample=True)
    there.when(PROPOSAL.decide, asking, brought).then(brought)  # whom to ask is told elsewhere
    assert fold(PROPOSAL, (RECEIVED, brought)).sample is True


def test_a_withdrawal_entered_by_mistake_leaves_the_adoption_standing() -> None:
    back = replace(STEP_BACK, to=Stage.ADOPTED)
    history = (*TALKING, ADOPTED, WITHDRAWN)
    given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, back).then(back)
    after = fold(PROPOSAL, (*history, back))
    assert (after.stage, after.outcome) == (Stage.ADOPTED, Outcome.ADOPTED)


@pytest.mark.parametrize("decided", [ADOPTED, DECLINED])
def test_a_decision_is_never_taken_back_as_a_step(decided: Any) -> None:
    given(PROPOSAL, *TALKING, decided).when(PROPOSAL.decide, RULES, STEP_BACK).refused(WrongStage)


# --- a decline stands open until its reasons were told -----------------------------------------------------------


@pytest.mark.parametrize("money", CityMoney)
def test_a_decline_is_closed_when_the_reasons_were_told_unless_it_asked_for_money(money: CityMoney) -> None:
    history = (replace(RECEIVED, city_money=money), *TALKING[1:], DECLINED)
    outcome = given(PROPOSAL, *history).when(PROPOSAL.decide, RULES, CLOSED)
    if money is CityMoney.ASKED:
        outcome.then(CLOSED)
    else:
        outcome.refused(ReasonsNotTold)
    given(PROPOSAL, *history, TOLD).when(PROPOSAL.decide, RULES, CLOSED).then(CLOSED)


def test_a_city_that_says_nothing_of_it_closes_a_decline_at_once() -> None:
    given(PROPOSAL, *TALKING, DECLINED).when(PROPOSAL.decide, AOMORI, CLOSED).then(CLOSED)


def test_reasons_are_told_once() -> None:
    given(PROPOSAL, *TALKING, DECLINED, TOLD).when(PROPOSAL.decide, RULES, TOLD).nothing()


# --- at rest -----------------------------------------------------------------------------------------------------

RESTING: Final[list[tuple[tuple[object, ...], object]]] = [
    ((RECEIVED,), RETURNED),
    ((RECEIVED, RETURNED), COMPLETED),
    ((RECEIVED,), CHECKED),
    ((RECEIVED,), ASKED),
    ((RECEIVED,), ASSESSED),
    ((RECEIVED,), SCREENED),
    ((RECEIVED,), REFUSED),
    ((RECEIVED,), REFERRED),
    ((RECEIVED, SCREENED), MATCHED),
    ((RECEIVED, SCREENED), STEP_BACK),
    (TALKING[:3], TALKED),
    (TALKING, RECOMMENDED),
    (TALKING, ESCALATED),
    (TALKING, ADOPTED),
    ((*TALKING, ADOPTED), CORRECTED),
    ((*TALKING, ADOPTED), CLOSED),
]


@pytest.mark.parametrize(("history", "wish"), RESTING, ids=lambda each: type(each).__name__)
def test_nothing_is_done_while_it_rests_and_everything_after(history: tuple[object, ...], wish: object) -> None:
    given(PROPOSAL, *history, SUSPENDED).when(PROPOSAL.decide, RULES, wish).refused(IsSuspended)
    given(PROPOSAL, *history, SUSPENDED, RESUMED).when(PROPOSAL.decide, RULES, wish).then(wish)


@pytest.mark.parametrize("wish", [WITHDRAWN, INTERESTED])
def test_the_proposer_may_withdraw_and_an_interest_be_declared_while_it_rests(wish: object) -> None:
    given(PROPOSAL, *TALKING, SUSPENDED).when(PROPOSAL.decide, RULES, wish).then(wish)


def test_a_rest_ends_once_and_why_it_rests_is_said_anew() -> None:
    otherwise = replace(SUSPENDED, reason=said("予算の見通しが立たない。"))
    given(PROPOSAL, *TALKING, SUSPENDED).when(PROPOSAL.decide, RULES, otherwise).then(otherwise)
    given(PROPOSAL, *TALKING, SUSPENDED).when(PROPOSAL.decide, RULES, RESUMED).then(RESUMED)
    given(PROPOSAL, *TALKING, SUSPENDED, RESUMED).when(PROPOSAL.decide, RULES, RESUMED).nothing()
    assert not fold(PROPOSAL, (*TALKING, SUSPENDED, WITHDRAWN, STEP_BACK)).suspended


def test_until_when_it_rests_is_entered_anew_and_since_when_stays() -> None:
    first, second = date(2027, 1, 12), date(2027, 2, 1)
    rests = replace(SUSPENDED, on=first, until=date(2027, 3, 1))
    longer = replace(SUSPENDED, on=second, until=date(2027, 4, 1))
    given(PROPOSAL, *TALKING, rests).when(PROPOSAL.decide, RULES, longer).then(longer)
    state = fold(PROPOSAL, (*TALKING, rests, longer))
    assert (state.suspended_on, state.suspended_until) == (first, longer.until)
    again = fold(PROPOSAL, (*TALKING, rests, RESUMED, longer))
    assert again.suspended_on == second


# --- what a city wants before a decision -------------------------------------------------------------------------


def wanting(*needed: Preparation) -> Policy:
    assert RULES.decision is not None
    return replace(RULES, decision=replace(RULES.decision, needed=needed))


ANSWER: Final = replace(OPINION, department=WELFARE_DIVISION)
AT_HAND: Final = (RECEIVED, SCREENED, ASKED, ANSWER, MATCHED, RECOMMENDED, TALKED)


@pytest.mark.parametrize(
    ("missing", "events"),
    [
        ("opinions", (RECEIVED, SCREENED, MATCHED, RECOMMENDED, TALKED)),
        ("opinions", (RECEIVED, SCREENED, ASKED, MATCHED, RECOMMENDED, TALKED)),
        ("dialogue", (RECEIVED, SCREENED, ASKED, ANSWER, MATCHED, RECOMMENDED)),
        ("recommendation", (RECEIVED, SCREENED, ASKED, ANSWER, MATCHED, TALKED)),
        ("recommendation", (*AT_HAND, STEP_BACK, SCREENED, MATCHED, replace(TALKED, dialogue=PROPOSER))),
        ("opinions, dialogue, recommendation", (RECEIVED, SCREENED, MATCHED)),
    ],
)
@pytest.mark.parametrize("decision", [ADOPTED, DECLINED, BY_COUNCIL])
def test_a_city_may_want_things_before_anybody_decides(
    missing: str, events: tuple[object, ...], decision: object
) -> None:
    ready = given(PROPOSAL, *events)
    ready.when(PROPOSAL.decide, wanting(*EVERY), decision).refused(DecisionUnprepared, needed=missing)
    ready.when(PROPOSAL.decide, RULES, decision).then(decision)


@pytest.mark.parametrize("decision", [ADOPTED, DECLINED])
def test_what_was_wanted_and_is_there_stands_in_no_way(decision: object) -> None:
    given(PROPOSAL, *AT_HAND).when(PROPOSAL.decide, wanting(*EVERY), decision).then(decision)


def test_where_the_council_always_decides_the_department_does_not() -> None:
    always = escalating(always=True)
    ready = given(PROPOSAL, *TALKING)
    ready.when(PROPOSAL.decide, always, ADOPTED).refused(CouncilDecides, grounds="always")
    ready.when(PROPOSAL.decide, always, BY_COUNCIL).then(BY_COUNCIL)
