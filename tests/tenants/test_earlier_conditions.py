"""What a proposer accepted counts as it was worded when the proposal came, though it is entered later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from domain.circumstances import Channel
from domain.consultation import Stage as Asked
from domain.errors import Refusal
from domain.policy import RuleStatus
from domain.proposal import Stage
from domain.values import Day
from tenants.commands import proposals
from tenants.commands.city import AdoptPolicy
from tenants.commands.consultations import Receive
from tenants.desk import Desk
from tenants.mapper import decode
from tenants.members import operator
from tenants.register import as_text
from tenants.tenancy import Tenancy
from tenants.wish import Entry
from tests.conftest import SAPPORO, House, city_file
from tests.tenants.test_proposals import DRAFT, desk_of, numbers

NEWER = 2
"""The version of each that the city has now; the one before is 1."""


def adopt(desk: Desk, conditions: int, purpose: int) -> None:
    """The city words its conditions and its statement of purpose anew today, in these versions."""
    known = city_file(SAPPORO)
    shown = known.policy.purpose_of_use
    assert shown is not None
    worded = replace(
        known.policy,
        conditions=tuple(replace(each, version=conditions) for each in known.policy.conditions),
        purpose_of_use=replace(shown, version=purpose),
    )
    content = as_text(replace(known, policy=worded))
    wish = AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=desk.tenancy.today())
    desk.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))


@pytest.fixture
def desk(house: House) -> Desk:
    """Sapporo's, which words its statement of purpose anew today, then its conditions as well."""
    desk = desk_of(house)
    adopt(desk, 1, NEWER)
    adopt(desk, NEWER, NEWER)
    return desk


def came(desk: Desk, days: int, version: int, **told: Any) -> Any:
    """Received so many days ago, under conditions and a purpose in that version."""
    known = city_file(SAPPORO).policy.conditions
    offered: dict[str, Any] = {
        **DRAFT,
        "summary": "冬の雪を夏に使う。",
        "contact_name": "鈴木 一郎",
        "contact": "suzuki@example.jp",
        "purpose": version,
        "accepted": tuple(proposals.Accepted(condition=each.code, version=version) for each in known),
    }
    wish = proposals.Receive(proposal=uuid4(), proposer=uuid4(), **{**offered, **told})
    day = Day(desk.tenancy.today() - timedelta(days=days))
    return desk.do(wish, Entry(uuid4(), channel=Channel.POST, occurred_on=day)).state


@pytest.mark.parametrize(("version", "purpose"), [(1, 1), (1, NEWER), (NEWER, NEWER)])
def test_a_letter_from_before_the_change_says_what_its_sender_accepted(
    house: House, desk: Desk, version: int, purpose: int
) -> None:
    assert came(desk, 1, version, purpose=purpose).stage is Stage.RECEIVED
    ((topic, stored),) = house.sql("select topic, state from renkei.events where topic = 'proposal.received'")
    received = decode(topic, bytes(stored)).event
    assert ({each.version for each in received.accepted}, received.purpose) == ({version}, purpose)


def test_a_letter_from_after_the_change_accepts_the_newer_wording(house: House, desk: Desk) -> None:
    later = desk.tenancy.today() + timedelta(days=3)
    with patch.object(Tenancy, "today", lambda _self: later):
        assert came(desk, 3, 1).stage is Stage.RECEIVED  # on the day itself both were shown
        before = numbers(house)
        with pytest.raises(Refusal, match=f"version {NEWER}"):
            came(desk, 2, 1)
        assert came(desk, 2, NEWER).stage is Stage.RECEIVED
    assert before == [1]
    assert numbers(house) == [1, 2]


@pytest.mark.parametrize(("version", "purpose"), [(NEWER, 1), (3, 3), (3, 1), (1, None)])
def test_what_was_never_shown_together_is_accepted_by_nobody(
    house: House, desk: Desk, version: int, purpose: int | None
) -> None:
    with pytest.raises(Refusal):
        came(desk, 1, version, purpose=purpose)
    assert numbers(house) == []


def test_a_draft_of_an_older_letter_names_the_purpose_that_it_was_told(desk: Desk) -> None:
    proposal, day = uuid4(), Day(desk.tenancy.today() - timedelta(days=1))
    told: dict[str, Any] = {**DRAFT, "contact_name": "鈴木 一郎"}
    draft = proposals.Draft(proposal=proposal, proposer=uuid4(), purpose=1, **told)
    assert desk.do(draft, Entry(uuid4(), channel=Channel.POST, occurred_on=day)).state.stage is Stage.DRAFT
    edited = proposals.EditDraft(proposal=proposal, purpose=NEWER, **told)
    assert desk.do(edited, Entry(uuid4(), channel=Channel.POST, occurred_on=day)).state.stage is Stage.DRAFT
    with pytest.raises(Refusal):
        desk.do(replace(edited, purpose=3), Entry(uuid4(), channel=Channel.POST, occurred_on=day))


def test_the_newest_policy_stays_the_one_that_decides(desk: Desk) -> None:
    came(desk, 1, 1)
    assert desk.tenancy.policy_place(SAPPORO) == 4
    assert desk.tenancy.policy(SAPPORO, 4).purpose.version == NEWER


def test_a_question_that_came_before_names_the_purpose_that_its_asker_was_told(desk: Desk) -> None:
    day = Day(desk.tenancy.today() - timedelta(days=1))
    told: dict[str, Any] = {"title": "道の使い方", "question": "使えますか。", "contact_name": "鈴木 一郎"}

    def ask(purpose: int) -> Any:
        asked = Receive(consultation=uuid4(), asker=uuid4(), purpose=purpose, **told)
        return desk.do(asked, Entry(uuid4(), channel=Channel.TELEPHONE, occurred_on=day)).state

    assert [ask(purpose).stage for purpose in (1, NEWER)] == [Asked.RECEIVED] * 2
    with pytest.raises(Refusal):
        ask(3)
