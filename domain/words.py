"""What people read in Japanese where programs say a code: stages, roles, kinds of proposers (用語)."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    # where a record stands
    "new": "未登録",
    "received": "受付済み",
    "returned": "補正待ち",
    "screened": "精査済み",
    "matched": "マッチング済み",
    "in_dialogue": "対話中",
    "adopted": "採用",
    "declined": "不採用",
    "refused": "不受理",
    "referred": "引継ぎ済み",
    "withdrawn": "取下げ",
    "closed": "終了",
    "raised": "提出済み（未公表）",
    "published": "公表中",
    "open": "実施中",
    # what people do
    "desk_officer": "窓口担当",
    "department_officer": "担当課",
    "approver": "決裁者",
    "council_member": "会議体の構成員",
    "staff": "庁内職員",
    "city_administrator": "管理者",
    "auditor": "監査",
    "proposer": "提案者",
    "operator": "運用担当",
    # who proposes
    "company": "企業",
    "npo": "NPO",
    "university": "大学等",
    "group": "団体",
    "sole_proprietor": "個人事業主",
    "individual": "個人",
}
"""Code to the word for it."""

SAID: Final = frozenset({"stage", "possible", "needed", "outcome", "kind", "roles"})
"""The details of an error that are such codes; other codes are what must be typed, and stay."""


def in_japanese(name: str, value: object) -> object:
    """A detail of an error as it is read in Japanese; several codes are separated by a comma."""
    if name not in SAID or not isinstance(value, str):
        return value
    return "、".join(WORDS.get(code, code) for code in value.split(", "))
