"""What a member does about the member's own account: password, second factor, tokens, sessions (アカウント).

What lets the member in is changed only by who shows once more who it is: by the password, with a code where there is a
second factor, or by having come from the provider just now. A member whose role asks for a second factor and who has
none is shown nothing but how to set one up.

``/desk/{city}/account`` is a page for people; ``/desk/{city}/tokens`` does the same for programs, in JSON, with a
session or a token from login and secret; a personal token makes no others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.failures import failure_of
from api.graphql.asking import body, check_kind
from api.graphql.http import request_id
from api.graphql.language import preferred
from api.graphql.refusals import RequestRefused
from api.pages.routes import chosen
from api.signing.browser import Browser
from api.signing.doors import SESSION, Admitted, Doors
from api.signing.pages import Pages
from api.signing.refusals import SignInAgain
from domain.errors import NotFound, NotSignedIn, RenkeiError
from domain.values import CityCode
from tenants.identity import Identity
from tenants.identity.factors import SecondFactorDemanded
from tenants.identity.passwords import SHORTEST_SECRET
from tenants.identity.tokens import PersonalToken
from tenants.members import Member

if TYPE_CHECKING:
    from api.desk.pace import Commands

BODY_LIMIT: Final = 10_000
SEE_OTHER: Final = 303
NO_STORE: Final = {"Cache-Control": "no-store"}
TOKEN: Final = {
    "ja": "新しいトークン（表示は今だけです）",
    "en": "Your new token (shown only now)",
}
CHANGED: Final = {
    "ja": "パスワードを変えました。ほかの端末とトークンはすべてサインアウトされました。",
    "en": "Your password was changed. Every other session and token has ended.",
}
WITH_SECRET: Final = frozenset({"everywhere", "end_session", "enrol", "remove", "make_token"})
"""What is done only after the member has shown again who it is; changing the password sees to that by itself."""
CODES: Final = {
    "ja": "リカバリーコード（表示は今だけです。各コードは一度だけ使えます）",
    "en": "Recovery codes (shown only now; each can be used once)",
}


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A personal token that is to be made, and the password (and code) of who makes it."""

    name: str
    days: int
    scopes: tuple[str, ...] = ("read",)
    secret: str = ""
    code: str = ""


class WantedMalformed(RequestRefused):
    """What was sent describes no token."""

    en = 'Send {{"name": "…", "days": 90, "scopes": ["read"], "secret": "…"}} as JSON: {problem}'
    ja = '{{"name": "…", "days": 90, "scopes": ["read"], "secret": "…"}} を JSON で送ってください（{problem}）。'


@dataclass(frozen=True, slots=True)
class Shown:
    """Secrets that are shown this once."""

    title: str
    lines: list[str]


