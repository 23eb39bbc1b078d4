"""The ids by which what is published is known outside: the city's code, a hyphen, an id of their own (公開番号).

Made and read here only. They tell nothing about when or by whom a record was made.
"""

import re
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from domain.errors import Invalid
from domain.values import CityCode

FORM: Final = re.compile(r"([0-9]{6})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class PublicIdInvalid(Invalid):
    """That is no id of anything published."""

    en: ClassVar[str] = "That is no id of anything published here. Take the `id` of an item of a list."
    ja: ClassVar[str] = "公開されている項目の id ではありません。一覧の項目の id を使ってください。"


@dataclass(frozen=True, slots=True)
class PublicId:
    """An id as it is known outside."""

    city: CityCode
    id: UUID

    def __str__(self) -> str:
        return f"{self.city}-{self.id}"


def read_public_id(text: str) -> PublicId:
    """The id of a text such as ``022012-0b6c…``; whether there is such a thing is another question.

    Raises PublicIdInvalid.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise PublicIdInvalid
    return PublicId(CityCode(found[1]), UUID(found[2]))
