"""What is read from a city's log itself rather than from its views: the policy in force, the number a command took."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.policy import IntakeKind, Policy
from domain.proposal import ReceiptNumber
from domain.values import CityCode
from tenants.database.walls import read
from tenants.wish import city_id

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

IN_FORCE: Final = (
    "select originator_version from renkei.events where city = %s and originator_id = %s"
    " order by originator_version desc limit 1"
)
TAKEN: Final = "select fiscal_year, kind, serial from renkei.receipt_numbers where city = %s and command_id = %s"


def policy_in_force(tenancy: "Tenancy", city: CityCode) -> Policy:
    """The policy under which the next command would be recorded. Raises Unavailable, LogDiffers."""
    (rows,) = read(tenancy.pool, city, (IN_FORCE, (city, city_id(city))))
    return tenancy.policy(city, rows[0][0] if rows else 0)


def receipt_of(tenancy: "Tenancy", city: CityCode, command_id: UUID) -> ReceiptNumber | None:
    """The receipt number that a command took (受付番号), or none. Raises Unavailable."""
    (rows,) = read(tenancy.pool, city, (TAKEN, (city, command_id)))
    return ReceiptNumber(rows[0][0], IntakeKind(rows[0][1]), rows[0][2]) if rows else None
