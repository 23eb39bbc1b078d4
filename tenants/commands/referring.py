"""Ids that commands name and how they are looked up (参照の確認)."""

from typing import Annotated
from uuid import UUID

from domain.organisation import named
from domain.rights import RIGHTS, rights_of
from domain.roles import Role
from tenants.saying import Refers
from tenants.wish import Context, rights_id


def _member(context: Context, field: str, member: UUID) -> None:
    named(context.look(RIGHTS, rights_id(context.city)).members, field, member, context.today)


MemberId = Annotated[UUID, Refers(_member)]
"""A member whom the city has today."""


def has_role(context: Context, member: UUID, role: Role) -> bool:
    """Whether a member has a role today, in whatever department."""
    rights = context.look(RIGHTS, rights_id(context.city))
    return any(right.role is role for right in rights_of(rights, context.organisation(), member, context.today))
