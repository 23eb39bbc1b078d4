"""Mails to members that are due: each is put in once, handed out to be sent, and marked when it was sent (送信箱).

What a mail is about, its kind, its day and its member name it for ever, so that looking again, a rebuilt view or a
second process puts in nothing new. A mail that is handed out comes again after a pause unless it is marked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from psycopg.types.json import Jsonb

from domain.values import CityCode
from tenants.database.walls import read
from tenants.identity.resets import MAIL
from tenants.identity.vault import Vault
from tenants.wish import RENKEI

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

PAUSE: Final = timedelta(minutes=5)
"""Before the second attempt; each further one waits twice as long."""
TRIES: Final = 8
"""After so many attempts, over about a day and a half, nobody is served by the mail any more."""
AT_ONCE: Final = 50
"""Mails handed out in one round, one after the other."""

PUT: Final = (
    "insert into renkei.outbox (city, id, kind, about, day, member, facts)"
    " select %(city)s, %(id)s, %(kind)s, %(about)s, %(day)s, m.member, %(facts)s from renkei.members m"
    " join renkei.mail_addresses a on a.city = m.city and a.member = m.member"
    " where m.city = %(city)s and m.member = %(member)s and m.active on conflict do nothing returning id"
)
TAKE: Final = (
    "update renkei.outbox o set tries = o.tries + 1, gave_up = o.tries + 1 >= %(tries)s,"
    " next_at = clock_timestamp() + %(pause)s * power(2, o.tries)"
    " from renkei.mail_addresses a where a.city = o.city and a.member = o.member and o.city = %(city)s"
    " and o.id in (select id from renkei.outbox where city = %(city)s and sent_at is null and not gave_up"
    "  and next_at <= clock_timestamp() order by next_at limit 1 for update skip locked)"
    " returning o.id, o.kind, o.about, o.day, o.member, o.facts, a.address"
)
SENT: Final = "update renkei.outbox set sent_at = clock_timestamp(), gave_up = false where city = %s and id = %s"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is due to a member. ``facts`` are codes and days, nothing that anybody typed."""

    kind: str
    about: UUID
    day: date
    member: UUID
    facts: Mapping[str, Any]

    def id(self, city: CityCode) -> UUID:
        """Its name for ever."""
        return uuid5(RENKEI, f"{city}/outbox/{self.kind}/{self.about}/{self.day}/{self.member}")


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail handed out to be sent now, and where to."""

    id: UUID
    letter: Letter
    address: str


class Outbox:
    """The mails of one city."""

    def __init__(self, tenancy: "Tenancy", city: CityCode) -> None:
        self._tenancy, self._city = tenancy, city

    def put(self, letters: Iterable[Letter]) -> int:
        """Put in what is not there yet, for members with an address; gives how many. Raises Unavailable."""
        told = [
            {
                "city": self._city,
                "id": each.id(self._city),
                "kind": each.kind,
                "about": each.about,
                "day": each.day,
                "member": each.member,
                "facts": Jsonb(each.facts),
            }
            for each in letters
        ]
        if not told:
            return 0
        return sum(len(rows) for rows in read(self._tenancy.pool, self._city, *((PUT, one) for one in told)))

    def due(self) -> Iterator[Handed]:
        """The mails whose time has come, each handed out only when it is asked for, which counts as an attempt.

        A slow mail server so keeps none of them until its pause is over and another process sends it too. Raises
        KeysUnavailable, Unavailable.
        """
        vault = Vault(self._tenancy.keys)
        for _ in range(AT_ONCE):
            (rows,) = read(self._tenancy.pool, self._city, (TAKE, {"city": self._city, "tries": TRIES, "pause": PAUSE}))
            for id_, kind, about, day, member, facts, box in rows:
                plain = vault.open(MAIL, f"{self._city}/{member}", bytes(box))
                if plain is not None:
                    yield Handed(id_, Letter(kind, about, day, member, facts), plain.decode())
            if not rows:
                return

    def sent(self, id_: UUID) -> None:
        """It was taken by the mail server. Raises Unavailable."""
        with_city = (self._city, id_)
        read(self._tenancy.pool, self._city, (SENT + " returning id", with_city))
