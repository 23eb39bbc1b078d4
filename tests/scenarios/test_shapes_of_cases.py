"""The shapes of the guideline's twenty cases, re-enacted in tests only: partners, dates, methods, sides, effects.

The real cases are imported with their source (the demo does that). Here desks of the same cities work on samples of the
same shape: they grow out of a proposal, or a department hands them to the desk without one. Source of the shapes:
青森市公民連携デスク ガイドライン, 参考資料「連携事例」; the words are made up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

import pytest

from domain.values import CityCode
from tenants.members import Role
from tests.conftest import House
from tests.scenarios.city_hall import CityHall, Somebody, city_halls

AOMORI, SENDAI, YOKOSUKA, KYOTO, KOBE, FUKUOKA = "022012", "041009", "142018", "261009", "281000", "401307"
GAMAGORI, SETAGAYA, KITAKYUSHU, HITA = "232149", "131121", "401005", "442046"
OFFICE: Final = "担当課"
SIDES: Final = {"c": "CITY", "p": "PARTNER", "t": "THIRD_PARTY"}
KINDS: Final = {"h": "PEOPLE", "m": "THINGS", "k": "MONEY", "j": "INFORMATION"}
"""《ヒト》《モノ》《カネ》《情報》."""


class Way(Enum):
    """How a case came about."""

    AGREED = auto()
    """Under a comprehensive agreement with all its partners."""
    PILOT = auto()
    """A pilot that the city supports."""
    PLAIN = auto()
    """From a proposal, without any agreement."""
    WORKED = auto()
    """A department's own work with others, without any proposal."""
    COLLECTED = auto()
    """By a department, without any proposal."""


@dataclass(frozen=True)
class Shape:
    """What a case is like. ``brings``: side and kind; ``gains``: sides; ``dates``: label, on, until, how exactly."""

    number: int
    city: str
    title: str
    method: str
    fields: str
    partners: str
    others: str = ""
    dates: tuple[tuple[str, str, str | None, str], ...] = ()
    brings: str = ""
    gains: str = ""
    effects: int = 0
    way: Way = Way.COLLECTED

    def content(self) -> dict[str, Any]:
        """As the desk types it."""
        names = [(name, False) for name in self.partners.split()] + [(name, True) for name in self.others.split()]
        return {
            "title": self.title,
            "summary": f"{self.title}（見本）",
            "method": self.method,
            "fields": self.fields.split(),
            "partners": [{"name": name, "participant": participant} for name, participant in names],
            "dates": [typed(*each) for each in self.dates],
            "resources": [
                {"side": SIDES[each[0]], "kind": KINDS[each[1]], "description": f"{each}を出す"}
                for each in self.brings.split()
            ],
            "benefits": [
                {"side": SIDES[side], "description": f"{place}番目の良いこと"} for place, side in enumerate(self.gains)
            ],
            "outcomes": [f"{place}番目の効果" for place in range(self.effects)],
        }

    def outside(self) -> dict[str, Any]:
        """As everybody reads it."""
        return {**self.content(), "dates": [shown(*each) for each in self.dates], "sample": True, "origin": "DESK"}


def typed(label: str, on: str, until: str | None, how: str) -> dict[str, Any]:
    precision, planned = how.removesuffix("?"), how.endswith("?")
    day = {"label": label, "day": {"on": on, "precision": precision}, "planned": planned}
    return {**day, "until": {"on": until, "precision": precision}} if until else day


def shown(label: str, on: str, until: str | None, how: str) -> dict[str, Any]:
    precision, known = how.removesuffix("?"), {"DAY": 10, "MONTH": 7, "YEAR": 4}
    cut = known[precision]
    ends = until[:cut] if until else None
    return {"label": label, "on": on[:cut], "until": ends, "precision": precision, "planned": how.endswith("?")}


