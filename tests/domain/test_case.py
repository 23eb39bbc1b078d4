"""Every command of a case from every stage, and what a case must tell."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.case import (
    CASE,
    MOST,
    Benefit,
    Closed,
    Content,
    LabelledDate,
    Origin,
    Partner,
    Published,
    Resource,
    ResourceKind,
    Revised,
    ShownAgain,
    Side,
    Stage,
    StepCorrected,
    Withdrawn,
)
from domain.dialogue import Asset
from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    NeverStoodThere,
    NotFound,
    PartMissing,
    TooMany,
    WrongStage,
)
from domain.values import Code, Day
from tests.domain.facts import SAPPORO, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

CONTENT: Final = Content(said("見守り協定"), said("配達の人が声をかける。"), Code("agreement"), (Code("welfare"),))
PUBLISHED: Final = Published(UUID(int=40), Origin.DESK, CONTENT, None, None, sample=False)
IMPORTED: Final = replace(
    PUBLISHED, origin=Origin.IMPORTED, content=replace(CONTENT, source=said("公民連携ガイドライン 事例集"))
)
REVISED: Final = Revised(replace(CONTENT, method=Code("pilot")), said("手法を直した。"))
CLOSED: Final = Closed(said("三年で終えた。"))
WITHDRAWN: Final = Withdrawn(said("連携先が公開に同意しない。"))
AGAIN: Final = ShownAgain(Stage.OPEN, UUID(int=40), Origin.DESK, CONTENT, None, sample=False)
STEP_BACK: Final = StepCorrected(Stage.OPEN, said("終わっていなかった。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.OPEN: (PUBLISHED,),
    Stage.CLOSED: (PUBLISHED, CLOSED),
    Stage.WITHDRAWN: (PUBLISHED, WITHDRAWN),
}
WISHES: Final[Mapping[str, object]] = {
    "case.published": PUBLISHED,
    "case.revised": REVISED,
    "case.closed": CLOSED,
    "case.withdrawn": WITHDRAWN,
    "case.shown_again": AGAIN,
    "case.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "case.published": row(Stage, new=GRANTED, rest=AlreadyThere),
    "case.revised": row(Stage, new=NotFound, withdrawn=WrongStage, rest=GRANTED),
    "case.closed": row(Stage, new=NotFound, open=GRANTED, closed=NOTHING, rest=WrongStage),
    "case.withdrawn": row(Stage, new=NotFound, withdrawn=NOTHING, rest=GRANTED),
    "case.shown_again": row(Stage, new=NotFound, withdrawn=GRANTED, rest=WrongStage),
    "case.step_corrected": row(Stage, new=NotFound, open=NOTHING, closed=GRANTED, rest=WrongStage),
}
ENTRIES: Final[Mapping[str, Any]] = {
    "fields": Code("welfare"),
    "partners": Partner(said("青森県民生活協同組合"), participant=False),
    "dates": LabelledDate(said("協定"), Day(date(2025, 4, 1)), planned=False),
    "resources": Resource(Side.PARTNER, ResourceKind.PEOPLE, said("配達の人")),
    "benefits": Benefit(Side.THIRD_PARTY, said("安心")),
    "outcomes": said("四十件の声かけ"),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(CASE.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(CASE, HISTORIES[stage]).stage is stage
    outcome = given(CASE, *HISTORIES[stage]).when(CASE.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def test_each_stage_is_reached_by_a_command_and_left() -> None:
    reached = {}
    for stage, history in HISTORIES.items():
        outcomes = [given(CASE, *history).when(CASE.decide, SAPPORO, wish).events for wish in WISHES.values()]
        reached[stage] = {fold(CASE, (*history, *events)).stage for events in outcomes} - {stage}
    assert reached == {
        Stage.NEW: {Stage.OPEN},
        Stage.OPEN: {Stage.CLOSED, Stage.WITHDRAWN},
        Stage.CLOSED: {Stage.OPEN, Stage.WITHDRAWN},
        Stage.WITHDRAWN: {Stage.OPEN},
    }


def test_what_was_withdrawn_is_shown_again_where_it_stood_and_nowhere_else() -> None:
    closed = replace(AGAIN, to=Stage.CLOSED)
    ended, open_ = given(CASE, PUBLISHED, CLOSED, WITHDRAWN), given(CASE, PUBLISHED, WITHDRAWN)
    ended.when(CASE.decide, SAPPORO, closed).then(closed)
    ended.when(CASE.decide, SAPPORO, AGAIN).refused(NeverStoodThere, field="to", stage="open", possible="closed")
    open_.when(CASE.decide, SAPPORO, closed).refused(NeverStoodThere, field="to", possible="open")
    there = fold(CASE, (PUBLISHED, CLOSED, WITHDRAWN, closed))
    assert (there.stage, there.trail) == (Stage.CLOSED, (Stage.OPEN,))
    given(CASE, PUBLISHED, CLOSED, WITHDRAWN, closed).when(CASE.decide, SAPPORO, STEP_BACK).then(STEP_BACK)


def test_what_is_shown_again_tells_all_that_a_case_must_tell() -> None:
    given(CASE, IMPORTED, WITHDRAWN).when(CASE.decide, SAPPORO, AGAIN).refused(PartMissing, field="source")
    wrong = replace(AGAIN, content=replace(CONTENT, method=Code("handshake")))
    given(CASE, PUBLISHED, WITHDRAWN).when(CASE.decide, SAPPORO, wrong).refused(CodeUnknown, field="method")


def test_a_closed_case_that_is_revised_stays_closed() -> None:
    assert fold(CASE, (PUBLISHED, CLOSED, REVISED)).stage is Stage.CLOSED


def test_an_imported_case_names_the_document_it_comes_from() -> None:
    given(CASE).when(CASE.decide, SAPPORO, IMPORTED).then(IMPORTED)
    given(CASE).when(CASE.decide, SAPPORO, replace(IMPORTED, content=CONTENT)).refused(PartMissing, field="source")


def test_an_imported_case_keeps_its_source_when_it_is_revised() -> None:
    given(CASE, IMPORTED).when(CASE.decide, SAPPORO, REVISED).refused(PartMissing, field="source")
    with_source = replace(REVISED, content=IMPORTED.content)
    given(CASE, IMPORTED).when(CASE.decide, SAPPORO, with_source).then(with_source)
    given(CASE, IMPORTED, CLOSED).when(CASE.decide, SAPPORO, REVISED).refused(PartMissing, field="source")


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (replace(CONTENT, method=Code("handshake")), "method", "handshake"),
        (replace(CONTENT, fields=(Code("welfare"), Code("ski_jumping"))), "fields", "ski_jumping"),
    ],
)
def test_method_and_fields_are_those_that_all_cities_share(content: Content, field: str, value: str) -> None:
    given(CASE).when(CASE.decide, SAPPORO, replace(PUBLISHED, content=content)).refused(
        CodeUnknown, field=field, value=value
    )
    given(CASE, PUBLISHED).when(CASE.decide, SAPPORO, replace(REVISED, content=content)).refused(
        CodeUnknown, field=field, value=value
    )


@pytest.mark.parametrize("name", ENTRIES)
def test_a_list_holds_a_hundred_entries_and_not_one_more(name: str) -> None:
    entries: Any = (ENTRIES[name],) * MOST
    full = replace(CONTENT, **{name: entries})
    given(CASE).when(CASE.decide, SAPPORO, replace(PUBLISHED, content=full)).then(replace(PUBLISHED, content=full))
    one_more: Any = (*entries, ENTRIES[name])
    over = replace(CONTENT, **{name: one_more})
    given(CASE).when(CASE.decide, SAPPORO, replace(PUBLISHED, content=over)).refused(
        TooMany, field=name, count=101, limit=100
    )


def test_a_case_tells_every_kind_of_resource_that_a_dialogue_records() -> None:
    assert {kind.value for kind in ResourceKind} == {asset.value for asset in Asset}


@pytest.mark.parametrize("side", Side)
def test_only_the_city_and_its_partners_bring_resources_in(side: Side) -> None:
    brought = Resource(side, ResourceKind.MONEY, said("寄附"))
    content = replace(CONTENT, resources=(brought,))
    published, revised = replace(PUBLISHED, content=content), replace(REVISED, content=content)
    outcomes = (
        given(CASE).when(CASE.decide, SAPPORO, published),
        given(CASE, PUBLISHED).when(CASE.decide, SAPPORO, revised),
    )
    if side is Side.THIRD_PARTY:
        for outcome in outcomes:
            outcome.refused(CodeUnknown, field="resources.side", value="third_party", known="city, partner")
    else:
        outcomes[0].then(published)
        outcomes[1].then(revised)
