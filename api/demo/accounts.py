"""Who acts in the demo, and what one act is: the accounts that one may sign in with, and their ids (デモの担当者).

Every id is derived from its name in the demo files, so that loading again finds what is there.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid5

from psycopg import Connection

from api.demo import data
from domain.circumstances import Channel
from domain.errors import AlreadyThere
from domain.policy import Policy
from domain.rights import Right
from domain.values import CityCode, Day
from tenants.city_file import CityFile
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import set_secret
from tenants.members import Member, Role, having
from tenants.onboarding import desk_department, desk_title
from tenants.register import builtin_cities
from tenants.tenancy import Tenancy
from tenants.wish import RENKEI, Entry, Wish

DEMO: Final = uuid5(RENKEI, "demo")
PASSWORD: Final = "renkei-demo"  # noqa: S105 - everybody is told it; the demo holds nothing but samples and public cases


def demo_id(kind: str, key: str) -> UUID:
    """The id of something in the demo."""
    return uuid5(DEMO, f"{kind}/{key}")


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF of the demo that is uploaded."""

    id: UUID
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """One command of the demo, by one member; ``key`` is its name, ``on`` the day it happened (left out: today).

    ``paper``: what comes in before it, for it to attach.
    """

    what: str
    key: str
    member: Member
    wish: Wish[Any]
    on: date | None = None
    channel: Channel = Channel.DESK
    on_behalf_of: UUID | None = None
    post: UUID | None = None
    paper: Paper | None = None

    @property
    def command_id(self) -> UUID:
        """Derived from the name, so that no act is recorded twice."""
        return demo_id("command", self.key)

    def entry(self) -> Entry:
        """How it is entered."""
        return Entry(
            self.command_id,
            "demo",
            self.channel,
            None if self.on is None else Day(self.on),
            self.on_behalf_of,
            self.post,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """What one needs to sign in: the city's slug for the address, login and password."""

    city: CityCode
    slug: str
    login: str
    name: str
    roles: tuple[Role, ...]
    password: str = PASSWORD


@dataclass(frozen=True)
class People:
    """The accounts and offices of the demo in the cities that have them."""

    cities: tuple[CityFile, ...] = field(default_factory=builtin_cities)
    offices: data.Offices = field(default_factory=data.offices)

    @cached_property
    def _departments(self) -> dict[str, UUID]:
        """Ids by key; the desk's own department is the one that the city was opened with."""
        desks = {(file.code, desk_title(file.desk)) for file in self.cities if file.desk}
        return {
            item.key: desk_department(item.city)
            if (item.city, item.names[0].name) in desks
            else demo_id("department", item.key)
            for item in self.offices.department
        }

    @cached_property
    def _members(self) -> dict[str, Member]:
        return {
            item.login: Member(item.city, demo_id("member", item.login), self._rights(item), item.name)
            for item in self.offices.member
        }

    def _rights(self, item: data.Account) -> frozenset[Right]:
        if item.stands_for is not None:
            return frozenset({Right(Role.PROPOSER, party=demo_id("proposer", item.stands_for))})
        return having(item.roles, self._departments[item.department] if item.department else None)

    def policy(self, city: CityCode) -> Policy:
        """The policy with which the demo opens a city."""
        return next(file.policy for file in self.cities if file.code == city)

    def department(self, key: str) -> UUID:
        """The id of a department."""
        return self._departments[key]

    def member(self, login: str) -> Member:
        """The member behind a login."""
        return self._members[login]

    def first(self, city: CityCode, role: Role) -> Member:
        """The first member of a city with a role. Raises LookupError when the demo has none."""
        for member in self._members.values():
            if member.city == city and role in member.roles:
                return member
        raise LookupError(f"the demo has no {role} in {city}")

    def post_of(self, login: str, day: date) -> UUID | None:
        """A post that the member held on a day."""
        (account,) = (item for item in self.offices.member if item.login == login)
        held = (p for p in account.posts if p.valid_from <= day and (p.until is None or day < p.until))
        return next((demo_id("post", holding.post) for holding in held), None)

    def accounts(self) -> tuple[Account, ...]:
        """What is told to who looks at the demo."""
        slugs = {file.code: file.slug for file in self.cities}
        return tuple(
            Account(item.city, slugs[item.city], item.login, item.name, item.roles or (Role.PROPOSER,))
            for item in self.offices.member
        )

    def members(self) -> tuple[Member, ...]:
        """Everybody who may sign in."""
        return tuple(self._members.values())

    def enter(self, owner: Connection[Row], tenancy: Tenancy, login: str) -> None:
        """Let a member in, with the password that everybody knows; who stands for a party, once that has come."""
        member = self.member(login)
        within = next(iter(member.departments() or ()), None)
        roles = member.roles - {Role.PROPOSER}
        with suppress(AlreadyThere):
            enter_member(tenancy, member.city, login, member.name, roles, within, member.id, member.parties)
        set_secret(owner, member.city, member.id, PASSWORD, told_to_everybody=True)