class Account:
    """The page and its JSON."""

    def __init__(
        self,
        identity: Identity,
        doors: Doors,
        browser: Browser,
        pages: Pages,
        commands: "Commands",
        onward: Callable[[CityCode], str] = lambda _city: "",
    ) -> None:
        """``onward``: origins of a city to which signing out may lead on."""
        self._identity, self._doors, self._browser = identity, doors, browser
        self._pages, self._commands, self._onward = pages, commands, onward

    # --- for people --------------------------------------------------------------------------------------------------

    async def show(self, request: Request, city: CityCode) -> Response:
        """The page; who is not signed in comes to it by signing in."""
        try:
            admitted = await self._doors.in_person(request, city, enrolling=True)
        except NotSignedIn:
            return self._sign_in(request)
        return await self._page(request, admitted)

    async def change(self, request: Request, city: CityCode) -> Response:
        """One wish from the page."""
        try:
            admitted = await self._doors.in_person(request, city, enrolling=True)
        except NotSignedIn:
            return self._sign_in(request)
        told: dict[str, Any] = {}
        fields: dict[str, str] = {}
        try:
            fields = await self._browser.form(request, city)
            told = await self._commands.run(self._done, admitted, fields, chosen(request).value)
        except RenkeiError as error:
            return await self._page(request, admitted, error, awaited=fields.get("action") == "confirm")
        if told.pop("out", False):
            answer = self._sign_in(request)
            self._browser.drop(request, answer, SESSION, city)
            return answer
        answer = await self._page(request, admitted, **told)
        if fresh := told.get("fresh"):
            self._browser.put(request, answer, SESSION, city, fresh)
        return answer

    def _done(self, admitted: Admitted, fields: dict[str, str], language: str) -> dict[str, Any]:
        """Do it, and say what the page shows of it."""
        member, known, action = admitted.member, self._identity, fields.get("action")
        if admitted.limited and action not in {"enrol", "confirm"}:
            raise SecondFactorDemanded
        if action in WITH_SECRET:
            self._again(admitted, fields.get("secret", ""), fields.get("code", ""))
        match action:
            case "change_secret":
                old, code, new = (fields.get(name, "") for name in ("secret", "code", "new_secret"))
                known.change_secret(member, old, code, new)
                return {"said": CHANGED[language], "fresh": None if admitted.session is None else self._anew(member)}
            case "everywhere":
                known.sessions.end_everywhere(member)
                return {"out": True}
            case "end_session":
                known.sessions.end_one(member, _id(fields.get("session", "")))
                return {}
            case "enrol":
                return {"enrolment": known.factors.enrol(member)}
            case "confirm":
                here = None if admitted.session is None else admitted.session.id
                codes = known.factors.confirm(member, fields.get("code", ""), here)
                return {"shown": Shown(CODES[language], codes), "fresh": self._fresh(admitted)}
            case "remove":
                known.factors.remove(member)
                return {"fresh": self._fresh(admitted)}
            case "make_token":
                days, scope = fields.get("days", ""), fields.get("scope", "")
                lasts = timedelta(days=int(days) if days.isdecimal() and len(days) < 6 else 0)  # noqa: PLR2004 - years
                made = known.tokens.make(member, fields.get("name", ""), [scope], lasts)
                return {"shown": Shown(TOKEN[language], [made.token or ""])}
            case "revoke_token":
                known.tokens.revoke(member, _id(fields.get("token", "")))
                return {}
            case _:
                raise NotFound

    def _again(self, admitted: Admitted, secret: str, code: str) -> None:
        """See once more who it is. Raises SignInAgain, and what ``Identity.confirm`` does."""
        if admitted.session is None or not admitted.session.outside:
            self._identity.confirm(admitted.member, secret, code)
        elif not admitted.session.recent:
            raise SignInAgain

    def _anew(self, member: Member) -> str:
        """A session in place of those that ended with the old password."""
        return self._identity.sessions.start(member)

    def _fresh(self, admitted: Admitted) -> str | None:
        """What lets the member in has changed: so does the token of the session."""
        if admitted.session is None:
            return None
        return self._identity.sessions.rotate(admitted.session, admitted.token)

    async def _page(
        self, request: Request, admitted: Admitted, error: RenkeiError | None = None, **told: Any
    ) -> Response:
        answer = await run_in_threadpool(self._render, request, admitted, error, told)
        return self._doors.renew(request, answer, admitted)

    def _render(
        self, request: Request, admitted: Admitted, error: RenkeiError | None, told: dict[str, Any]
    ) -> Response:
        member, session, known = admitted.member, admitted.session, self._identity
        outside, factor = session is not None and session.outside, known.factors.has(member)
        return self._pages.page(
            request,
            member.city,
            "account.html",
            error,
            self._onward(member.city),
            member=member,
            limited=not factor and not outside and self._doors.demands(member),
            outside=outside,
            here=None if session is None else session.id,
            sessions=known.sessions.of(member),
            tokens=known.tokens.of(member),
            factor=factor,
            least=SHORTEST_SECRET,
            enrolment=told.get("enrolment"),
            awaited=told.get("awaited", False) and not factor,
            shown=told.get("shown"),
            said=told.get("said"),
        )

    def _sign_in(self, request: Request) -> Response:
        page = f"/desk/{request.path_params['city']}/sign-in?lang={chosen(request).value}"
        return RedirectResponse(page, SEE_OTHER, NO_STORE)

    # --- for programs ------------------------------------------------------------------------------------------------

    async def tokens(self, request: Request, city: CityCode) -> Response:
        """One's own personal tokens, without what lets in by them."""
        try:
            admitted = await self._doors.in_person(request, city)
            found = await self._commands.run(self._identity.tokens.of, admitted.member)
        except RenkeiError as error:
            return refusal(request, error)
        answer = JSONResponse({"tokens": [_told(token) for token in found]}, headers=NO_STORE)
        return self._doors.renew(request, answer, admitted)

    async def make_token(self, request: Request, city: CityCode) -> Response:
        """``{name, days, scopes, secret, code?}`` to a token, which is shown this once."""
        try:
            admitted = await self._doors.in_person(request, city)
            check_kind(request.headers)
            wanted = _wanted(await body(request, BODY_LIMIT))
            lasts = timedelta(days=max(0, min(wanted.days, 10_000)))
            await self._commands.run(self._again, admitted, wanted.secret, wanted.code)
            made = await self._commands.run(
                self._identity.tokens.make, admitted.member, wanted.name, wanted.scopes, lasts
            )
        except RenkeiError as error:
            return refusal(request, error)
        answer = JSONResponse({**_told(made), "token": made.token}, HTTPStatus.CREATED, NO_STORE)
        return self._doors.renew(request, answer, admitted)

    async def revoke_token(self, request: Request, city: CityCode) -> Response:
        """End one of them."""
        try:
            admitted = await self._doors.in_person(request, city)
            token = _id(request.path_params["token"])
            await self._commands.run(self._identity.tokens.revoke, admitted.member, token)
        except RenkeiError as error:
            return refusal(request, error)
        return self._doors.renew(request, Response(status_code=HTTPStatus.NO_CONTENT), admitted)


def _wanted(sent: bytes) -> Wanted:
    try:
        return msgspec.json.decode(sent, type=Wanted)
    except msgspec.ValidationError as error:
        raise WantedMalformed(problem=str(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WantedMalformed(problem="it cannot be read") from error


def _told(token: PersonalToken) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": sorted(token.scopes),
        "expiresAt": token.expires_at.isoformat(),
    }


def _id(told: str) -> UUID:
    """Raises NotFound for what is no id."""
    try:
        return UUID(told)
    except ValueError as error:
        raise NotFound from error


def refusal(request: Request, error: RenkeiError) -> Response:
    """Why not, in the form that all answers outside GraphQL have."""
    failure = failure_of(error, preferred(request).value)
    headers = dict(NO_STORE)
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    content = {"code": failure.code, "message": failure.message, "requestId": request_id(request)}
    return JSONResponse(content, failure.status, headers)
