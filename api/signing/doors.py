"""Who is asking: the member behind a bearer token or behind a browser's session, and what they may do (入口)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.signing.browser import Browser
from domain.errors import CityUnknown, NotSignedIn
from domain.values import CityCode
from tenants.identity import Identity
from tenants.identity.factors import SecondFactorDemanded
from tenants.identity.sessions import Session
from tenants.identity.tokens import EVERYTHING, Scope, ScopeTooNarrow
from tenants.members import Member
from tenants.tenancy import Tenancy

if TYPE_CHECKING:
    from api.desk.pace import Commands

BEARER: Final = "bearer"
SESSION: Final = "session"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who was let in. ``personal``: by a token that the member made; ``fresh``: the cookie's next value.

    ``limited``: whom nothing but setting up a second factor is open to.
    """

    member: Member
    scopes: frozenset[Scope] = EVERYTHING
    personal: bool = False
    session: Session | None = None
    token: str = field(default="", repr=False)
    fresh: str | None = field(default=None, repr=False)
    limited: bool = False


class Doors:
    """One per process."""

    def __init__(
        self,
        identity: Identity,
        browser: Browser,
        commands: "Commands",
        demands: Callable[[Member], bool] = lambda _member: False,
    ) -> None:
        """``demands``: whether a member needs a second factor."""
        self._identity, self._browser, self._commands, self.demands = identity, browser, commands, demands

    async def admitted(self, request: Request, city: CityCode, *, enrolling: bool = False) -> Admitted:
        """Who this is; ``enrolling``: also somebody who must set up a second factor first.

        Raises NotSignedIn, CrossSite for a cookie that another site's page sent, SecondFactorDemanded, Unavailable.
        """
        if "authorization" in request.headers:
            token = bearer(request)
            held = await self._identity.tokens.holder(city, token)
            if held.bare and self.demands(held.member):
                raise SecondFactorDemanded
            return Admitted(held.member, held.scopes, held.personal, token=token)
        token = self._browser.get(request, SESSION, city)
        if not token:
            raise NotSignedIn
        self._browser.check_origin(request)
        session = await self._identity.sessions.find(city, token)
        limited = session.bare and self.demands(session.member)
        if limited and not enrolling and not session.stolen:
            raise SecondFactorDemanded  # before the token changes: this answer carries no cookie
        fresh = None
        if session.stolen or session.turn or session.look:
            fresh = await self._commands.run(self._identity.sessions.keep_up, session, token)
        return Admitted(session.member, session=session, token=fresh or token, fresh=fresh, limited=limited)

    async def in_person(self, request: Request, city: CityCode, *, enrolling: bool = False) -> Admitted:
        """The same for what concerns the member's own account: no personal token opens it. Raises ScopeTooNarrow."""
        admitted = await self.admitted(request, city, enrolling=enrolling)
        if admitted.personal:
            raise ScopeTooNarrow(
                needed="a session, or a token from login and secret",
                needed_ja="サインインしたセッションか、ログイン名とパスワードで得たトークン",
            )
        return admitted

    def renew(self, request: Request, response: Response, admitted: Admitted) -> Response:
        """The answer with the next value of the session's cookie, if there is one."""
        if admitted.fresh is not None:
            self._browser.put(request, response, SESSION, admitted.member.city, admitted.fresh)
        return response


async def city_of(tenancy: Tenancy, request: Request) -> CityCode:
    """The city in the path, by code or slug. Raises CityUnknown, Unavailable."""
    name: str = request.path_params["city"]
    if "\0" in name:  # no database text holds it
        raise CityUnknown(city=name.replace("\0", "")[:60])
    return await to_thread.run_sync(tenancy.find, name)


def bearer(request: Request) -> str:
    """The token of a request. Raises NotSignedIn when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != BEARER or not token.strip():
        raise NotSignedIn
    return token.strip()
