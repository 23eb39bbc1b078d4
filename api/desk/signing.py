"""Signing in and out: ``POST /desk/{city}/token`` gives a token that ends, ``DELETE`` ends it now (サインイン)."""

from typing import Final

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.desk.pace import Commands
from api.failures import failure_of
from api.graphql.asking import body, check_kind
from api.graphql.http import request_id
from api.graphql.language import preferred
from api.graphql.refusals import RequestRefused
from api.security.rates import spend
from domain.errors import CityUnknown, NotSignedIn, RenkeiError
from domain.values import CityCode
from tenants.identity import Identity
from tenants.tenancy import Tenancy

BEARER: Final = "bearer"
BODY_LIMIT: Final = 10_000
"""Bytes of a login with its secret, and to spare."""


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member signs in with."""

    login: str
    secret: str


class CredentialsMalformed(RequestRefused):
    """What was sent is no login with a secret."""

    en = 'Send {{"login": "…", "secret": "…"}} as JSON: {problem}'
    ja = '{{"login": "…", "secret": "…"}} を JSON で送ってください（{problem}）。'


def bearer(request: Request) -> str:
    """The token of a request. Raises NotSignedIn when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != BEARER or not token.strip():
        raise NotSignedIn
    return token.strip()


async def city_of(tenancy: Tenancy, request: Request) -> CityCode:
    """The city in the path, by code or slug. Raises CityUnknown, Unavailable."""
    name: str = request.path_params["city"]
    if "\0" in name:  # no database text holds it
        raise CityUnknown(city=name.replace("\0", "")[:60])
    return await to_thread.run_sync(tenancy.find, name)


class Signing:
    """The two routes. Secrets are looked at in the threads of the commands, of which there are few."""

    def __init__(self, tenancy: Tenancy, identity: Identity, commands: Commands) -> None:
        self._tenancy, self._identity, self._commands = tenancy, identity, commands

    async def sign_in(self, request: Request) -> Response:
        """``{login, secret}`` to ``{token, expiresAt, member {id name roles}}``; the token is shown this once."""
        try:
            city = await city_of(self._tenancy, request)
            spend(request, "sign_in", city=city)
            check_kind(request.headers)
            given = _credentials(await body(request, BODY_LIMIT))
            issued = await self._commands.run(self._identity.sign_in, city, given.login, given.secret)
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


def refusal(request: Request, error: RenkeiError) -> Response:
    """Why not, in the form that all answers outside GraphQL have."""
    failure = failure_of(error, preferred(request).value)
    headers = {"Cache-Control": "no-store"}
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    content = {"code": failure.code, "message": failure.message, "requestId": request_id(request)}
    return JSONResponse(content, failure.status, headers)
