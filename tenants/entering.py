"""How people come into a city: an account to sign in with, and the first rights, which are events (担当者の登録)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4, uuid5

from domain.errors import AlreadyThere, CityUnknown, CodeUnknown, LoginTaken, PartMissing, ReferenceUnknown, SidesMixed
from domain.roles import EVERYBODY, WITHIN_DEPARTMENT, Role
from domain.values import SHORT, CityCode, text
from tenants.commands.rights import LONGEST_LOGIN, EnterMember, GiveRepresentation, GrantRight
from tenants.database.walls import read
from tenants.members import Member, operator
from tenants.parties import has_come
from tenants.standing import standing
from tenants.tenancy import Tenancy
from tenants.wish import Entry

REASON: Final = "運用担当による登録 / entered by the operator"

TERM: Final = timedelta(days=365)
"""How long an auditor who is entered without a post may read; an administrator grants it anew."""
MATTER: Final = "市の官民連携全般 / all of the city's partnerships"

ADD: Final = (
    "insert into renkei.members (city, member, login, name) select city, %s, %s, %s from renkei.cities where city = %s"
    " on conflict do nothing returning member"
)
FIND: Final = "select member from renkei.members where city = %s and login = %s"
KNOWN: Final = "select 1 from renkei.cities where city = %s"


def enter_member(
    tenancy: Tenancy,
    city: CityCode,
    login: str,
    name: str,
    roles: Iterable[Role],
    department: UUID | None = None,
    member: UUID | None = None,
    parties: Iterable[UUID] = (),
) -> Member:
    """Enter a person with an account and roles from today on; a call that was cut off is completed by the same again.

    The id is opaque and stays. ``department`` bounds the roles that reach no further than one. ``parties``: proposers
    for whom the person stands, who then has no role of the city's. Raises CityUnknown, LoginTaken, AlreadyThere (the id
    is taken), CodeUnknown for a role that no city gives, PartMissing without a role or a party, TextRequired,
    TextTooLong, TextForbidden, SidesMixed, ReferenceUnknown for a party that never came, and what granting raises.
    """
    wanted, proposing = sorted(frozenset(roles)), sorted(frozenset(parties))
    if wanted and proposing:
        raise SidesMixed(day=tenancy.today().isoformat(), roles=", ".join(wanted))
    if not wanted and not proposing:
        raise PartMissing(field="roles", problem="name at least one", problem_ja="一つ以上指定してください")
    for role in frozenset(wanted) - EVERYBODY:
        raise CodeUnknown(field="roles", value=role.value, known=", ".join(sorted(EVERYBODY)))
    if not all(has_come(tenancy.pool, city, party) for party in proposing):
        raise ReferenceUnknown(field="parties")
    id_ = open_account(tenancy, city, login, name, member or uuid4())
    desk, today = tenancy.desk(operator(city)), tenancy.today()
    desk.do(EnterMember(member=id_, title=name, login=login, valid_from=today), Entry(uuid5(id_, "entered")))
    for role in wanted:
        wish = GrantRight(
            grant=uuid5(id_, role),
            role=role,
            member=id_,
            department=department if role in WITHIN_DEPARTMENT else None,
            matter=MATTER if role is Role.AUDITOR else None,
            valid_from=today,
            until=today + TERM if role is Role.AUDITOR else None,
            reason=REASON,
        )
        desk.do(wish, Entry(uuid5(id_, f"granted {role}")))
    for party in proposing:
        stands = GiveRepresentation(
            representation=uuid5(id_, str(party)), member=id_, party=party, valid_from=today, reason=REASON
        )
        desk.do(stands, Entry(uuid5(id_, f"represents {party}")))
    return Member(city, id_, standing(tenancy, city).rights_of(id_, today), name)


def open_account(tenancy: Tenancy, city: CityCode, login: str, name: str, member: UUID) -> UUID:
    """A login for a member who is about to be entered; gives the id that it belongs to.

    An account whose person was never entered is taken over, so that a call that was cut off can be made again. Raises
    LoginTaken, AlreadyThere (the id is taken), CityUnknown, TextRequired, TextTooLong, TextForbidden, Unavailable.
    """
    text("login", login, LONGEST_LOGIN)
    text("name", name, SHORT)
    new, there = read(tenancy.pool, city, (ADD, (member, login, name, city)), (FIND, (city, login)))
    if new:
        return member
    if not there:
        raise AlreadyThere if read(tenancy.pool, city, (KNOWN, (city,)))[0] else CityUnknown(city=city)
    found: UUID = there[0][0]
    if found != member and found in standing(tenancy, city).rights.state.members:
        raise LoginTaken
    return found
