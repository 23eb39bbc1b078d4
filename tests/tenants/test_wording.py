"""Who agrees or decides reads every act in words: each of its fields by name, nothing by a code (起案の内容)."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest

from domain.agreement import AGREEMENT, End
from domain.case import ResourceKind, Side
from domain.events import DECIDERS
from domain.policy import Names
from domain.project import Path
from domain.proposal import PROPOSAL, DecidedBy, Destination, Ground, Outcome
from domain.values import Day, Yen
from tenants import wording
from tenants.commands import agreements, cases, proposals
from tenants.commands.approvals import BY_NAME
from tenants.deeds import Deed, written
from tenants.wording import CATALOGUES, Line, Named
from tests.domain.facts import AOMORI
from tests.domain.shapes import alternatives
from tests.golden.wishes import POLICY, Filled
from tests.tenants.test_acts import CHOSEN, EACH, with_told

NAMES: Final = {decider.name for decider in DECIDERS} | {"department", "post", "agenda_item"}
DAY: Final = ("on", None)
"""A day that may be left out, and is then the day on which the act is carried out."""
LATIN: Final = re.compile(r"[A-Za-z_]{2,}")


def whole(kind: type[Deed]) -> tuple[Deed, set[str]]:
    """An act with everything in it, and what was typed."""
    filled = Filled(kind)
    deed = with_told(filled.wish(), **CHOSEN.get(kind.name, {}))
    return deed, set(filled.typed.values())


def bare(deed: Any) -> Any:
    """The same with everything left out that may be."""
    made = {each.name: each.default for each in fields(deed) if each.default is None or each.default == ()}
    parts = {
        each.name: bare(getattr(deed, each.name))
        for each in fields(deed)
        if is_dataclass(getattr(deed, each.name)) and not isinstance(getattr(deed, each.name), Day)
    }
    return replace(deed, **made, **parts)


def told(deed: Deed, rests_on: Any = None) -> tuple[Line, ...]:
    found = wording.lines(written(deed, rests_on or deed.decider.initial), POLICY)
    assert found is not None
    return found


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every field of an act, as it is entered: places in lists are counted from 1."""
    for each in fields(value):
        yield from inside(getattr(value, each.name), path + _camel(each.name))


