"""Every event leaves one row that shows its clear part and points at what was typed, and nothing typed is in it."""

from datetime import date
from typing import Any

import pytest

from domain.case import Content, Origin, Partner, Published
from domain.circumstances import ApprovalReference, ApprovalSystem, Channel
from domain.events import EVENTS
from domain.proposal import Decided, DecidedBy, Outcome
from domain.values import Audience, Code, Precision, Sealed
from projections.model import ENCODER, decoder
from projections.timeline import TIMELINE, TimelineRow, change
from tenants.mapper import sealed_of
from tests.golden.examples import EXAMPLES
from tests.projections.facts import FILE, SATO, SUZUKI, at, fact, words


def test_a_decision_shows_its_outcome_and_points_at_its_reason() -> None:
    reason = words("効果が見込める", Audience.PROPOSER)
    approval = ApprovalReference(ApprovalSystem.EXTERNAL, date(2026, 10, 30))

    row = change(None, fact(Decided(Outcome.ADOPTED, DecidedBy.COUNCIL, reason), 5, post=SUZUKI, approval=approval), {})

    assert row == TimelineRow(
        id=FILE,
        version=5,
        position=105,
        topic="proposal.decided",
        actor=SATO,
        policy_version=2,
        occurred_on=date(2026, 11, 1),
        precision=Precision.DAY,
        channel=Channel.DESK,
        fiscal_year=2026,
        on_behalf_of=None,
        post=SUZUKI,
        approval=approval,
        facts={"outcome": "adopted", "decided_by": "council"},
        words={"reason": reason},
        recorded_at=at(5),
    )


def test_words_inside_lists_are_told_by_their_path() -> None:
    title, summary, firm, group, outcome = map(words, ("題名", "概要", "青森銀行", "青森商工会議所", "成果"))
    partners = (Partner(firm, participant=False), Partner(group, participant=True))
    content = Content(title, summary, Code("agreement"), (Code("economy"),), partners=partners, outcomes=(outcome,))

    row = change(None, fact(Published(SUZUKI, Origin.IMPORTED, content, None, None, sample=False)), {})

    assert row is not None
    assert row.words == {
        "content.title": title,
        "content.summary": summary,
        "content.partners.0.name": firm,
        "content.partners.1.name": group,
        "content.outcomes.0": outcome,
    }
    assert row.facts == {
        "public_id": str(SUZUKI),
        "origin": "imported",
        "content": {
            "method": "agreement",
            "fields": ["economy"],
            "partners": [{"participant": False}, {"participant": True}],
            "dates": [],
            "resources": [],
            "benefits": [],
            "outcomes": [],
        },
        "sample": False,
    }


def everything(value: Any) -> list[Sealed]:
    return sorted(sealed_of(value), key=lambda sealed: sealed.commitment)


@pytest.mark.parametrize("name", EXAMPLES)
def test_of_every_event_all_words_are_pointed_at_and_the_row_can_be_kept(name: str) -> None:
    example = EXAMPLES[name]

    row = change(None, fact(example.event), {})

    assert row is not None
    assert everything(list(row.words.values())) == everything(example.event)
    assert decoder(TimelineRow).decode(ENCODER.encode([row])) == [row]


def test_the_timeline_listens_to_every_event_there_is() -> None:
    assert [topic for topic in EVENTS if not TIMELINE.listens_to(topic)] == []
