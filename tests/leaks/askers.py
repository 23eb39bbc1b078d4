"""Who asks: everybody who could come to a desk's address, and what may be told to each."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from domain.values import CityCode
from tenants.commands.rights import EndRepresentation, RemoveMember, RevokeRight
from tenants.members import EVERYBODY, Role, operator
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO
from tests.leaks.canaries import Rights
from tests.leaks.world import CITIES, SLUGS, World, read_log

OTHER: Final = {SAPPORO: AOMORI, AOMORI: SAPPORO}
STAND_FOR: Final = {"proposer": ("adopted", "returned", "refused"), "other proposer": ("waiting", "withdrawn")}
"""Who stands for parties that propose, and which proposals are theirs."""
EVERYWHERE: Final = Rights(None)
"""At the public endpoint, whoever one is."""


@dataclass(frozen=True)
class Asker:
    """Somebody at a desk's address; ``enters``: with a token that this city gave and that has not ended."""

    name: str
    city: CityCode
    token: str | None
    rights: Rights
    enters: bool = True

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    @property
    def slug(self) -> str:
        return SLUGS[self.city]


def askers(world: World) -> list[Asker]:
    """All of them, at both addresses. Called once: it ends some tokens and rights."""
    own = {city: [*signed_in(world, city), *proposing(world, city)] for city in CITIES}
    found: list[Asker] = []
    for city in CITIES:
        nobody = Rights(city)
        found += own[city]
        found.append(Asker("nobody", city, None, nobody, enters=False))
        found.append(Asker("made-up token", city, "CANARY-made-up", nobody, enters=False))
        found += [
            Asker(f"{each.name} of {OTHER[city]}", city, each.token, nobody, enters=False) for each in own[OTHER[city]]
        ]
        found += ended(world, city)
    read_log(world)
    return found


def signed_in(world: World, city: CityCode) -> Iterator[Asker]:
    """One of each role; somebody of another department; who does other things in the other city under the same id."""
    for role in sorted(EVERYBODY):
        yield Asker(role.value, city, world.people[city, role].token, Rights(city, frozenset({role})))
    officer = world.person(city, "other officer", Role.DEPARTMENT_OFFICER, department=world.id("other department"))
    yield Asker(
        "officer of another department", city, officer.token, Rights(city, frozenset({Role.DEPARTMENT_OFFICER}))
    )
    here = {SAPPORO: Role.STAFF, AOMORI: Role.DESK_OFFICER}[city]
    twofold = world.person(city, "twofold", here)
    yield Asker(f"{here} here", city, twofold.token, Rights(city, frozenset({here})))


def proposing(world: World, city: CityCode) -> Iterator[Asker]:
    """Two who stand for parties that propose, each for others."""
    for name, records in STAND_FOR.items():
        parties = frozenset(world.id(f"proposer of {record}") for record in records)
        person = world.person(city, name, parties=parties)
        yield Asker(name, city, person.token, Rights(city, frozenset({Role.PROPOSER}), parties))


def ended(world: World, city: CityCode) -> Iterator[Asker]:
    """Who was somebody here, and is not any more."""
    house, nobody = world.running.house, Rights(city)
    today, desk = house.tenancy.today(), house.tenancy.desk(operator(city))
    left = world.person(city, "left", Role.DESK_OFFICER)
    desk.do(
        RemoveMember(member=left.member.id, reason=world.canaries.text("why one left"), valid_from=today),
        Entry(uuid4()),
    )
    yield Asker("member who left", city, left.token, nobody, enters=False)
    revoked = world.person(city, "revoked", Role.DESK_OFFICER, Role.CITY_ADMINISTRATOR)
    for right in revoked.member.rights:
        assert right.grant is not None
        desk.do(RevokeRight(grant=right.grant, reason="異動", valid_from=today), Entry(uuid4()))
    yield Asker("member without a right any more", city, revoked.token, nobody)
    former = world.person(city, "former proposer", parties=(world.id("proposer of adopted"),))
    for right in former.member.rights:
        assert right.grant is not None
        over = EndRepresentation(
            representation=right.grant, reason=world.canaries.text("why it ended"), valid_from=today
        )
        desk.do(over, Entry(uuid4()))
    yield Asker("proposer no longer", city, former.token, nobody)
    expired = world.person(city, "expired", Role.DESK_OFFICER)
    digest = hashlib.sha256(expired.token.encode()).digest()
    house.sql("update renkei.tokens set expires_at = clock_timestamp() - interval '1 s' where digest = %s", digest)
    yield Asker("expired token", city, expired.token, nobody, enters=False)
    out = world.person(city, "signed out", Role.DESK_OFFICER)
    answer = world.running.desk.client.delete(f"/desk/{city}/token", headers={"Authorization": f"Bearer {out.token}"})
    assert answer.status_code == 204
    yield Asker("signed out", city, out.token, nobody, enters=False)
    inactive = world.person(city, "inactive", Role.DESK_OFFICER)
    house.sql("update renkei.members set active = false where (city, member) = (%s, %s)", city, inactive.member.id)
    yield Asker("account closed", city, inactive.token, nobody, enters=False)
