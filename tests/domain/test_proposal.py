"""The rules of a proposal beside its stages: who may propose, what belongs to it, who decides."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest

from domain.errors import (
    AcceptedTwice,
    AlreadyDecided,
    AlreadyThere,
    CodeUnknown,
    NoCouncil,
    NotEligible,
    NotFound,
    PartMissing,
    PartUnfitting,
    WrongStage,
)
from domain.policy import Answering, Intake, IntakeKind, OrganisationKind, Policy
from domain.proposal import (
    PROPOSAL,
    Acceptance,
    Decided,
    DecidedBy,
    Destination,
    Outcome,
    ReceiptNumber,
    Received,
    Referred,
    Stage,
    TurnedAway,
)
from domain.values import Code
from tests.domain.facts import AOMORI, CHALLENGE, COOPERATION_OFFICE, SAPPORO, said
from tests.domain.given import fold, given
from tests.domain.test_proposal_stages import (
    ADOPTED,
    COMPLETED,
    DECLINED,
    HISTORIES,
    MATCHED,
    RECEIVED,
    RETURNED,
    SCREENED,
    TALKED,
    WITHDRAWN,
)

BOTH_CONDITIONS: Final = (Acceptance(Code("read_rules"), 1), Acceptance(Code("liability"), 2))
IN_AOMORI: Final = replace(RECEIVED, accepted=BOTH_CONDITIONS)
THEMED: Final = replace(RECEIVED, receipt=ReceiptNumber(2026, Code("themed"), 1), challenge=CHALLENGE)
BY_COUNCIL: Final = Decided(Outcome.ADOPTED, DecidedBy.COUNCIL, said("本部会議の判断。"), UUID(int=81), UUID(int=82))
TALKING: Final = HISTORIES[Stage.IN_DIALOGUE]


# --- who may propose ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in OrganisationKind if kind is not OrganisationKind.INDIVIDUAL])
def test_aomori_takes_in_every_kind_of_organisation(kind: OrganisationKind) -> None:
    received = replace(IN_AOMORI, organisation_kind=kind)
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, received).then(received)


def test_aomori_takes_nothing_from_a_private_individual() -> None:
    received = replace(IN_AOMORI, organisation_kind=OrganisationKind.INDIVIDUAL)
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, received).refused(NotEligible, kind="individual")


def test_sapporo_takes_in_a_private_individual_since_its_document_excludes_none() -> None:
    received = replace(RECEIVED, organisation_kind=OrganisationKind.INDIVIDUAL)
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, received).then(received)


# --- kinds and challenges ----------------------------------------------------------------------------------------


def test_a_kind_that_the_city_does_not_take_in_is_refused_naming_those_it_does() -> None:
    intake = SAPPORO.intake
    assert intake is not None
    only_free = replace(SAPPORO, intake=Intake(intake.provenance, {Code("free"): IntakeKind("自由提案", "Free")}, ()))
    given(PROPOSAL).when(PROPOSAL.decide, only_free, THEMED).refused(
        CodeUnknown, field="kind", value="themed", known="free"
    )
    given(PROPOSAL).when(PROPOSAL.decide, only_free, RECEIVED).then(RECEIVED)


def test_a_city_without_intake_rules_takes_nothing_in() -> None:
    given(PROPOSAL).when(PROPOSAL.decide, Policy(), RECEIVED).refused(CodeUnknown, field="kind", known="")


def test_a_themed_proposal_names_its_challenge() -> None:
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, THEMED).then(THEMED)
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, replace(THEMED, challenge=None)).refused(
        PartMissing, field="challenge"
    )


def test_a_kind_of_which_the_city_leaves_it_open_may_answer_a_challenge() -> None:
    intake = SAPPORO.intake
    assert intake is not None
    kinds = {Code("talk"): IntakeKind("まちづくり対話型", "Talk", Answering.MAY)}
    talks = replace(SAPPORO, intake=replace(intake, kinds=kinds))
    for challenge in (None, CHALLENGE):
        offered = replace(RECEIVED, receipt=ReceiptNumber(2026, Code("talk"), 1), challenge=challenge)
        given(PROPOSAL).when(PROPOSAL.decide, talks, offered).then(offered)


def test_kinds_are_listed_with_those_that_answer_a_challenge_first() -> None:
    intake = SAPPORO.intake
    assert intake is not None
    told = {"zoo": Answering.NONE, "call": Answering.ONE, "talk": Answering.MAY, "arts": Answering.NONE}
    kinds = {Code(code): IntakeKind(code, code, answering) for code, answering in told.items()}
    assert list(replace(SAPPORO, intake=replace(intake, kinds=kinds)).kinds()) == ["call", "talk", "arts", "zoo"]


def test_who_is_turned_away_is_noted_under_a_kind_that_the_city_has() -> None:
    away = TurnedAway(OrganisationKind.INDIVIDUAL, Code("free"))
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, away).then(away)
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(away, kind=Code("他人の名前"))).refused(
        CodeUnknown, field="kind", known="themed, free"
    )


def test_a_free_proposal_names_no_challenge() -> None:
    received = replace(RECEIVED, challenge=CHALLENGE)
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, received).refused(PartUnfitting, field="challenge")


# --- conditions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", BOTH_CONDITIONS)
def test_every_condition_of_the_city_must_be_accepted(left_out: Acceptance) -> None:
    accepted = tuple(item for item in BOTH_CONDITIONS if item != left_out)
    outcome = given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(RECEIVED, accepted=accepted))
    outcome.refused(PartMissing, problem=f"accept {left_out.condition} version {left_out.version}")


def test_all_conditions_that_are_missing_are_told_at_once_with_their_words() -> None:
    problem = ", ".join(f"accept {each.condition} version {each.version}" for each in BOTH_CONDITIONS[:1])
    problem = ", ".join([problem, *(f"{each.condition} version {each.version}" for each in BOTH_CONDITIONS[1:])])
    outcome = given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(RECEIVED, accepted=()))
    outcome.refused(PartMissing, problem=problem)
    with pytest.raises(PartMissing) as refused:
        PROPOSAL.decide(PROPOSAL.initial, AOMORI, replace(RECEIVED, accepted=()))
    assert all(condition.text.ja in refused.value.message("ja") for condition in AOMORI.conditions)


def test_an_older_version_of_a_condition_does_not_count() -> None:
    accepted = (BOTH_CONDITIONS[0], Acceptance(Code("liability"), 1))
    outcome = given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(RECEIVED, accepted=accepted))
    outcome.refused(PartMissing, problem="accept liability version 2")


def test_the_order_in_which_conditions_were_accepted_does_not_matter() -> None:
    received = replace(RECEIVED, accepted=BOTH_CONDITIONS[::-1])
    given(PROPOSAL).when(PROPOSAL.decide, AOMORI, received).then(received)


@pytest.mark.parametrize("beside", [Acceptance(Code("liability"), 1), Acceptance(Code("read_rules"), 2)])
def test_a_version_that_does_not_count_is_not_accepted_beside_the_one_that_does(beside: Acceptance) -> None:
    for accepted in ((beside, *BOTH_CONDITIONS), (*BOTH_CONDITIONS, beside)):
        outcome = given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(RECEIVED, accepted=accepted))
        told = f"{beside.condition} version {beside.version}"
        known = "read_rules version 1, liability version 2"
        outcome.refused(CodeUnknown, field="accepted", value=told, known=known)


@pytest.mark.parametrize("twice", BOTH_CONDITIONS)
def test_no_condition_is_accepted_twice(twice: Acceptance) -> None:
    outcome = given(PROPOSAL).when(PROPOSAL.decide, AOMORI, replace(RECEIVED, accepted=(*BOTH_CONDITIONS, twice)))
    outcome.refused(AcceptedTwice, field="accepted", condition=twice.condition)


def test_where_there_are_no_conditions_none_is_accepted() -> None:
    received = replace(RECEIVED, accepted=BOTH_CONDITIONS[:1])
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, received).refused(CodeUnknown, field="accepted", value="read_rules")


# --- completion --------------------------------------------------------------------------------------------------


def test_a_completed_proposal_stands_as_received_and_may_be_returned_again() -> None:
    completed = (RECEIVED, RETURNED, COMPLETED)
    assert fold(PROPOSAL, completed).stage is Stage.RECEIVED
    given(PROPOSAL, *completed).when(PROPOSAL.decide, SAPPORO, SCREENED).then(SCREENED)


def test_a_completion_cannot_be_entered_twice() -> None:
    given(PROPOSAL, RECEIVED, RETURNED, COMPLETED).when(PROPOSAL.decide, SAPPORO, COMPLETED).refused(
        WrongStage, stage="received", possible="returned"
    )


# --- referral ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "referred",
    [
        Referred(Destination.DEPARTMENT, COOPERATION_OFFICE, None, said("担当課が明らか。")),
        Referred(Destination.METHOD, None, Code("designated_manager"), said("指定管理の手続による。")),
        Referred(Destination.PROGRAMME, None, Code("startup_center"), said("創業の支援が合う。")),
    ],
    ids=lambda referred: str(referred.destination),
)
def test_a_proposal_may_be_referred_to_each_destination(referred: Referred) -> None:
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, AOMORI, referred).then(referred)


def test_a_referral_to_a_department_names_it() -> None:
    referred = Referred(Destination.DEPARTMENT, None, None, said("担当課が明らか。"))
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, AOMORI, referred).refused(PartMissing, field="department")


@pytest.mark.parametrize("code", ["agreement", "park_pfi"])
def test_only_a_method_with_rules_of_its_own_takes_a_referral(code: str) -> None:
    referred = Referred(Destination.METHOD, None, Code(code), said("別の制度による。"))
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, AOMORI, referred).refused(
        CodeUnknown, field="code", value=code, known="designated_manager"
    )


def test_only_a_programme_that_the_city_knows_takes_a_referral() -> None:
    referred = Referred(Destination.PROGRAMME, None, Code("dx_lab"), said("支援が合う。"))
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, AOMORI, referred).refused(
        CodeUnknown, value="dx_lab", known="startup_center"
    )


@pytest.mark.parametrize("destination", [Destination.METHOD, Destination.PROGRAMME])
def test_a_referral_to_a_method_or_a_programme_names_it(destination: Destination) -> None:
    referred = Referred(destination, None, None, said("別の制度による。"))
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, AOMORI, referred).refused(PartMissing, field="code")


def test_a_city_without_catalogues_refers_to_no_method_and_no_programme() -> None:
    for destination in (Destination.METHOD, Destination.PROGRAMME):
        referred = Referred(destination, None, Code("pfi"), said("別の制度による。"))
        given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, Policy(), referred).refused(CodeUnknown, known="")


# --- matching and dialogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.MATCHED, Stage.IN_DIALOGUE])
def test_another_department_may_take_over_and_is_talked_to_anew(stage: Stage) -> None:
    other = replace(MATCHED, department=COOPERATION_OFFICE)
    given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, SAPPORO, other).then(other)
    after = fold(PROPOSAL, (*HISTORIES[stage], other))
    assert (after.stage, after.department) == (Stage.MATCHED, COOPERATION_OFFICE)


def test_a_dialogue_is_recorded_once_and_several_may_follow() -> None:
    second = replace(TALKED, dialogue=UUID(int=22))
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, SAPPORO, TALKED).nothing()
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, SAPPORO, second).then(second)
    given(PROPOSAL, *TALKING, second).when(PROPOSAL.decide, SAPPORO, TALKED).nothing()


def test_a_dialogue_is_known_after_the_decision_too() -> None:
    given(PROPOSAL, *TALKING, ADOPTED).when(PROPOSAL.decide, SAPPORO, TALKED).nothing()


# --- decision ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(ADOPTED, DECLINED), (DECLINED, ADOPTED)])
def test_the_contrary_of_a_decision_is_refused_naming_what_was_decided(first: Decided, second: Decided) -> None:
    given(PROPOSAL, *TALKING, first).when(PROPOSAL.decide, SAPPORO, second).refused(
        AlreadyDecided, outcome=first.outcome.value
    )


@pytest.mark.parametrize("decided", [ADOPTED, DECLINED])
def test_the_same_decision_again_adds_nothing_whatever_its_reason(decided: Decided) -> None:
    given(PROPOSAL, *TALKING, decided).when(PROPOSAL.decide, SAPPORO, decided).nothing()
    again = replace(decided, reason=said("別の書き方。"))
    given(PROPOSAL, *TALKING, decided).when(PROPOSAL.decide, SAPPORO, again).nothing()


def test_the_council_decides_where_the_city_has_one() -> None:
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, SAPPORO, BY_COUNCIL).then(BY_COUNCIL)


@pytest.mark.parametrize("policy", [AOMORI, Policy()], ids=["aomori", "no policy"])
def test_no_council_decides_where_the_city_has_none(policy: Policy) -> None:
    given(PROPOSAL, *TALKING).when(PROPOSAL.decide, policy, BY_COUNCIL).refused(NoCouncil)


def test_an_adopted_proposal_that_was_withdrawn_is_not_decided_again() -> None:
    given(PROPOSAL, *TALKING, ADOPTED, WITHDRAWN).when(PROPOSAL.decide, SAPPORO, ADOPTED).refused(
        WrongStage, stage="withdrawn"
    )


# --- refusals name what they should ------------------------------------------------------------------------------


def test_nothing_is_done_to_a_proposal_that_was_never_received() -> None:
    given(PROPOSAL).when(PROPOSAL.decide, SAPPORO, WITHDRAWN).refused(NotFound)


def test_an_id_is_received_once() -> None:
    received: Received = replace(RECEIVED, title=said("別の題名"))
    given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, SAPPORO, received).refused(AlreadyThere)


def test_the_state_keeps_what_the_next_decision_needs() -> None:
    state = fold(PROPOSAL, (*TALKING, ADOPTED))
    assert (state.proposer, state.department) == (RECEIVED.proposer, MATCHED.department)
    assert (state.dialogues, state.outcome) == (frozenset({TALKED.dialogue}), Outcome.ADOPTED)
