"""Nobody who reads Japanese is told a code."""

import re
from dataclasses import replace
from datetime import date
from enum import StrEnum

import pytest

from domain import agreement, case, challenge, labels, project, proposal, selection, survey
from domain.circumstances import ApprovalSystem
from domain.errors import (
    AmountExceeded,
    ApprovalRequired,
    CityCodeInvalid,
    CityUnknown,
    CodeUnknown,
    DeadlinePassed,
    DutiesMixed,
    NotAllowed,
    NotEligible,
    PartUnfitting,
    ReferenceUnsuitable,
    WrongStage,
)
from domain.events import DECIDERS
from domain.policy import ChallengePart, IntakeField, OrganisationKind, Provision
from domain.process import Process
from domain.roles import Role
from domain.words import OF_RECORD, WORDS
from tests.conftest import ROOT
from tests.domain.facts import SAPPORO, said

PARTS = ("domain", "tenants", "api")


@pytest.mark.parametrize(
    "kind",
    [
        agreement.Stage,
        survey.Stage,
        proposal.Stage,
        challenge.Stage,
        case.Stage,
        selection.Stage,
        project.Stage,
        proposal.Outcome,
        Role,
        OrganisationKind,
        IntakeField,
        ChallengePart,
        Provision,
        ApprovalSystem,
    ],
)
def test_every_code_that_people_are_told_has_a_word(kind: type[StrEnum]) -> None:
    assert {member.value for member in kind} <= WORDS.keys()


def test_the_japanese_message_says_the_words_and_the_english_one_the_codes() -> None:
    wrong = WrongStage(stage="received", possible="matched, in_dialogue")
    assert wrong.message("ja") == "現在の状態（受付済み）ではできません。できる状態: マッチング済み、対話中。"
    assert wrong.message("en") == "Not possible while the record is received; possible from: matched, in_dialogue."
    assert NotAllowed(needed="approver, department_officer").message("ja").endswith("必要な役割: 決裁者、担当課。")
    assert "個人" in NotEligible(kind="individual").message("ja")
    needed = ApprovalRequired(act="publish_case", possible="internal, external").message("ja")
    assert needed.startswith("この市では、事例の公開に決裁（本システム、市の文書管理システム）が必要です。")
    assert NotEligible(kind="individual").shared() == {"kind": "individual"}


def test_a_stage_is_called_as_its_kind_of_record_calls_it() -> None:
    state = replace(challenge.CHALLENGE.initial, stage=challenge.Stage.RETURNED)
    with pytest.raises(WrongStage) as found:
        challenge.CHALLENGE.decide(state, SAPPORO, challenge.Extended(date(2026, 12, 1), said("問合せが多い")))
    assert found.value.message("ja") == "現在の状態（差戻し）ではできません。できる状態: 公表中。"
    assert found.value.shared() == {"stage": "returned", "possible": "published"}
    with pytest.raises(ReferenceUnsuitable) as other:
        challenge.CHALLENGE.named(state, challenge.Stage.PUBLISHED)
    assert "現在「差戻し」です" in other.value.message("ja")
    assert WrongStage(stage="returned", possible="").message("ja").startswith("現在の状態（補正待ち）")


@pytest.mark.parametrize("key", OF_RECORD)
def test_a_word_of_one_kind_of_record_is_that_of_a_stage_it_has_and_differs(key: str) -> None:
    kind, _, stage = key.partition(".")
    (process,) = (each for each in DECIDERS if each.name == kind)
    assert isinstance(process, Process)
    assert stage in {str(each) for step in process.steps.values() for each in (*step.since, *step.to)}
    assert OF_RECORD[key] != WORDS[stage]


def test_passing_the_contact_on_is_called_what_it_is() -> None:
    assert labels.in_japanese("shareContact") == "連絡先の他の自治体への提供"


def test_sums_of_money_are_said_in_groups_of_three_digits() -> None:
    over = AmountExceeded(field="amount", amount=6_000_000, limit=5_000_000)
    assert "合計 6,000,000 円になり、上限の 5,000,000 円を" in over.message("ja")
    assert "6,000,000 yen; there are 5,000,000." in over.message("en")
    assert over.shared()["amount"] == 6_000_000


def test_a_request_for_budget_that_was_refused_is_not_adopted_and_no_proposal_turned_away() -> None:
    refused = ReferenceUnsuitable(field="request", stage="not_granted", possible="requested")
    assert "現在「不採択」です" in refused.message("ja")


def test_days_are_said_by_the_era_in_japanese_and_as_numbers_in_english() -> None:
    mixed = DutiesMixed(day="2027-04-01", roles="auditor, desk_officer")
    assert mixed.message("ja").startswith("令和9年（2027年）4月1日以降、監査と")
    assert mixed.message("en").startswith("From 2027-04-01 ")
    assert DeadlinePassed(day=date(2019, 5, 1)).message("ja").startswith("令和元年（2019年）5月1日で締め切られて")


def test_what_does_not_fit_is_said_by_its_reason_and_the_field_is_named() -> None:
    unfitting = PartUnfitting(
        field="session", problem="2 of its agenda are decided", problem_ja="議決した議題があります"
    )
    assert unfitting.message("ja") == "議決した議題があります（「会議」の指定）。"
    assert unfitting.message("en") == "session: 2 of its agenda are decided."


def test_what_was_typed_stands_in_japanese_quotes() -> None:
    for error in (
        CodeUnknown(field="kind", value="aa", known="free"),
        CityCodeInvalid(value="aa"),
        CityUnknown(city="aa"),
    ):
        assert "「aa」" in error.message("ja")
        assert "'" not in error.message("ja")


def test_no_refusal_in_japanese_says_a_day_as_a_number() -> None:
    """A day that stands in one is written out by the one function for it."""
    raw = re.compile(r"_ja=f\"[^\"]*\{(?:[a-z_.]*(?:_on|_until)|(?:[a-z_]+\.)*(?:today|day|first|last|since))\}")
    found = {
        path: raw.findall(path.read_text(encoding="utf-8")) for part in PARTS for path in (ROOT / part).rglob("*.py")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}
