"""What people read in Japanese where programs say a code: stages, roles, kinds of proposers (用語)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from domain import days_in_words, labels
from domain.words_of_choices import CHOICES, OF_KIND

WORDS: Final[Mapping[str, str]] = {
    **CHOICES,
    # where a record stands
    "new": "未登録",
    "draft": "下書き",
    "discarded": "下書きの破棄",
    "turned_away": "対象外として案内済み",
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
    "accepted": "受理済み（未公表）",
    "open": "実施中",
    "invited": "招請中（回答待ち）",
    "turned_down": "辞退",
    "recalled": "招請取消し",
    "arranged": "設定済み",
    "held": "実施済み",
    "cancelled": "中止",
    "set": "保存期間の定めあり",
    "convened": "招集済み",
    "on_agenda": "審議中",
    "decided": "議決済み",
    "deferred": "継続審議",
    "drafted": "起案・素案",
    "settled": "内容合意済み",
    "signing": "署名中",
    "in_effect": "有効",
    "ended": "終了",
    "abandoned": "取りやめ",
    "asked": "照会中",
    "assigned": "担当課で回答準備中",
    "answered": "回答済み",
    "became_proposal": "提案へ移行",
    "announced": "案内中",
    # kinds of records
    "approval": "起案・決裁",
    "proposal": "提案",
    "challenge": "課題",
    "case": "事例",
    "consultation": "相談・問合せ",
    "gathering": "交流イベント",
    "notice": "お知らせ",
    "dialogue": "対話",
    "session": "会議",
    "agreement": "協定等",
    "survey": "庁内照会",
    "selection": "実施主体の選定",
    "project": "事業",
    "agenda_item": "会議の議題",
    # selections and projects
    "begun": "確認中",
    "assessed": "判定済み",
    "way_decided": "選定方法決定済み",
    "calling": "公募中",
    "examining": "審査中",
    "chosen": "実施主体決定済み",
    "running": "実施中",
    "completed": "完了",
    "stopped": "中止",
    "planned": "予定",
    "reached": "達成済み",
    "requested": "要望中",
    "granted": "配当済み",
    "not_granted": "不採択",
    # what comes before a decision
    "opinions": "関係課の意見",
    "recommendation": "窓口の所見",
    # why the council decides
    "by_hand": "担当課の申出",
    "always": "市の規定",
    "council_before": "会議体による先の判断",
    "amount": "金額",
    "departments": "関係課の数",
    "high_occupancy": "占用性",
    "personal_data": "個人情報",
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
    # what a proposer is asked for
    "organisation_kana": "団体名のふりがな",
    "contact_name": "担当者名",
    "contact_kana": "担当者名のふりがな",
    "contact_department": "担当者の部署",
    "contact": "連絡先",
    "city_money": "市の費用負担",
    "track": "進め方",
    "brings": "提供できるもの",
    "wants": "市に求めるもの",
    "plan_fields": "計画の分野",
    "purpose": "利用目的への同意",
    # what a city provides for a pilot
    "field": "実証の場",
    "data": "データ",
    "publicity": "広報",
    "deregulation": "規制緩和の検討",
    "base": "活動拠点",
    # what a challenge says when it is published
    "conditions": "条件",
    "city_offers": "市が提供できるもの",
    "due_on": "回答期限",
    # where an approval is given
    "internal": "本システム",
    "external": "市の文書管理システム",
}
"""Code to the word for it."""

OF_RECORD: Final[Mapping[str, str]] = {
    "approval.drafted": "起案中",
    "agreement.drafted": "素案",
    "notice.drafted": "下書き",
    "challenge.returned": "差戻し",
    "case.withdrawn": "公開取りやめ",
    "gathering.held": "開催済み",
    "gathering.cancelled": "開催中止",
    "session.closed": "閉会",
    "survey.closed": "締切済み",
}
"""Kind of record and stage to the word, where another kind calls the same stage otherwise."""

SAID: Final = frozenset(
    {"stage", "possible", "needed", "outcome", "result", "kind", "roles", "grounds", "act", "proceedings"}
)
"""The details of an error that are such codes; other codes are what must be typed, and stay."""


FIVE_DIGITS: Final = 10_000

ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""A day as programs are told it in the details of an error."""


def listed(codes: Iterable[str], record: str = "") -> str:
    """Codes as they are read in Japanese, one after the other; ``record``: of which kind stages are."""
    return "、".join(OF_RECORD.get(f"{record}.{code}") or WORDS.get(code, code) for code in codes)


def chosen(code: StrEnum) -> str:
    """A code of an enumeration as it is read in Japanese; the code itself where a word is missing."""
    return OF_KIND.get(f"{type(code).__name__}.{code}") or WORDS.get(code, code)


def grouped(value: object) -> object:
    """A number of five digits or more in groups of three, as sums and sizes are written; anything else as it is."""
    return f"{value:,}" if type(value) is int and abs(value) >= FIVE_DIGITS else value


def in_japanese(name: str, value: object, of: str = "", record: str = "") -> object:
    """A detail of an error as it is read in Japanese: fields by their labels, codes by their words."""
    if isinstance(value, date):
        return days_in_words.in_japanese(value)
    if not isinstance(value, str):
        return grouped(value)
    if name == "field":
        return labels.in_japanese(value, of)
    if name == "day" and ISO_DAY.fullmatch(value):
        return days_in_words.in_japanese(date.fromisoformat(value))
    return listed(value.split(", "), record) if name in SAID else value
