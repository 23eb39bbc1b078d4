"""Whatever was stored once loads for ever: the exact bytes of every event, in files that never change (promise 8)."""

import json
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.challenge import Result
from domain.circumstances import Circumstances
from domain.errors import Unreadable
from domain.events import EVENTS, SHAPES, Upcast
from domain.values import Audience, Typed
from tenants.mapper import decode
from tests.domain.histories import of
from tests.domain.shapes import parts, values
from tests.golden.examples import BARE, EXAMPLES, FILE, MINIMAL, WHOLE, Example, sealed
from tests.golden.write import FOLDER, NAMES, catalogues, state

FILES: Final = {path.name.removesuffix(".json"): path for path in sorted(FOLDER.glob("*.json"))}
NAMED: Final = pytest.mark.parametrize("name", EXAMPLES)


def topic_of(name: str) -> str:
    return name.removesuffix(".minimal")


def stored(path: Path) -> bytes:
    """The state bytes of a golden file: all but the line end that editors want."""
    content = path.read_bytes()
    assert content.endswith(b"}\n")
    return content[:-1]


# --- every topic has its files -----------------------------------------------------------------------------------


def test_every_event_has_a_golden_file_and_every_golden_file_an_event() -> None:
    assert {topic_of(name) for name in FILES} == set(EVENTS)
    assert set(FILES) == set(EXAMPLES)


@pytest.mark.parametrize("topic", EVENTS)
def test_the_full_example_leaves_nothing_out(topic: str) -> None:
    left_out = [path for path, value in values(EXAMPLES[topic]) if value is None or value == ()]
    assert left_out == []


@pytest.mark.parametrize("topic", EVENTS)
def test_an_event_that_may_leave_something_out_has_a_minimal_example_that_does(topic: str) -> None:
    optional = {path for path, kind in parts(EVENTS[topic], "") if kind is type(None)}
    lists = {path.partition("[]")[0] for path, _ in parts(EVENTS[topic], "") if "[]" in path}
    expected = {path for path in optional | lists if "[]" not in path}
    assert (topic in MINIMAL) is bool(expected)
    if topic in MINIMAL:
        assert {path for path, value in values(MINIMAL[topic]) if value is None or value == ()} == expected


# --- the stored bytes mean what they meant -----------------------------------------------------------------------


@NAMED
def test_a_golden_file_is_read_as_the_event_that_was_written(name: str) -> None:
    found = decode(topic_of(name), stored(FILES[name]))
    shape = SHAPES.get(topic_of(name), 1)
    assert (found.shape, Example(found.circumstances, found.event)) == (shape, EXAMPLES[name])
    assert type(found.event) is EVENTS[topic_of(name)]


@NAMED
def test_an_event_is_written_as_in_its_golden_file(name: str) -> None:
    assert state(EXAMPLES[name]) == stored(FILES[name])


@pytest.mark.parametrize("topic", EVENTS)
def test_a_field_that_has_a_default_may_be_missing_in_what_was_stored(topic: str) -> None:
    name = f"{topic}.minimal" if topic in MINIMAL else topic
    example = Example(BARE, EXAMPLES[name].event)
    raw = json.loads(state(example))
    drop_defaults(raw["circumstances"], example.circumstances)
    drop_defaults(raw["event"], example.event)
    found = decode(topic, json.dumps(raw).encode())
    assert Example(found.circumstances, found.event) == example


def drop_defaults(raw: Any, value: Any) -> None:
    """Take out of the stored form, at every depth, what equals its default."""
    if is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if inner == field.default:
                del raw[field.name]
            else:
                drop_defaults(raw[field.name], inner)


@pytest.mark.parametrize("topic", sorted(EVENTS))
@settings(deadline=None, max_examples=10)
@given(st.data())
def test_any_event_is_read_back_as_it_was_written(topic: str, data: st.DataObject) -> None:
    example = Example(data.draw(of(Circumstances)), data.draw(of(EVENTS[topic])))
    found = decode(topic, state(example))
    assert Example(found.circumstances, found.event) == example


# --- names inside the events -------------------------------------------------------------------------------------


