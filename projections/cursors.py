"""Where a page of a list ends: an opaque word that the next request gives back (ページ送り).

It holds the sort key of the last item, so that a page begins right after it, whatever was added in between. It says for
which list it was made, and is read strictly: it comes from outside.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

import msgspec

from domain.errors import Invalid

K = TypeVar("K")

MOST: Final = 100
"""Most items of one page."""
LONGEST: Final = 500
"""Longest cursor, in characters."""


class CursorInvalid(Invalid):
    """A cursor that was not made for this list, or was changed on its way."""

    en: ClassVar[str] = "after: this is no cursor of this list. Take `endCursor` of the page before, or leave it out."
    ja: ClassVar[str] = "after: この一覧のカーソルではありません。前のページの endCursor を使うか、省いてください。"


class FirstInvalid(Invalid):
    """A page size that is not offered."""

    en: ClassVar[str] = "first: {first} items cannot be given at once. Ask for 1 to {most}."
    ja: ClassVar[str] = "first: 一度に {first} 件は返せません。1 から {most} までにしてください。"


@dataclass(frozen=True, slots=True)
class Cursors(Generic[K]):
    """The cursors of one list. ``key`` is a named tuple of the sort columns."""

    list_name: str
    key: type[K]

    def write(self, key: K) -> str:
        """The cursor of an item with this sort key."""
        return base64.urlsafe_b64encode(msgspec.json.encode((self.list_name, key))).decode().rstrip("=")

    def read(self, cursor: str | None) -> K | None:
        """The sort key after which the page begins; ``None`` for the first page. Raises CursorInvalid."""
        if cursor is None:
            return None
        if len(cursor) > LONGEST:
            raise CursorInvalid
        shape: Any = tuple[str, self.key]  # type: ignore[name-defined]
        try:
            data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            name, key = msgspec.json.decode(data, type=shape)
        except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
            raise CursorInvalid from error
        if name != self.list_name:
            raise CursorInvalid
        return key  # type: ignore[no-any-return]


def page_size(first: int) -> int:
    """The size as asked for. Raises FirstInvalid below 1 and above 100."""
    if not 1 <= first <= MOST:
        raise FirstInvalid(first=first, most=MOST)
    return first