SHAPES: Final = (
    Shape(
        1, AOMORI, "二つの銀行と地域を元気に", "comprehensive_agreement", "economy employment migration",
        "一の銀行 二の銀行", dates=(("協定の締結", "2023-03-30", None, "DAY"),), gains="cp", effects=2, way=Way.AGREED,
    ),
    Shape(
        2, AOMORI, "歩く人を数える", "pilot", "digital urban_space", "計測の会社", others="商工会議所",
        dates=(("一日目", "2023-06-23", None, "DAY"), ("二日目", "2023-06-24", None, "DAY")),
        brings="ch cm cj ph pm pk", gains="cccpppp", effects=1, way=Way.PILOT,
    ),
    Shape(
        3, AOMORI, "移り住んだ母親の集い", "unstated", "childcare migration", "助産院",
        dates=(("開催", "2023-06-19", None, "DAY"),), brings="ch cm cj ph pj", gains="cccppp", way=Way.PLAIN,
    ),
    Shape(
        4, AOMORI, "祭りの紙を作品に", "unstated", "culture circular tourism", "手仕事の市場", others="運行団体",
        dates=(
            ("募集", "2023-07-05", "2023-07-30", "DAY"),
            ("完成", "2023-09-01", None, "MONTH?"),
            ("展示", "2024-01-01", None, "MONTH?"),
        ),
        brings="ch cm cj pm pj", gains="cccppp", way=Way.PLAIN,
    ),
    Shape(5, SENDAI, "店でペットボトルを集める", "collaboration", "circular environment", "小売の会社"),
    Shape(6, SENDAI, "曲がった葱の品", "collaboration", "agriculture tourism", "小売の会社"),
    Shape(7, SENDAI, "罠の知らせ", "pilot", "safety agriculture digital", "高専", effects=1, way=Way.WORKED),
    Shape(8, SENDAI, "橋を診る", "pilot", "infrastructure digital", "情報の会社", effects=1, way=Way.WORKED),
    Shape(9, YOKOSUKA, "街の競技", "collaboration", "sports tourism", "競技の連盟"),
    Shape(10, YOKOSUKA, "遊びの催し", "collaboration", "tourism", "遊びの会社", effects=1),
    Shape(
        11, KYOTO, "地下道の絵", "collaboration", "culture urban_space inclusion", "絵の会社", others="描く人々",
        gains="t",
    ),
    Shape(12, KYOTO, "職員の心の手入れ", "pilot", "health administration digital", "心の会社", way=Way.WORKED),
    Shape(13, KOBE, "データで課題を見つける", "collaboration", "digital administration", "網の会社", brings="cj pj"),
    Shape(
        14, KOBE, "店と働き手と家庭に", "collaboration", "economy employment", "配達の会社",
        brings="ck pk", gains="ttt", effects=3,
    ),
    Shape(
        15, FUKUOKA, "道案内で買う切符", "pilot", "culture tourism digital",
        "東の鉄道 西の鉄道", effects=3, way=Way.WORKED,
    ),
    Shape(16, FUKUOKA, "皆で使う乗り物", "pilot", "transport", "乗り物の会社", way=Way.WORKED),
    Shape(17, GAMAGORI, "粗大ごみを売る", "pilot", "circular", "売買の会社"),
    Shape(18, SETAGAYA, "持ち寄る拠点", "pilot", "circular", "譲り合いの会社", effects=1),
    Shape(
        19, KITAKYUSHU, "夜の呼び出し", "pilot", "welfare employment", "医師の会社",
        gains="tt", effects=1, way=Way.WORKED,
    ),
    Shape(
        20, HITA, "形の悪い果物", "unstated", "agriculture circular employment childcare", "氷菓の会社",
        others="鉄道 農家 支える団体", gains="ttt", effects=1,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def halls(module_house: House) -> Iterator[Callable[[CityCode], CityHall]]:
    with city_halls(module_house) as halls:
        yield halls


def office(hall: CityHall) -> Somebody:
    """An officer of the one department that each city has here."""
    if OFFICE not in hall.departments:
        hall.department(OFFICE)
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="担当 職員", department=OFFICE)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.number}")
def test_a_case_of_this_shape_comes_about_and_everybody_reads_all_of_it(
    halls: Callable[[CityCode], CityHall], shape: Shape
) -> None:
    hall = halls(CityCode(shape.city))
    case = collected(hall, shape) if shape.way is Way.COLLECTED else grown(hall, shape, office(hall))
    read = hall.case_outside(case)
    assert {name: read[name] for name in shape.outside()} == shape.outside()
    assert (read["background"], read["source"], read["challenge"]) == (None, None, None)


def collected(hall: CityHall, shape: Shape) -> str:
    """A department tells the desk of what it does with others; no proposal, officer or decision stands behind it."""
    told = {"title": shape.title, "question": "事例として紹介できますか。"}
    told |= {"department": hall.departments.get(OFFICE) or hall.department(OFFICE)}
    asked = office(hall).does("receiveConsultation", by="DEPARTMENT", sample=True, **told)["id"]
    case: str = hall.clerk.does("publishCase", content=shape.content(), sample=True)["id"]
    hall.clerk.does("answerConsultation", consultation=asked, answer="公表しました。")
    found = hall.clerk.reads("query ($id: UUID!) { case(id: $id) { proposal sample origin } }", id=case)["case"]
    assert found == {"proposal": None, "sample": True, "origin": "DESK"}
    return case


