"""How something ended is not wished away: the same wish again is granted, another is told where it stands."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest

from domain import agreement, challenge, consultation, dialogue, proposal
from domain.errors import WrongStage
from domain.process import Process
from domain.values import Code
from tests.domain.facts import SAPPORO
from tests.domain.given import given
from tests.golden.examples import FULL

PROPOSAL, CHALLENGE, DIALOGUE = proposal.PROPOSAL, challenge.CHALLENGE, dialogue.DIALOGUE
AGREEMENT, CONSULTATION = agreement.AGREEMENT, consultation.CONSULTATION

SIGNED: Final = ("agreement.drafted", "agreement.settled", "agreement.signed", "agreement.countersigned")
ENDS: Final[dict[str, tuple[Process[Any], tuple[str, ...], dict[str, Any]]]] = {
    "refused on another ground": (
        PROPOSAL,
        ("proposal.received", "proposal.refused"),
        {"ground": proposal.Ground.OTHER},
    ),
    "handed over to another department": (
        PROPOSAL,
        ("proposal.received", "proposal.referred"),
        {"destination": proposal.Destination.DEPARTMENT, "department": UUID(int=77), "code": None},
    ),
    "handed over to another programme": (
        PROPOSAL,
        ("proposal.received", "proposal.referred"),
        {"destination": proposal.Destination.PROGRAMME, "department": None, "code": Code("dx_lab")},
    ),
    "closed with another result": (
        CHALLENGE,
        ("challenge.raised", "challenge.published", "challenge.closed"),
        {"result": challenge.Result.NO_LONGER_PURSUED},
    ),
    "the dialogue ended otherwise": (
        DIALOGUE,
        ("dialogue.invited", "dialogue.accepted", "dialogue.ended"),
        {"ending": dialogue.Ending.PROPOSER_LEFT},
    ),
    "the agreement ended otherwise": (
        AGREEMENT,
        (*SIGNED, "agreement.ended"),
        {"how": agreement.End.BY_CONSENT, "party": None},
    ),
    "another proposal grew out of it": (
        CONSULTATION,
        ("consultation.received", "consultation.became_proposal"),
        {"proposal": UUID(int=78)},
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_it_ended_stays_and_who_wishes_otherwise_is_told(name: str) -> None:
    process, topics, otherwise = ENDS[name]
    past = [FULL[topic] for topic in topics]
    contrary = replace(past[-1], **otherwise)
    assert contrary != past[-1]
    given(process, *past).when(process.decide, SAPPORO, past[-1]).nothing()
    given(process, *past).when(process.decide, SAPPORO, contrary).refused(WrongStage)
