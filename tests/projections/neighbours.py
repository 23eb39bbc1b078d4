"""A desk's two neighbouring cities with equal ids and other words: what the tests of the desk's queries ask about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from domain.policy import OrganisationKind
from domain.proposal import Ground, Outcome
from domain.values import CityCode, Code, Day, Sealed
from projections.queries import desk
from projections.queries.desk_words import Opened
from tenants.commands import cases, organisation, proposals
from tenants.desk import Desk
from tenants.keys import KeyStore
from tenants.members import Role
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.asking import (
    caught_up,
    do,
    inside,
    publish_case,
    publish_challenge,
    raise_challenge,
    text,
)
from tests.projections.running import officer

WELFARE, PARKS = UUID(int=21), UUID(int=22)
LAST_APRIL, MAY, JUNE = date(2025, 4, 10), date(2026, 5, 1), date(2026, 6, 1)


def receive(
    at: Desk, title: str, on: date = MAY, *, sample: bool = False, id_: UUID | None = None, **parts: Any
) -> UUID:
    """A proposal received on a day."""
    proposal = id_ or uuid4()
    known = at.tenancy.policy(at.city, 2).conditions
    wish = proposals.Receive(
        **{
            "proposal": proposal,
            "kind": Code("free"),
            "organisation_kind": OrganisationKind.COMPANY,
            "proposer": uuid4(),
            "organisation": "見本株式会社",
            "title": title,
            "summary": f"{title}の概要",
            "contact_name": "鈴木 一郎",
            "contact": "suzuki@example.jp",
            "accepted": tuple(proposals.Accepted(condition=one.code, version=one.version) for one in known),
            "purpose": 1,
            "sample": sample,
            **parts,
        }
    )
    at.do(wish, Entry(uuid4(), occurred_on=Day(on)))
    return proposal


def later(at: Desk, on: date, *wishes: Any) -> None:
    """Have wishes granted that happened on a day."""
    for wish in wishes:
        at.do(wish, Entry(uuid4(), occurred_on=Day(on)))


@dataclass(frozen=True)
class Recorded:
    """The house and the ids of what lies in it."""

    house: House
    ids: dict[str, UUID]


def record(house: House) -> Recorded:
    """Sapporo with proposals in several stages; Aomori with the same ids, another year and other words."""
    ids = {"same": uuid4(), "case": uuid4()}
    sapporo, aomori = officer(house, house.open_city(SAPPORO)), officer(house, house.open_city(AOMORI))
    organise(house)
    ids["challenge"] = publish_challenge(sapporo, "除雪の担い手", fields=("safety",))
    ids["raised"] = raise_challenge(sapporo, "公表していない課題", sample=True)
    ids["old"] = receive(sapporo, "昨年度の提案", LAST_APRIL)
    later(sapporo, date(2025, 4, 13), proposals.Refuse(proposal=ids["old"], ground=Ground.MERE_SALES, reason="営業"))
    receive(sapporo, "公園の見守り", id_=ids["same"])
    later(
        sapporo,
        date(2026, 5, 8),
        proposals.Screen(proposal=ids["same"], reason="役立つ"),
        proposals.Match(proposal=ids["same"], department=PARKS, reason="公園の担当"),
        proposals.Decide(proposal=ids["same"], outcome=Outcome.ADOPTED, reason="効果が見込める"),
    )
    ids["parks"], ids["welfare"] = receive(sapporo, "水飲み場"), receive(sapporo, "配食の見守り")
    for name, department in (("parks", PARKS), ("welfare", WELFARE)):
        screen = proposals.Screen(proposal=ids[name], reason="役立つ")
        match = proposals.Match(proposal=ids[name], department=department, reason="担当")
        later(sapporo, date(2026, 5, 3), screen, match)
    answer: dict[str, Any] = {"kind": Code("themed"), "challenge": ids["challenge"]}
    ids["themed"] = receive(sapporo, "除雪の担い手に", JUNE, organisation_kind=OrganisationKind.NPO, **answer)
    ids["sample"] = receive(sapporo, "見本の提案", JUNE, sample=True)
    later(sapporo, JUNE, proposals.Screen(proposal=ids["sample"], reason="見本"))
    do(sapporo, cases.Publish(case=ids["case"], content=text("公園の見守りの事例"), proposal=ids["same"]))
    receive(aomori, "青森市だけの提案", date(2024, 5, 1), id_=ids["same"])
    do(aomori, cases.Publish(case=ids["case"], content=text("青森市だけの事例")))
    publish_case(aomori, "青森市だけのもう一つの事例")
    publish_challenge(aomori, "青森市だけの課題")
    caught_up(house)
    return Recorded(house, ids)


def organise(house: House) -> None:
    """Departments of both cities, Sapporo's renamed on 1 April 2027."""
    for city, name in ((SAPPORO, "公園課"), (AOMORI, "青森市の課")):
        administrator = house.desk(city, Role.CITY_ADMINISTRATOR)
        do(administrator, organisation.EstablishDepartment(department=PARKS, title=name, valid_from=MAY))
    administrator = house.desk(SAPPORO, Role.CITY_ADMINISTRATOR)
    do(administrator, organisation.EstablishDepartment(department=WELFARE, title="福祉課", valid_from=MAY))
    do(administrator, organisation.RenameDepartment(department=PARKS, title="みどりの課", valid_from=date(2027, 4, 1)))
    house.sql(
        "insert into renkei.members (city, member, login, name, active)"
        " values (%s, %s, 'sato', '佐藤', false), (%s, %s, 'suzuki', '鈴木', true)",
        SAPPORO,
        WELFARE,
        AOMORI,
        WELFARE,
    )


def words_of(recorded: Recorded, refs: Sequence[Sealed], city: CityCode = SAPPORO) -> list[Opened]:
    """The texts of references, in their order."""
    keys = KeyStore(recorded.house.folder / "keys")
    found = inside(recorded.house, city, lambda c: desk.open_words(c, keys, city, refs))
    return [found[ref.commitment] for ref in refs]
