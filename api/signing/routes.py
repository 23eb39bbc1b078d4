"""Signing in and out with a browser (サインインの画面と手順).

``/desk/{city}/sign-in`` (login and secret), ``…/sign-in/{provider}`` and its ``…/callback`` (OpenID Connect),
``…/sign-out``, ``…/reset`` and ``…/reset/use`` (another secret by mail), ``…/account``. Each begins with a form
of ours: no link on another site begins a session.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.routes import chosen
from api.security.rates import spend
from api.signing.account import Account, refusal
from api.signing.browser import DAY, Browser, place_after
from api.signing.doors import SESSION, Doors, city_of
from api.signing.mail import Mail
from api.signing.openid import LASTS, OpenId
from api.signing.pages import Pages
from api.signing.refusals import LocalOff, PersonUnknown, ProviderRefused, ProviderUnknown
from api.signing.settings import Provider, SignIn
from domain.errors import RenkeiError
from domain.values import CityCode, text
from tenants.commands.rights import LONGEST_LOGIN
from tenants.identity import Identity
from tenants.identity.identity import LONGEST_CODE
from tenants.identity.passwords import SHORTEST_SECRET
from tenants.members import Member
from tenants.tenancy import Tenancy

if TYPE_CHECKING:
    from api.desk.pace import Commands

log: Final = structlog.get_logger("renkei.identity")

AWAY: Final = "away"
"""The cookie of somebody who signs in elsewhere at the moment."""
KNOWN: Final = "known"
"""The cookie of a browser that a login has signed in with."""
SEE_OTHER: Final = 303
SENT: Final = {
    "ja": "登録済みのログイン名であれば、再設定のコードをメールで送りました。届かないときは管理者に連絡してください。",
    "en": "If that login is known here, a code is on its way by mail. If none comes, ask your administrator.",
}
CHANGED: Final = {
    "ja": "パスワードを変えました。新しいパスワードでサインインしてください。",
    "en": "Your password was changed. Sign in with it.",
}

Step = Callable[[Request, CityCode], Awaitable[Response]]


def add_routes(
    routes: APIRouter,
    tenancy: Tenancy,
    identity: Identity,
    doors: Doors,
    browser: Browser,
    commands: "Commands",
    settings: SignIn,
) -> None:
    """Add the routes of signing in to those of the desks."""
    pages = Pages(tenancy, browser)
    ways = Ways(identity, browser, pages, commands, settings)
    account = Account(identity, doors, browser, pages, commands, ways.onward)

    def route(path: str, step: Step, *methods: str) -> None:
        async def answer(request: Request) -> Response:
            try:
                return await step(request, await city_of(tenancy, request))
            except RenkeiError as error:
                return refusal(request, error)

        routes.add_api_route(path, answer, methods=list(methods))

    route("/sign-in", ways.show, "GET", "HEAD")
    route("/sign-in", ways.sign_in, "POST")
    route("/sign-in/{provider}", ways.leave, "POST")
    route("/sign-in/{provider}/callback", ways.come_back, "GET")
    route("/sign-out", ways.sign_out, "POST")
    route("/reset", ways.ask_reset, "GET", "HEAD", "POST")
    route("/reset/use", ways.use_reset, "GET", "HEAD", "POST")
    route("/account", account.show, "GET", "HEAD")
    route("/account", account.change, "POST")
    route("/tokens", account.tokens, "GET", "HEAD")
    route("/tokens", account.make_token, "POST")
    route("/tokens/{token}", account.revoke_token, "DELETE")


class Ways:
    """The ways to sign in, and out."""

    def __init__(
        self, identity: Identity, browser: Browser, pages: Pages, commands: "Commands", settings: SignIn
    ) -> None:
        self._identity, self._browser, self._pages = identity, browser, pages
        self._commands, self._settings = commands, settings
        self._openid = OpenId(identity.vault, settings.proxy)
        self._mail = None if settings.mail is None else Mail(settings.mail)

    # --- with login and secret ---------------------------------------------------------------------------------------

    async def show(self, request: Request, city: CityCode) -> Response:
        """The page to sign in on."""
        return await self._page(request, city)

    async def sign_in(self, request: Request, city: CityCode) -> Response:
        """Login, secret and code, from the page."""
        try:
            fields = await self._browser.form(request, city)
            spend(request, "sign_in", city=city)
            if not self._settings.local:
                raise LocalOff
            login = fields.get("login", "")
            given = (fields.get("secret", ""), fields.get("code", ""), self._known(request, city, login))
            member = await self._commands.run(self._identity.verify, city, login, *given)
            after = self._after(request, city)
            if self._settings.demands(member) and not await self._commands.run(self._identity.factors.has, member):
                after = f"/desk/{request.path_params['city']}/account?lang={chosen(request).value}"
            return await self._let_in(request, member, after, login=login)
        except RenkeiError as error:
            return await self._page(request, city, error)

    def _known(self, request: Request, city: CityCode, login: str) -> str:
        """The mark of a browser with which this login has signed in before; empty for any other."""
        nonce, _, mark = self._browser.get(request, KNOWN, city).partition(".")
        right = self._identity.vault.mark(KNOWN, f"{city}\n{login}\n{nonce}")
        return nonce if hmac.compare_digest(mark.encode("utf-8", "replace"), right.encode()) else ""

    async def _let_in(
        self,
        request: Request,
        member: Member,
        after: str,
        login: str | None = None,
        provider: Provider | None = None,
        id_token: str | None = None,
    ) -> Response:
        """A new session in the browser; the one before it ends."""
        city, before = member.city, self._browser.get(request, SESSION, member.city)
        name = None if provider is None else provider.name
        token = await self._commands.run(self._identity.sessions.start, member, before, name, id_token)
        answer = RedirectResponse(after, SEE_OTHER, {"Cache-Control": "no-store"})
        self._browser.put(request, answer, SESSION, city, token)
        if login is not None:
            nonce = self._known(request, city, login) or secrets.token_urlsafe(18)
            mark = self._identity.vault.mark(KNOWN, f"{city}\n{login}\n{nonce}")
            self._browser.put(request, answer, KNOWN, city, f"{nonce}.{mark}", 365 * DAY)
        return answer

    # --- with somebody else's account --------------------------------------------------------------------------------

    async def leave(self, request: Request, city: CityCode) -> Response:
        """To the provider, by a page of ours: a policy for forms cannot name where each provider leads on to."""
        try:
            await self._browser.form(request, city)
            provider = self._provider(request, city)
            after, language = self._after(request, city), chosen(request).value
            address, kept = await self._openid.begin(provider, city, self._back(city, provider), after, language)
        except RenkeiError as error:
            self._tell(error, city)
            return await self._page(request, city, error)
        answer = await self._named(request, city, "leaving.html", address=address, provider=provider)
        answer.headers["Refresh"] = f"0; url={address}"
        self._browser.put(request, answer, AWAY, city, kept, LASTS)
        return answer

    async def come_back(self, request: Request, city: CityCode) -> Response:
        """From the provider: whoever it vouches for is let in if the city knows who that is."""
        try:
            provider = self._provider(request, city)
            kept, told = self._browser.get(request, AWAY, city), dict(request.query_params)
            vouched, after = await self._openid.finish(provider, city, self._back(city, provider), kept, told)
            member = await self._commands.run(self._who, provider, city, vouched.subject, vouched.claims)
            if member is None:
                raise PersonUnknown(provider=provider.label_ja if chosen(request).value == "ja" else provider.label_en)
            answer = await self._let_in(request, member, after, provider=provider, id_token=vouched.id_token)
        except RenkeiError as error:
            self._tell(error, city)
            answer = await self._page(request, city, error)
        self._browser.drop(request, answer, AWAY, city)
        return answer

    def _who(self, provider: Provider, city: CityCode, subject: str, claims: dict[str, object]) -> Member | None:
        """The member whom this is: linked before, or by the claim that the configuration names."""
        found = self._identity.outside.find(city, provider.issuer, subject)
        login = claims.get(provider.link_by) if found is None and provider.link_by else None
        if not isinstance(login, str) or not 0 < len(login) <= LONGEST_LOGIN or "\0" in login:
            return found
        if provider.link_by == "email" and claims.get("email_verified") is not True:
            return None
        return self._identity.outside.link(city, provider.issuer, subject, login)

    def _provider(self, request: Request, city: CityCode) -> Provider:
        name = request.path_params["provider"]
        for provider in self._settings.of(city):
            if provider.name == name:
                return provider
        raise ProviderUnknown

    def _back(self, city: CityCode, provider: Provider) -> str:
        return f"{self._settings.address}/desk/{city}/sign-in/{provider.name}/callback"

    def _tell(self, error: RenkeiError, city: CityCode) -> None:
        problem = error.problem if isinstance(error, ProviderRefused) else error.code
        log.warning("sign_in_failed", city=city, problem=problem)

    def onward(self, city: CityCode) -> str:
        """Origins of the providers to whom signing out may lead on."""
        found = {_origin(provider.issuer) for provider in self._settings.of(city)}
        return " ".join(sorted(found | set(map(_origin, self._openid.ends(self._settings.of(city))))))

    # --- out ---------------------------------------------------------------------------------------------------------

    async def sign_out(self, request: Request, city: CityCode) -> Response:
        """The browser's session ends, and the one with the provider that let the member in, where it offers that."""
        page = f"/desk/{request.path_params['city']}/sign-in?lang={chosen(request).value}"
        try:
            await self._browser.form(request, city)
            token = self._browser.get(request, SESSION, city)
            ended = await self._commands.run(self._identity.sessions.end, city, token)
        except RenkeiError as error:
            return await self._page(request, city, error)
        for provider in self._settings.of(city):
            if provider.name == ended.provider:
                back = f"{self._settings.address}/desk/{city}/sign-in"
                page = await self._openid.sign_out_address(provider, ended.id_token, back) or page
        answer = RedirectResponse(page, SEE_OTHER, {"Cache-Control": "no-store", "Clear-Site-Data": '"cache"'})
        self._browser.drop(request, answer, SESSION, city)
        return answer

    # --- another secret by mail --------------------------------------------------------------------------------------

    async def ask_reset(self, request: Request, city: CityCode) -> Response:
        """The page that asks for the login, and its answer: the same for any login, before anything is looked up."""
        language = chosen(request).value
        if self._mail is None or not self._settings.local:
            return await self._page(request, city, LocalOff() if not self._settings.local else ProviderUnknown())
        if request.method != "POST":
            return await self._named(request, city, "reset.html")
        try:
            login = (await self._browser.form(request, city)).get("login", "")
            text("login", login, LONGEST_LOGIN)
        except RenkeiError as error:
            return await self._named(request, city, "reset.html", error)
        answer = await self._named(request, city, "reset.html", said=SENT[language])
        answer.background = BackgroundTask(self._send_reset, city, login, language)
        return answer

    async def _send_reset(self, city: CityCode, login: str, language: str) -> None:
        try:
            await self._commands.run(self._reset, city, login, language)
        except RenkeiError as error:
            log.error("reset_not_sent", city=city, problem=error.code)  # noqa: TRY400 - said in a word

    def _reset(self, city: CityCode, login: str, language: str) -> None:
        reset = self._identity.resets.ask(city, login)
        if reset is None or self._mail is None:
            return
        link = f"{self._settings.address}/desk/{city}/reset/use?{urlencode({'lang': language})}"
        name = self._pages.name(city)[language == "en"]
        self._mail.send(reset.address, f"reset_mail.{language}.txt", city=name, link=link, code=reset.code)

    async def use_reset(self, request: Request, city: CityCode) -> Response:
        """The page that a mail or the operator leads to: the code, and the new secret for it."""
        if not self._settings.local:
            return await self._page(request, city, LocalOff())
        if request.method != "POST":
            return await self._named(request, city, "new_secret.html", least=SHORTEST_SECRET, code="")
        code = ""
        try:
            fields = await self._browser.form(request, city)
            spend(request, "sign_in", city=city)
            code = fields.get("code", "")
            text("code", code, LONGEST_CODE)
            await self._commands.run(self._identity.resets.use, city, code, fields.get("secret", ""))
        except RenkeiError as error:
            return await self._named(request, city, "new_secret.html", error, least=SHORTEST_SECRET, code=code)
        answer = await self._page(request, city, said=CHANGED[chosen(request).value])
        self._browser.drop(request, answer, SESSION, city)
        return answer

    # --- pages -------------------------------------------------------------------------------------------------------

    def _after(self, request: Request, city: CityCode) -> str:
        return place_after(request.query_params.get("next", ""), request.path_params["city"], city)

    async def _page(
        self, request: Request, city: CityCode, error: RenkeiError | None = None, said: str | None = None
    ) -> Response:
        """The sign-in page, with what happened before."""
        query = {"lang": chosen(request).value, "next": self._after(request, city)}
        return await self._named(
            request,
            city,
            "sign_in.html",
            error,
            said=said,
            providers=self._settings.of(city),
            local=self._settings.local,
            mail=self._mail is not None,
            query=urlencode(query),
        )

    async def _named(
        self, request: Request, city: CityCode, template: str, error: RenkeiError | None = None, **told: Any
    ) -> Response:
        return await run_in_threadpool(lambda: self._pages.page(request, city, template, error, **told))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