def inside(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        for place, each in enumerate(value, 1):
            yield from inside(each, f"{path}.{place}")
    elif isinstance(value, tuple) and value and value[0].startswith("佐藤𠮷"):
        yield from (f"{path}.{place}" for place in range(1, len(value) + 1))
    elif is_dataclass(value) and not isinstance(value, Day):
        yield from paths(value, f"{path}.")
    else:
        yield path


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


@EACH
def test_every_field_of_every_act_is_told_once_and_in_words(kind: type[Deed]) -> None:
    deed, typed = whole(kind)
    for each in (deed, bare(deed)):
        lines = told(each)
        act, *entered = [line for line in lines if line.field != "restsOn"]
        assert act == Line("act", Names("起案する行為", "What is decided"), Names(kind.ja, act.said.en))  # type: ignore[union-attr]
        assert [line.field for line in entered] == [*paths(each)]
        assert len({line.field for line in lines}) == len(lines)
        for line in lines:
            in_words(line, typed)


def in_words(line: Line, typed: set[str]) -> None:
    """Label and value are there in both languages, and nothing of the Japanese is a code."""
    assert line.label.en
    assert not LATIN.search(line.label.ja), line
    assert not re.search(r"[^ -~]", line.label.en), line
    if isinstance(line.said, Named):
        assert line.said.kind in NAMES, line
    elif line.said.ja in typed:
        assert line.said.en == line.said.ja
    else:
        assert line.said.ja
        assert not LATIN.search(line.said.ja), line
        assert re.fullmatch(r"[ -~]+", line.said.en), line
        assert "_" not in line.said.en


@EACH
def test_every_code_of_an_act_is_one_of_a_catalogue(kind: type[Deed]) -> None:
    assert [path for path in codes_of(kind) if path.rpartition(".")[2] not in CATALOGUES] == []


def codes_of(kind: type, path: str = "") -> Iterator[str]:
    """Every text of an act that nobody types: it does not say for whom it is."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for each in alternatives(hint):
            inner = get_args(each)[0] if get_origin(each) is tuple else each
            if inner is str and get_origin(hint) is not ClassVar:
                yield path + name
            elif isinstance(inner, type) and is_dataclass(inner):
                yield from codes_of(inner, f"{path}{name}.")


@EACH
def test_an_act_says_in_english_what_it_does(kind: type[Deed]) -> None:
    deed, _ = whole(kind)
    said = told(deed)[0].said
    assert isinstance(said, Names)
    assert re.fullmatch(r"[A-Z][ -~]+\.", said.en)


# --- values, as a person reads them -----------------------------------------------------------------------------------

RECORD: Final = UUID(int=7)


def ja(deed: Deed, field: str) -> str:
    return next(line.said.ja for line in told(deed) if line.field == field and isinstance(line.said, Names))


def en(deed: Deed, field: str) -> str:
    return next(line.said.en for line in told(deed) if line.field == field and isinstance(line.said, Names))


def test_choices_days_and_codes_are_read_in_words() -> None:
    refused = proposals.Refuse(proposal=RECORD, ground=Ground.MERE_SALES, reason="売込みのため。")
    assert (ja(refused, "ground"), en(refused, "ground")) == ("単なる営業活動", "mere sales")
    assert ja(refused, "reason") == en(refused, "reason") == "売込みのため。"
    referred = proposals.Refer(
        proposal=RECORD, destination=Destination.METHOD, reason="手続がある。", code="naming_rights"
    )
    assert (ja(referred, "code"), en(referred, "code")) == ("ネーミングライツ", "Naming rights")
    assert ja(referred, "department") == "指定なし"
    decided = proposals.Decide(
        proposal=RECORD, outcome=Outcome.ADOPTED, reason="役立つ。", decided_by=DecidedBy.COUNCIL
    )
    assert (ja(decided, "outcome"), ja(decided, "decidedBy")) == ("採用", "会議体")
    ended = agreements.Finish(agreement=RECORD, how=End.TERMINATED, reason="撤退。", party=2, on=date(2027, 3, 31))
    assert (ja(ended, "on"), en(ended, "on"), ja(ended, "how")) == ("令和9年（2027年）3月31日", "2027-03-31", "解約")


def test_what_is_entered_when_it_is_carried_out_is_told_so() -> None:
    assert ja(agreements.Sign(agreement=RECORD), "on") == "施行の日"
    kinds: Iterator[Any] = iter(BY_NAME.values())
    taken_today = [kind.name for kind in kinds for each in fields(kind) if (each.name, each.default) == DAY]
    assert {f"{name}:on" for name in taken_today} == {*wording.UNSAID_AS}
    assert en(agreements.Sign(agreement=RECORD), "on") == "the day on which this is carried out"


def test_each_entry_of_a_list_is_told_with_its_place() -> None:
    content = cases.CaseText(
        title="和紙",
        summary="再利用",
        method="agreement",
        fields=("culture", "circular"),
        partners=(cases.PartnerText(name="甲社"), cases.PartnerText(name="乙会", participant=True)),
        resources=(cases.ResourceText(side=Side.CITY, kind=ResourceKind.MONEY, description="なし"),),
    )
    lines = {line.label.ja: line.said for line in told(cases.Publish(case=RECORD, content=content))}
    assert lines["連携先2／名称"] == Names("乙会", "乙会")
    assert lines["連携先2／協力者としての参加"] == Names("はい", "yes")
    assert lines["分野"] == Names("文化・芸術、資源循環・ごみ減量", "Culture and arts, Reuse, recycling and less waste")
    assert lines["提供資源1／資源の種類"] == Names("カネ", "money")
    assert lines["手法"] == Names("連携協定", "Agreement")


def test_an_id_is_told_as_what_it_names_and_an_item_with_its_session() -> None:
    session, item, department = uuid4(), uuid4(), uuid4()
    decided = proposals.Decide(
        proposal=RECORD, outcome=Outcome.ADOPTED, reason="可。", council_session=session, agenda_item=item
    )
    referred = proposals.Refer(
        proposal=RECORD, destination=Destination.DEPARTMENT, reason="可。", department=department
    )
    said = {
        line.field: line.said for deed in (decided, referred) for line in told(deed) if isinstance(line.said, Named)
    }
    assert said == {
        "proposal": Named("proposal", RECORD),
        "councilSession": Named("session", session),
        "agendaItem": Named("agenda_item", item, session),
        "department": Named("department", department),
    }


def test_what_a_signature_rests_on_is_told() -> None:
    lines = told(agreements.Sign(agreement=RECORD), replace(AGREEMENT.initial, wordings=3))
    assert lines[-1] == Line(
        "restsOn", Names("前提", "Rests on"), Names("協定等の内容 第3版", "edition 3 of the agreement's wording")
    )


def test_what_a_decision_rests_on_is_told_once_it_was_entered() -> None:
    decided = proposals.Decide(proposal=RECORD, outcome=Outcome.ADOPTED, reason="役立つ。")
    assert "restsOn" not in {line.field for line in told(decided)}
    said = told(decided, replace(PROPOSAL.initial, assessments=1, rewritten=1))[-1].said
    assert said == Names("判断に要る事項（2回目の確認・訂正）", "what the decision needs to know, as entered 2 time(s)")


def test_what_a_refusal_rests_on_is_told_once_the_proposal_was_completed() -> None:
    refused = proposals.Refuse(proposal=RECORD, ground=Ground.OTHER, reason="不備がある。")
    assert "restsOn" not in {line.field for line in told(refused)}
    said = told(refused, replace(PROPOSAL.initial, completions=0, rewritten=1))[-1].said
    assert said == Names("提案の内容（1回目の補正・訂正の後）", "the proposal as completed or put right 1 time(s)")


def test_a_code_that_the_city_has_no_longer_is_told_as_it_is() -> None:
    referred = proposals.Refer(proposal=RECORD, destination=Destination.PROGRAMME, reason="可。", code="gone")
    assert ja(referred, "code") == "gone"
    assert wording.lines(written(referred, PROPOSAL.initial), replace(AOMORI, partner_programmes=())) == told(referred)


@pytest.mark.parametrize("text", ["", "{}", "[]", '["approval.unheardOf", {}]', '["challenge.publish", {"title": 1}]'])
def test_what_no_version_of_this_program_wrote_is_not_told_in_words(text: str) -> None:
    assert wording.lines(text, POLICY) is None


def test_money_is_told_with_separators() -> None:
    telling = wording._Telling(agreements.Sign(agreement=RECORD), POLICY)
    assert telling.said("amount", 12_345_678, Yen) == Names("12,345,678円", "12,345,678 yen")
    assert telling.said("capacity", 30, int) == Names("30人", "30 person(s)")
    assert telling.said("on", date(2019, 5, 1), date) == Names("令和元年（2019年）5月1日", "2019-05-01")
    assert telling.said("path", Path.BUDGETED_CONTRACT, Path) == Names("予算化して契約へ移行", "budgeted contract")
