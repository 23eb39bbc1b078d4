"""What all wishes about a project have in common (事業の操作の共通部分)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain.project import PROJECT, Project
from tenants.members import Role
from tenants.saying import OfDepartment
from tenants.wish import Context

DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
DESK: Final = frozenset({Role.DESK_OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWish(OfDepartment[Project]):
    """About one project; its department works on it, the desk accompanies it."""

    decider = PROJECT
    roles: ClassVar[frozenset[Role]] = DEPARTMENT

    project: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting(ProjectWish):
    """Something is noted that has happened on a day."""

    on: date

    def judge(self, state: Project, context: Context) -> None:
        """Raises OutsideRemit, DateInvalid for a day that has not come, or before it began."""
        super(Noting, self).judge(state, context)
        context.happened("on", self.on)
