"""Who may propose what, with which particulars, files and conditions (提案者・受付・条件)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.errors import PartMissing
from domain.files import MediaType
from domain.policy.sources import Entry, Names, Provenance, RuleStatus, known
from domain.values import Code


class OrganisationKind(StrEnum):
    """What kind of party proposes (提案者の区分)."""

    COMPANY = "company"
    NPO = "npo"
    UNIVERSITY = "university"
    GROUP = "group"
    SOLE_PROPRIETOR = "sole_proprietor"
    INDIVIDUAL = "individual"


class Answering(StrEnum):
    """Whether a proposal of a kind answers a challenge: always one, perhaps one, none (課題との関係)."""

    ONE = "one"
    MAY = "may"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class IntakeKind(Names):
    """What a city calls one kind of proposal, and whether such a proposal answers a challenge (受付区分)."""

    challenge: Answering = Answering.NONE


class IntakeField(StrEnum):
    """What a city may ask every proposer for besides organisation, subject and content (必須の記入項目)."""

    ORGANISATION_KANA = "organisation_kana"
    CONTACT_NAME = "contact_name"
    CONTACT_KANA = "contact_kana"
    CONTACT_DEPARTMENT = "contact_department"
    CONTACT = "contact"
    CITY_MONEY = "city_money"
    TRACK = "track"
    BRINGS = "brings"
    WANTS = "wants"
    PLAN_FIELDS = "plan_fields"
    PURPOSE = "purpose"

    @property
    def shown(self) -> str:
        """As those who ask know it: ``contactName``."""
        first, *rest = self.value.split("_")
        return first + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True, slots=True)
class Intake:
    """Which kinds of proposal are taken in and what the city calls them (受付区分)."""

    provenance: Provenance
    kinds: dict[Code, IntakeKind]
    channels: tuple[Code, ...]
    required: tuple[IntakeField, ...] = ()

    def in_order(self) -> dict[Code, IntakeKind]:
        """The kinds as they are listed: those that answer a challenge first, then by code."""
        order = list(Answering)
        return dict(sorted(self.kinds.items(), key=lambda each: (order.index(each[1].challenge), each[0])))


@dataclass(frozen=True, slots=True)
class PurposeOfUse:
    """For what the city uses what a proposer enters, in one version (利用目的の明示)."""

    version: int
    text: Names
    provenance: Provenance

    def check(self, accepted: int | None) -> None:
        """Whether it is what was accepted. Raises PartMissing for none, CodeUnknown for another version."""
        if accepted is None:
            raise PartMissing(
                field=IntakeField.PURPOSE.shown,
                problem=f"name the version of the statement of purpose that was accepted: {self.version}",
                problem_ja=f"利用目的の明示（第 {self.version} 版）への同意が必要です",
            )
        known(IntakeField.PURPOSE.shown, str(accepted), (Code(str(self.version)),))


USUAL_PURPOSE: Final = PurposeOfUse(
    1,
    Names(
        "記入いただいた内容は、提案の検討、担当課との調整、提案者への連絡、個人を特定しない統計のために使います。"
        "ほかの自治体へ連絡先を渡すのは、同意があるときに限ります。",
        "What you enter is used to consider the proposal, to coordinate with the departments, to reach you, and for"
        " statistics that identify nobody. Your contact goes to another city only with your consent.",
    ),
    Provenance("本システムの定め（自治体の文書に利用目的の記載がないとき）", RuleStatus.IN_FORCE, date(2026, 11, 22)),
)
"""What is shown where a city's policy gives no statement of purpose; nobody is asked to accept it there."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """Which files may belong to a proposal, how large each and how many (添付ファイル)."""

    provenance: Provenance
    types: tuple[MediaType, ...]
    bytes_per_file: int
    files: int


LARGEST_FILE: Final = 2**30
"""Bytes of the largest file that any city may take."""
USUAL_ATTACHMENTS: Final = Attachments(
    Provenance(
        "本システムの定め（自治体の文書に添付ファイルの記載がないとき）", RuleStatus.IN_FORCE, date(2026, 11, 22)
    ),
    tuple(MediaType),
    50 * 2**20,
    20,
)
"""Where a city's documents say nothing of attachments."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The desk's checklist for reception and screening (受付・精査の確認表).

    ``all_met``: screening ends only when every item was checked as met.
    """

    provenance: Provenance
    items: tuple[Entry, ...] = ()
    all_met: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which kinds of organisation may not propose (提案できない者)."""

    provenance: Provenance
    excluded: tuple[OrganisationKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or note that a proposer reads and accepts, in one version (提案条件・留意事項)."""

    code: Code
    version: int
    text: Names
    provenance: Provenance
