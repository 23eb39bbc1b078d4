"""Every step of a notice from every stage."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest

from domain.errors import AlreadyThere, NeverStoodThere, NotFound, PartUnfitting
from domain.errors import WrongStage as Wrong
from domain.notice import NOTICE, Drafted, Published, Reach, Redrafted, Revised, Stage, StepCorrected, Topic, Withdrawn
from tests.domain.facts import SAPPORO, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

DRAFTED: Final = Drafted(Topic.NEWS, said("窓口の開設"), said("四月に開設します。"), sample=False)
REDRAFTED: Final = Redrafted(said("窓口を開設"), said("四月一日に開設します。"))
PUBLISHED: Final = Published(Reach.PUBLIC, UUID(int=81), said("窓口を開設"), said("四月一日に開設します。"))
REVISED: Final = Revised(said("窓口を開設"), said("電話番号を加えました。"), None)
WITHDRAWN: Final = Withdrawn(said("古くなった。"))
STEP_BACK: Final = StepCorrected(Stage.DRAFTED, said("別のお知らせだった。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.DRAFTED: (DRAFTED, REDRAFTED),
    Stage.PUBLISHED: (DRAFTED, PUBLISHED, REVISED),
    Stage.WITHDRAWN: (DRAFTED, WITHDRAWN),
}
WISHES: Final[Mapping[str, object]] = {
    "notice.drafted": DRAFTED,
    "notice.redrafted": REDRAFTED,
    "notice.published": PUBLISHED,
    "notice.revised": REVISED,
    "notice.withdrawn": WITHDRAWN,
    "notice.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "notice.drafted": row(Stage, new=GRANTED, rest=AlreadyThere),
    "notice.redrafted": row(Stage, new=NotFound, drafted=GRANTED, rest=Wrong),
    "notice.published": row(Stage, new=NotFound, drafted=GRANTED, published=NOTHING, rest=Wrong),
    "notice.revised": row(Stage, new=NotFound, published=GRANTED, rest=Wrong),
    "notice.withdrawn": row(Stage, new=NotFound, withdrawn=NOTHING, rest=GRANTED),
    "notice.step_corrected": row(Stage, new=NotFound, drafted=NOTHING, withdrawn=GRANTED, rest=Wrong),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(NOTICE.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(NOTICE, HISTORIES[stage]).stage is stage
    outcome = given(NOTICE, *HISTORIES[stage]).when(NOTICE.decide, SAPPORO, WISHES[wish])
    judge(outcome, TABLE[wish][stage], WISHES[wish])


def test_training_material_is_for_the_staff_and_news_for_everybody() -> None:
    training, inside = replace(DRAFTED, topic=Topic.TRAINING), replace(PUBLISHED, reach=Reach.STAFF, public_id=None)
    given(NOTICE, training).when(NOTICE.decide, SAPPORO, PUBLISHED).refused(PartUnfitting, field="reach")
    given(NOTICE, training).when(NOTICE.decide, SAPPORO, inside).then(inside)
    given(NOTICE, DRAFTED).when(NOTICE.decide, SAPPORO, PUBLISHED).then(PUBLISHED)


def test_it_is_known_whom_it_reaches_once_it_is_shown() -> None:
    assert fold(NOTICE, (DRAFTED,)).reach is None
    assert fold(NOTICE, (DRAFTED, PUBLISHED)).reach is Reach.PUBLIC


def test_what_was_withdrawn_by_mistake_is_a_draft_that_reaches_nobody_and_keeps_its_id_outside() -> None:
    history = (DRAFTED, PUBLISHED, WITHDRAWN, STEP_BACK)
    draft = fold(NOTICE, history)
    assert (draft.stage, draft.reach, draft.public_id, draft.trail) == (Stage.DRAFTED, None, PUBLISHED.public_id, ())
    given(NOTICE, *history).when(NOTICE.decide, SAPPORO, PUBLISHED).then(PUBLISHED)
    shown = replace(STEP_BACK, to=Stage.PUBLISHED)
    for before in ((DRAFTED,), (DRAFTED, PUBLISHED)):
        there = given(NOTICE, *before, WITHDRAWN)
        there.when(NOTICE.decide, SAPPORO, shown).refused(NeverStoodThere, field="to", possible="drafted")
