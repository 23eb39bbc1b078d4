"""Names in two languages, catalogues, and where each rule comes from (名称・出典)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import CodeUnknown, PartMissing
from domain.values import Code


class RuleStatus(StrEnum):
    """Whether a rule is a draft (案) or in force (施行)."""

    DRAFT = "draft"
    IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Names:
    """One name in Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a rule comes from: a document and the place in it, its status, and the day since when it holds.

    ``valid_from`` is the document's date where the document gives one, else the day on which the city was entered.
    """

    source: str
    status: RuleStatus
    valid_from: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalogue: intake kinds, tracks, methods, plan fields, purposes."""

    code: Code
    name: Names


def known(field_name: str, value: str, catalogue: tuple[Code, ...]) -> Code:
    """The code if the catalogue has it; raises CodeUnknown, naming what there is, PartMissing for an empty one."""
    for code in catalogue:
        if code == value:
            return code
    there = ", ".join(catalogue)
    if there and not value.strip():
        raise PartMissing(
            field=field_name, problem=f"use one of: {there}.", problem_ja=f"次のいずれかを指定してください: {there}"
        )
    raise CodeUnknown(field=field_name, value=value[:60], known=there)
