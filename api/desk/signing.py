"""Signing in and out: ``POST /desk/{city}/token`` gives a token that ends, ``DELETE`` ends it now (サインイン)."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.desk.pace import Commands
from api.graphql.asking import body, check_kind
from api.graphql.refusals import RequestRefused
from api.security.rates import spend
from api.signing.account import refusal
from api.signing.doors import bearer, city_of
from api.signing.refusals import LocalOff
from api.signing.settings import SignIn
from domain.errors import RenkeiError
from tenants.identity import Identity
from tenants.tenancy import Tenancy

BODY_LIMIT: Final = 10_000
"""Bytes of a login with its secret, and to spare."""


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member signs in with; ``code`` where there is a second factor."""

    login: str
    secret: str
    code: str = ""


class CredentialsMalformed(RequestRefused):
    """What was sent is no login with a secret."""

    en = 'Send {{"login": "…", "secret": "…"}} as JSON: {problem}'
    ja = '{{"login": "…", "secret": "…"}} を JSON で送ってください（{problem}）。'


class Signing:
    """The two routes. Secrets are looked at in the threads of the commands, of which there are few."""

    def __init__(self, tenancy: Tenancy, identity: Identity, commands: Commands, settings: SignIn) -> None:
        self._tenancy, self._identity, self._commands, self._settings = tenancy, identity, commands, settings

    async def sign_in(self, request: Request) -> Response:
        """``{login, secret, code?}`` to ``{token, expiresAt, member {id name roles}}``; shown this once."""
        try:
            city = await city_of(self._tenancy, request)
            spend(request, "sign_in", city=city)
            check_kind(request.headers)
            if not self._settings.local:
                raise LocalOff
            given = _credentials(await body(request, BODY_LIMIT))
            issued = await self._commands.run(
                self._identity.sign_in, city, given.login, given.secret, given.code, self._settings.demands
            )
        except RenkeiError as error:
            return refusal(request, error)
        member = issued.member
        told = {"id": str(member.id), "name": member.name, "roles": sorted(member.roles), "city": member.city}
        content = {"token": issued.token, "expiresAt": issued.expires_at.isoformat(), "member": told}
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    async def sign_out(self, request: Request) -> Response:
        """The token of the request ends now."""
        try:
            city = await city_of(self._tenancy, request)
            await self._commands.run(self._identity.sign_out, city, bearer(request))
        except RenkeiError as error:
            return refusal(request, error)
        return Response(status_code=204)


def _credentials(sent: bytes) -> Credentials:
    try:
        return msgspec.json.decode(sent, type=Credentials)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CredentialsMalformed(problem=_told(error)) from error


def _told(error: Exception) -> str:
    """What is wrong with the form; such messages name keys and types and never repeat a value."""
    return str(error) if isinstance(error, msgspec.ValidationError) else "it cannot be read"
