"""What is read from a city's log itself rather than from its views: the policy in force, the number a command took."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.policy import Policy
from domain.proposal import ReceiptNumber, Received
from domain.values import CityCode
from tenants.database.walls import read
from tenants.mapper import decode
from tenants.wish import city_id

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

IN_FORCE: Final = (
    "select originator_version from renkei.events where city = %s and originator_id = %s"
    " order by originator_version desc limit 1"
)
RECORDED: Final = (
    "select e.topic, e.state from renkei.commands c join renkei.events e on e.city = c.city and e.position = c.first"
    " where c.city = %s and c.command_id = %s and c.last >= c.first"
)


def policy_in_force(tenancy: "Tenancy", city: CityCode) -> Policy:
    """The policy under which the next command would be recorded. Raises Unavailable, LogDiffers."""
    (rows,) = read(tenancy.pool, city, (IN_FORCE, (city, city_id(city))))
    return tenancy.policy(city, rows[0][0] if rows else 0)


def receipt_of(tenancy: "Tenancy", city: CityCode, command_id: UUID) -> ReceiptNumber | None:
    """The receipt number that a command gave a proposal (受付番号), or none. Raises Unavailable, Unreadable."""
    (rows,) = read(tenancy.pool, city, (RECORDED, (city, command_id)))
    event = decode(rows[0][0], bytes(rows[0][1])).event if rows else None
    return event.receipt if isinstance(event, Received) else None
