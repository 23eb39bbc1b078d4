"""Nobody who reads Japanese is told a code."""

from enum import StrEnum

import pytest

from domain import agreement, case, challenge, project, proposal, selection, survey
from domain.circumstances import ApprovalSystem
from domain.errors import ApprovalRequired, NotAllowed, NotEligible, WrongStage
from domain.policy import ChallengePart, IntakeField, OrganisationKind, Provision
from domain.roles import Role
from domain.words import WORDS


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
    assert needed.startswith("この市では 事例の公開 に決裁（本システム、市の文書管理システム）が必要です。")
    assert NotEligible(kind="individual").shared() == {"kind": "individual"}
