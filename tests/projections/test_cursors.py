"""A cursor leads back to its place, and anything else is refused with advice."""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec
import pytest

from projections.cursors import CursorInvalid, Cursors, FirstInvalid, page_size


class Key(NamedTuple):
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    id: UUID


CURSORS = Cursors("inbox", Key)
PLACE = Key(datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC), UUID(int=7))


def forged(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_cursor_leads_back_to_its_place() -> None:
    assert CURSORS.read(CURSORS.write(PLACE)) == PLACE


def test_a_cursor_is_one_word_that_needs_no_escaping() -> None:
    assert set(CURSORS.write(PLACE)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_without_a_cursor_a_list_begins_at_its_beginning() -> None:
    assert CURSORS.read(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "a",
        "札幌",
        "%%%%",
        CURSORS.write(PLACE)[:-3],
        CURSORS.write(PLACE) + "!",
        CURSORS.write(PLACE) * 20,
        Cursors("timeline", Key).write(PLACE),
        forged("inbox"),
        forged("inbox", ["2026-11-01T09:30:00", str(UUID(int=7))]),
        forged("inbox", ["2026-11-01T09:30:00Z", "7"]),
        forged("inbox", ["2026-11-01T09:30:00Z", str(UUID(int=7)), 1]),
        forged("inbox", ["9999999-11-01T09:30:00Z", str(UUID(int=7))]),
        base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(),
    ],
)
def test_anything_else_is_refused_with_advice(cursor: str) -> None:
    with pytest.raises(CursorInvalid) as refused:
        CURSORS.read(cursor)

    assert refused.value.code == "CURSOR_INVALID"
    assert "endCursor" in refused.value.message("en")
    assert "endCursor" in refused.value.message("ja")


def test_a_page_has_1_to_100_items() -> None:
    assert [page_size(1), page_size(100)] == [1, 100]
    for first in (-1, 0, 101, 2**40):
        with pytest.raises(FirstInvalid):
            page_size(first)
