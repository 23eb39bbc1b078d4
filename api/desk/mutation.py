"""A mutation for every command there is, made from ``tenants.commands.WISHES`` (操作)."""

from dataclasses import replace
from typing import Any, Final

import strawberry
import structlog
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from api.desk.answers import SHAPES, Problem, ReceiptNumber, Recorded, problem, recorded
from api.desk.context import Context, DeskInfo
from api.desk.enums import first_line
from api.desk.inputs import command_input, entry_of, wish_of
from api.desk.naming import mutation_name
from api.desk.words import shown
from api.graphql.shown import declared
from api.security.watch import note
from domain.errors import CommandReused, Conflict, LogDiffers, LogUnchecked, Refusal
from tenants.checkpoint import CheckpointInvalid
from tenants.commands import WISHES
from tenants.commands.city import OpenCity
from tenants.commands.proposals import Receive
from tenants.commands.rights import EnterMember
from tenants.entering import open_account
from tenants.identity.tokens import Scope
from tenants.lookups import receipt_of
from tenants.parties import require_party
from tenants.wish import Wish

OPERATORS_OWN: Final = frozenset({OpenCity})
"""Commands that no member of a city gives."""

log: Final = structlog.get_logger("renkei.desk")


class LogInDoubt(LogUnchecked):
    """The log or its checkpoint is not what was signed: no member's mistake, and waiting does not mend it."""

    en = "Nothing can be recorded in this city until the operator has looked at its log. Tell the operator."
    ja = "この市の記録は、運用担当による確認が済むまで書き込めません。運用担当に連絡してください。"


def carried_out(context: Context, wish: type[Wish[Any]], given: Any) -> Recorded | Problem:
    """Give a command to the city's desk; expected refusals are data. Raises Unavailable and what is not expected."""
    try:
        context.require(Scope.WRITE)
        asked = wish_of(context.member, wish, given)
        entry = entry_of(given, context.request_id, context.tenancy.today())
        require_party(context.tenancy, context.city, asked)
        if isinstance(asked, EnterMember) and asked.login is not None:
            asked.allow(context.member)
            asked = replace(
                asked, member=open_account(context.tenancy, context.city, asked.login, asked.title, asked.member)
            )
        answer = context.tenancy.desk(context.member).do(asked, entry)
    except (CheckpointInvalid, LogDiffers) as error:
        log.error("log", city=context.city, problem=error.message("en"))  # noqa: TRY400 - said in a sentence
        raise LogInDoubt(city=context.city) from error
    except (Refusal, Conflict, CommandReused) as error:
        if not isinstance(error, Conflict):  # whoever comes second has done nothing wrong
            note(error, city=context.city, member=context.member.id, what=wish.name)
        return problem(error, context.language)
    more = {"receipt_number": _receipt(context, asked, given)} if wish.decider.name == "proposal" else {}
    return recorded(wish.decider.name, answer, given.command_id, **more)


def _receipt(context: Context, asked: Wish[Any], given: Any) -> ReceiptNumber | None:
    taken = receipt_of(context.tenancy, context.city, given.command_id) if isinstance(asked, Receive) else None
    return None if taken is None else shown(ReceiptNumber, taken)


def told(wish: type[Wish[Any]]) -> str:
    """What a command does, in both languages, and who may give it."""
    what = " ".join(first_line(wish).split()).replace("``", "`")
    roles = ", ".join(sorted(role.name for role in wish.roles))
    who = f"For {roles}." if wish.needed is Wish.needed else first_line(wish.needed)
    return f"{what} ({wish.ja}) {who}"


def field_of(wish: type[Wish[Any]]) -> StrawberryField:
    """The mutation of one command."""
    name = mutation_name(wish)

    async def resolve(info: DeskInfo, input: Any) -> Any:  # noqa: A002 - the schema's word
        return await info.context.commands.run(carried_out, info.context, wish, input)

    resolve.__annotations__ = {
        "info": DeskInfo,
        "input": command_input(f"{name[0].upper()}{name[1:]}Input", wish),
        "return": SHAPES[wish.decider.name].union,
    }
    field: StrawberryField = strawberry.mutation(
        resolver=resolve, name=name, description=told(wish), metadata=declared(wish)
    )
    field.python_name = name
    return field


OFFERED: Final = tuple(wish for wish in WISHES if wish not in OPERATORS_OWN)
"""The commands that members give."""


def mutation_type() -> type:
    """The mutations of the desk."""
    made: type = create_type(
        "Mutation", [field_of(wish) for wish in OFFERED], description="Every command that a member may give (操作)."
    )
    return made
