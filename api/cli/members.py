"""`renkei member`: who may sign in, and how (職員)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from psycopg import Connection

from api.cli.terminal import PLAIN, fail, house, out
from api.house import House
from domain.errors import AlreadyThere, NotFound
from domain.values import CityCode
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import enrolment
from tenants.identity.resets import INVITATION
from tenants.identity.vault import Vault
from tenants.members import Role

member_app = typer.Typer(no_args_is_help=True, help="Members of a city.")


@member_app.command("add")
def member_add(
    city: str,
    login: str,
    name: str,
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    department: Annotated[
        UUID | None, typer.Option(help="Bounds what an officer or approver of a department may do.")
    ] = None,
    party: Annotated[
        list[UUID] | None,
        typer.Option(help="A proposer for whom the person stands, instead of roles; may be given several times."),
    ] = None,
) -> None:
    """Add a member to a city; gives a code with which the member chooses a password."""
    with house() as opened, opened.owner() as owner:
        code = opened.tenancy.find(city)
        member = enter_member(opened.tenancy, code, login, name, role or (), department, parties=party or ())
        out.print(f"Member {member.id} is entered as {login!r}.", markup=False)
        tell_invitation(opened, owner, code, member.id)


def tell_invitation(opened: House, owner: Connection[Row], city: CityCode, member: UUID) -> None:
    """Say where a member chooses a password, and the code for it, which ends the one before."""
    code, hours = enrolment.invite(owner, city, member), int(INVITATION.total_seconds()) // 3600
    address = opened.settings.sign_in.address or f"http://{opened.settings.host}:{opened.settings.port}"
    out.print(f"A password is chosen at {address}/desk/{city}/reset/use", **PLAIN)
    out.print(f"with this code, which is good once, for {hours} hours. Hand it to the member alone:", **PLAIN)
    out.print(code, **PLAIN)


@contextmanager
def member_of(city: str, login: str) -> Iterator[tuple[House, Connection[Row], CityCode, UUID]]:
    """The deployment with a connection of the owner, the city's code and the id of the member with a login."""
    with house() as opened, opened.owner() as owner:
        code = opened.tenancy.find(city)
        try:
            member = enrolment.member_id(owner, code, login)
        except NotFound:
            fail(f"Nobody in {city} has the login {login!r}. See that it is spelled as it was entered.")
        yield opened, owner, code, member


@member_app.command("invite")
def member_invite(city: str, login: str) -> None:
    """Give a member a code to choose a password with, the first or another; a code given before ends."""
    with member_of(city, login) as (opened, owner, code, member):
        tell_invitation(opened, owner, code, member)


@member_app.command("sign-out")
def member_sign_out(city: str, login: str) -> None:
    """End every session and token of a member, personal ones included."""
    with member_of(city, login) as (_, owner, code, member):
        enrolment.sign_out(owner, code, member)
        out.print(f"{login!r} is signed out everywhere.", markup=False)


@member_app.command("mail")
def member_mail(city: str, login: str, address: str) -> None:
    """Say where a member gets mail about the account, such as to choose a new secret."""
    with member_of(city, login) as (opened, owner, code, member):
        enrolment.set_mail_address(owner, Vault(opened.keys), code, member, address)
        out.print(f"Mail about the account of {login!r} goes to the address given.", markup=False)


@member_app.command("link")
def member_link(city: str, login: str, issuer: str, subject: str) -> None:
    """Say who a person of an OpenID provider is: ISSUER and SUBJECT as the provider's ID token has them."""
    with member_of(city, login) as (opened, owner, code, member):
        issuers = [provider.issuer for provider in opened.settings.sign_in.of(code)]
        if issuer not in issuers:
            fail(
                f"{city} has no provider with the issuer {issuer!r}, so nobody could sign in by it."
                f" Use one of: {', '.join(issuers) or 'none yet'}; or add the provider to sign-in.toml first."
            )
        try:
            enrolment.link(owner, code, member, issuer, subject)
        except AlreadyThere:
            fail(f"{login!r} or that person is linked with this issuer already. Use `renkei member unlink` first.")
        out.print(f"That person signs in as {login!r}.", markup=False)


@member_app.command("unlink")
def member_unlink(city: str, login: str, issuer: str) -> None:
    """Take a link to an OpenID provider back; whoever is signed in by it is signed out."""
    with member_of(city, login) as (_, owner, code, member):
        try:
            enrolment.unlink(owner, code, member, issuer)
        except NotFound:
            fail(f"{login!r} is not linked with that issuer.")
        out.print(f"Nobody of that issuer signs in as {login!r} any more.", markup=False)


@member_app.command("reset-factor")
def member_reset_factor(city: str, login: str) -> None:
    """Let a member whose authenticator app and recovery codes are lost sign in without; see first that it is they."""
    with member_of(city, login) as (_, owner, code, member):
        enrolment.reset_second_factor(owner, code, member)
        out.print(f"{login!r} signs in without a second factor until one is set up anew.", markup=False)
