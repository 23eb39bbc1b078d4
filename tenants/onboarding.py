"""Takes a municipality onto a running deployment, and puts the next version of its policy in force (自治体の登録).

One row in the register, an empty signed checkpoint, and the city's first commands: no table is made and nothing is
started again. Every command bears an id derived from what it says, so that who is cut off calls again and nothing is
recorded twice.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from psycopg import Connection

from domain.city import PolicyAdopted
from domain.errors import AlreadyThere, CityUnknown, Refusal
from domain.values import APRIL, CityCode, fiscal_year
from tenants import register, tree
from tenants.checkpoint import Checkpoint
from tenants.city_file import CityFile, Desk
from tenants.commands.city import AdoptPolicy, OpenCity
from tenants.commands.organisation import EstablishDepartment
from tenants.database.walls import Row, named_failures, read
from tenants.mapper import decode
from tenants.members import operator
from tenants.tenancy import Tenancy
from tenants.wish import RENKEI, Entry, city_id

REGISTER: Final = "insert into renkei.cities (city, slug) values (%s, %s) on conflict do nothing"
REGISTERED: Final = "select city, slug from renkei.cities where city = %s or slug = %s order by city = %s desc"
IN_FORCE: Final = (
    "select topic, state from renkei.events where city = %s and originator_id = %s and topic = 'city.policy_adopted'"
    " order by originator_version desc limit 1"
)


class SlugTaken(Refusal):
    """Another city has this address."""

    en = "The slug {slug!r} belongs to city {other}. Write another slug into the file."
    ja = "スラッグ「{slug}」は {other} が使っています。ファイルに別のスラッグを書いてください。"


class SlugStays(Refusal):
    """A city would get another address, and links to the old one would break."""

    en = "City {city} has the slug {slug!r}, which stays: it is part of addresses. Write {slug!r} into the file."
    ja = "{city} のスラッグは「{slug}」です。アドレスの一部なので変えられません。ファイルに「{slug}」と書いてください。"


class CityDiffers(Refusal):
    """The city is there, with another policy in force than the file has."""

    en = (
        "City {city} is there already, and policy version {version} in force is not what this file says. "
        "To put the file in force as the next version, use `renkei city policy FILE`."
    )
    ja = (
        "{city} は登録済みで、施行中の規定（第 {version} 版）はこのファイルと異なります。"
        "次の版として施行するには `renkei city policy FILE` を使ってください。"
    )


@dataclass(frozen=True, slots=True)
class Added:
    """A city that is on this deployment now; ``new`` is false when it was there before with the same content."""

    city: CityCode
    new: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """The city file that the log holds as its newest policy, and the number of that version."""

    version: int
    file: CityFile


def add_city(owner: Connection[Row], tenancy: Tenancy, file: CityFile) -> Added:
    """Register a city and open its log with its policy and its desk's department; the same call completes a broken one.

    ``owner`` is a connection of the tables' owner. Raises SlugTaken, SlugStays, CityDiffers, LogDiffers, LogUnchecked,
    Unavailable.
    """
    city = file.code
    _enter(owner, file)
    if not tenancy.size(city):  # written before the first event: a log with events and no checkpoint takes no more
        tenancy.checkpoints.keep(Checkpoint(city, 0, tree.EMPTY), tenancy.today())
    tenancy.check_log(city)
    before = in_force(tenancy, city)
    new = before is None and _open(tenancy, file)
    after = before or in_force(tenancy, city)
    if after is None or after.file != file:
        raise CityDiffers(city=city, version=after.version if after else 0)
    _establish_desk(tenancy, file)
    tenancy.keep_checkpoint(city)
    return Added(city, new)


def renew_policy(tenancy: Tenancy, file: CityFile) -> int:
    """Put the file in force as the city's next version and give its number; the present number when it is the same.

    A desk that the city did not have before gets its department. Raises CityUnknown, SlugStays, LogDiffers,
    LogUnchecked, Unavailable.
    """
    city = tenancy.find(file.code)
    tenancy.check_log(city)
    before = in_force(tenancy, city)
    if before is None:  # registered by a call that was cut off
        raise CityUnknown(city=city)
    if before.file.slug != file.slug:
        raise SlugStays(city=city, slug=before.file.slug)
    version = before.version
    if before.file != file:
        content = register.as_text(file)
        wish = AdoptPolicy(content=content, status=file.provenance.status, valid_from=file.provenance.valid_from)
        command = _command(city, f"policy after {version}", content)
        version = tenancy.desk(operator(city)).do(wish, Entry(command)).state.policy_version
    _establish_desk(tenancy, file)
    tenancy.keep_checkpoint(city)
    return version


def in_force(tenancy: Tenancy, city: CityCode) -> InForce | None:
    """The policy that the city's log holds as its newest, or ``None`` before the first. Raises LogDiffers."""
    (rows,) = read(tenancy.pool, city, (IN_FORCE, (city, city_id(city))))
    if not rows:
        return None
    adopted: PolicyAdopted = decode(rows[0][0], bytes(rows[0][1])).event
    return InForce(adopted.version, tenancy.file_of(city, adopted))


def desk_department(city: CityCode) -> UUID:
    """Id of the department that is the city's desk (窓口の課)."""
    return uuid5(RENKEI, f"{city}/department/desk")


def desk_title(desk: Desk) -> str | None:
    """The desk's department under its full name, from the outermost to the innermost; ``None`` if no document says."""
    return " ".join(name.ja for name in desk.departments) or None


def desk_since(desk: Desk) -> date:
    """First day of the fiscal year of the document: offices change on 1 April, and no document gives an earlier day."""
    return date(fiscal_year(desk.provenance.valid_from), APRIL, 1)


def _enter(owner: Connection[Row], file: CityFile) -> None:
    with named_failures(file.code), owner.transaction():
        owner.execute(REGISTER, (file.code, file.slug))
        city, slug = owner.execute(REGISTERED, (file.code, file.slug, file.code)).fetchall()[0]
    if city != file.code:
        raise SlugTaken(slug=file.slug, other=city)
    if slug != file.slug:
        raise SlugStays(city=city, slug=slug)


def _open(tenancy: Tenancy, file: CityFile) -> bool:
    """Whether it was this call that opened the log."""
    content = register.as_text(file)
    wish = OpenCity(content=content, status=file.provenance.status, valid_from=file.provenance.valid_from)
    try:
        return not tenancy.desk(operator(file.code)).do(wish, Entry(_command(file.code, "open", content))).repeated
    except AlreadyThere:  # somebody was faster, with another file
        return False


def _establish_desk(tenancy: Tenancy, file: CityFile) -> None:
    """Enter the desk's department once; what becomes of it later is entered by the city's administrator."""
    title = desk_title(file.desk) if file.desk else None
    if file.desk is None or title is None:
        return
    since = desk_since(file.desk)
    wish = EstablishDepartment(department=desk_department(file.code), title=title, valid_from=since)
    command = _command(file.code, "desk", f"{since} {title}")
    try:
        tenancy.desk(operator(file.code)).do(wish, Entry(command))
    except AlreadyThere:  # an earlier file named it otherwise; the organisation says what it is called now
        return


def _command(city: CityCode, purpose: str, content: str) -> UUID:
    return uuid5(RENKEI, f"{city}/{purpose}/{hashlib.sha256(content.encode()).hexdigest()}")