def grown(hall: CityHall, shape: Shape, officer: Somebody) -> str:
    """From the proposal, or the department's own idea, over the work to the case with the consent of its partners.

    What grows out of a sample is one without anybody saying so.
    """
    grew_out_of: dict[str, Any] = {} if shape.way is Way.WORKED else {"proposal": adopted(hall, shape, officer)}
    if shape.way is Way.AGREED:
        agree_with_all(hall, shape, **grew_out_of)
    begun: dict[str, Any] = {
        "department": hall.departments[OFFICE],
        "title": shape.title,
        "track": track(shape),
        "sample": shape.way is Way.WORKED,
    }
    project = officer.does("beginProject", **begun, **grew_out_of)["id"]
    if shape.way is Way.PILOT:
        support_and_report(hall, officer, project)
    officer.does("completeProject", project=project, on=hall.day(0))
    told: dict[str, Any] = {"content": shape.content(), "project": project, **grew_out_of}
    assert hall.clerk.is_refused("publishCase", **told) == "PART_MISSING"
    officer.does("agreeProjectCase", project=project, on=hall.day(0), consent="全員が同意した。")
    case: str = hall.clerk.does("publishCase", **told)["id"]
    for proposal in grew_out_of.values():
        kinds = {each["__typename"] for each in officer.sees(proposal)["records"]}
        assert kinds == {"ProjectRecord"} | ({"AgreementRecord"} if shape.way is Way.AGREED else set())
    return case


def track(shape: Shape) -> str | None:
    """Of the two that one of these cities has."""
    if shape.city != AOMORI:
        return None
    return "pilot_support" if shape.way is Way.PILOT else "partnership"


def adopted(hall: CityHall, shape: Shape, officer: Somebody) -> str:
    """What the first of the partners proposes."""
    offer = hall.offer(shape.title, organisation=shape.partners.split()[0], track=track(shape), sample=True)
    proposal: str = hall.clerk.does("receiveProposal", **offer)["id"]
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    hall.clerk.does("matchProposal", proposal=proposal, department=hall.departments[OFFICE], reason="所管。")
    officer.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="行う。")
    return proposal


def agree_with_all(hall: CityHall, shape: Shape, proposal: str) -> None:
    """The city and each partner sign; it covers all the fields of the case."""
    parties = [{"side": "CITY", "name": "市"}] + [{"side": "OTHER", "name": name} for name in shape.partners.split()]
    terms = {"title": shape.title, "matters": "協力する。", "signatories": parties, "fields": shape.fields.split()}
    agreement = hall.clerk.does("draftAgreement", kind="COMPREHENSIVE", terms=terms, sample=True)["id"]
    hall.clerk.does("settleAgreement", agreement=agreement)
    hall.clerk.does("signAgreement", agreement=agreement)
    for party in range(2, len(parties) + 1):
        hall.clerk.does("enterAgreementSignature", agreement=agreement, party=party)
    hall.clerk.does("attachAgreement", agreement=agreement, proposal=proposal)
    assert hall.clerk.opens("agreement", agreement)["stage"] == "in_effect"


def support_and_report(hall: CityHall, officer: Somebody, project: str) -> None:
    """The city gives the field, the business tells what came of it."""
    days = {"beginsOn": hall.day(-2), "endsOn": hall.day(-1), "reportDueOn": hall.day(7)}
    support: dict[str, Any] = {"provides": ["FIELD"], "description": "通りの使用", "area": "まちなか"}
    officer.does("agreeProjectSupport", project=project, **support, **days)
    officer.does("reportProjectResults", project=project, on=hall.day(0), report="数えられた。")


def test_none_of_these_samples_is_counted(halls: Callable[[CityCode], CityHall]) -> None:
    hall = halls(CityCode(AOMORI))
    officer = office(hall)
    real = hall.adopted("本物の提案", OFFICE, officer)
    grown(hall, SHAPES[2], officer)
    counted = "{ statistics { fiscalYear received consultations outcomes { count } methods { count } } }"
    whole = next(each for each in hall.clerk.reads(counted)["statistics"] if each["fiscalYear"] is None)
    assert real in hall.clerk.waits() | officer.waits()
    assert (whole["received"], whole["consultations"], whole["outcomes"], whole["methods"]) == (
        1,
        0,
        [{"count": 1}],
        [],
    )