def test_no_stored_name_of_an_enumeration_or_catalogue_changes() -> None:
    golden = json.loads(NAMES.read_text("utf-8"))
    assert golden == catalogues()


# --- older shapes ------------------------------------------------------------------------------------------------

INVENTED: Final = FOLDER / "older" / "invented.json"
CLOSED: Final = EVENTS["challenge.closed"]


def name_the_result(older: dict[str, Any]) -> dict[str, Any]:
    """Shape 2 (invented for this test) tells how it ended instead of whether it was solved."""
    return {"ended": "answered" if older["solved"] else "unanswered", "remark": older["remark"]}


def call_it_result_and_note(older: dict[str, Any]) -> dict[str, Any]:
    """Shape 3 (invented for this test) has other field names."""
    return {"result": older["ended"], "note": older["remark"]}


LATER_SHAPES: Final = {"challenge.closed": 3}
LATER_UPCASTS: Final[dict[tuple[str, int], Upcast]] = {
    ("challenge.closed", 1): name_the_result,
    ("challenge.closed", 2): call_it_result_and_note,
}


def test_every_shape_that_an_event_once_had_has_a_golden_file_that_loads() -> None:
    older = {path.name.removesuffix(".json"): path for path in INVENTED.parent.glob("*.json") if path != INVENTED}
    assert set(older) == {f"{topic}.{shape}" for topic, present in SHAPES.items() for shape in range(1, present)}
    for name, path in older.items():
        topic = name.rpartition(".")[0]
        assert type(decode(topic, stored(path)).event) is EVENTS[topic]


def test_an_older_shape_is_brought_up_to_the_present_one_step_by_step() -> None:
    found = decode("challenge.closed", stored(INVENTED), LATER_SHAPES, LATER_UPCASTS)
    note = sealed("note", Audience.PUBLIC)
    assert found.shape == 3
    assert Example(found.circumstances, found.event) == Example(WHOLE, CLOSED(Result.ANSWERED, note))


def test_an_older_shape_without_its_upcast_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        decode("challenge.closed", stored(INVENTED), LATER_SHAPES, {("challenge.closed", 2): call_it_result_and_note})
    with pytest.raises(Unreadable):
        decode("challenge.closed", stored(INVENTED))


def test_a_shape_newer_than_the_program_is_unreadable_for_upcast_topics_too() -> None:
    newer = state(EXAMPLES["challenge.closed"]).replace(b'"shape":1', b'"shape":4')
    with pytest.raises(Unreadable):
        decode("challenge.closed", newer, LATER_SHAPES, LATER_UPCASTS)


# --- what cannot be read -----------------------------------------------------------------------------------------

GOOD: Final = state(EXAMPLES["proposal.closed"])


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        GOOD.replace(b'"shape":1', b'"shape":2'),
        GOOD.replace(b'"shape":1', b'"shape":"1"'),
        GOOD.replace(b'"reason"', b'"reasons"'),
        GOOD.replace(b'"audience":"desk"', b'"audience":"everybody"'),
        GOOD.replace(b'"key":"5b1f2f60', b'"key":"zzzzzzzz'),
        GOOD.replace(b'"commitment":"', b'"commitment":"!'),
        GOOD.replace(b'"channel":"telephone"', b'"channel":"pigeon"'),
    ],
)
def test_bytes_that_are_no_event_are_unreadable_and_name_the_topic(bad: bytes) -> None:
    assert bad != GOOD
    with pytest.raises(Unreadable) as refused:
        decode("proposal.closed", bad)
    assert str(refused.value.details["topic"]).startswith("proposal.closed")


def test_a_topic_that_nobody_knows_is_unreadable() -> None:
    with pytest.raises(Unreadable) as refused:
        decode("proposal.vanished" * 1000, GOOD)
    assert len(str(refused.value.details["topic"])) == 100


def test_a_value_that_was_not_sealed_is_never_written() -> None:
    unsealed = replace(EXAMPLES["proposal.closed"].event, reason=Typed("佐藤", FILE, Audience.DESK))
    with pytest.raises(TypeError):
        state(Example(BARE, unsealed))
