"""People whom an outside provider vouches for, and who they are in a city (外部認証との対応).

A person is known by issuer and subject, which never change hands, not by an address or a name, which do.
"""

from typing import TYPE_CHECKING, Final

import structlog

from domain.values import CityCode
from tenants.database.walls import read
from tenants.identity.rows import COLUMNS, member_from
from tenants.members import Member

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.identity")

FIND: Final = (
    f"select {COLUMNS} from renkei.outside_identities o"  # noqa: S608 - our own columns
    " join renkei.members m on m.city = o.city and m.member = o.member"
    " where o.city = %s and o.issuer = %s and o.subject = %s and m.active"
)
# A member who is linked to another subject of the issuer already stays so, and a subject stays with its member.
LINK: Final = (
    "insert into renkei.outside_identities (city, issuer, subject, member)"
    " select m.city, %s, %s, m.member from renkei.members m where m.city = %s and m.login = %s and m.active"
    " on conflict do nothing returning member"
)


class OutsideIdentities:
    """One per process."""

    def __init__(self, tenancy: "Tenancy") -> None:
        self._tenancy, self._pool = tenancy, tenancy.pool

    def find(self, city: CityCode, issuer: str, subject: str) -> Member | None:
        """The active member whom this is in the city, if any. Raises Unavailable."""
        (rows,) = read(self._pool, city, (FIND, (city, issuer, subject)))
        return member_from(self._tenancy, city, rows[0]) if rows else None

    def link(self, city: CityCode, issuer: str, subject: str, login: str) -> Member | None:
        """Link a person to the member with this login, as a claim that the configuration trusts says.

        ``None`` when there is no such member, or the member or the person is linked otherwise already.
        """
        (linked,) = read(self._pool, city, (LINK, (issuer, subject, city, login)))
        if not linked:
            return None
        log.info("outside_identity_linked", city=city, member=str(linked[0][0]))
        return self.find(city, issuer, subject)
