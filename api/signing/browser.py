"""What we keep in a browser and how we know that a request comes from our own pages (Cookie と送信元の確認).

Behind TLS every cookie has the prefix ``__Host-`` and is Secure; all are HttpOnly and SameSite=Lax, so that a page of
another site cannot send them with a POST, while the way back from a provider still works.
"""

import hmac
import re
import secrets
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from api.graphql.asking import body
from api.graphql.refusals import BodyKindUnsupported, BodyMalformed
from api.security.watch import note
from api.signing.refusals import CrossSite, FormExpired
from domain.errors import RenkeiError
from domain.values import CityCode
from tenants.identity.vault import Vault

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_LIMIT: Final = 10_000
"""Bytes of a form."""
MOST_FIELDS: Final = 20
FORM: Final = "form"
DAY: Final = 86_400
NEXT: Final = re.compile(r"/desk/(?P<city>[0-9a-z-]{1,40})/[A-Za-z0-9/_-]*(\?[A-Za-z0-9=&%_.:-]*)?")
"""Where somebody may be sent after signing in: a plain path of a desk, so never to another site."""


class Browser:
    """Cookies and origins of this deployment; ``address`` is how browsers reach it, where the operator has said so."""

    def __init__(self, vault: Vault, address: str | None) -> None:
        self._vault, self._address = vault, address

    def secure(self, request: Request) -> bool:
        """Whether the browser speaks TLS."""
        return (self._address or str(request.base_url)).startswith("https:")

    def get(self, request: Request, kind: str, city: CityCode) -> str:
        """A cookie of ours, or an empty text."""
        return request.cookies.get(self._name(request, kind, city), "")

    def put(
        self, request: Request, response: Response, kind: str, city: CityCode, value: str, lasts: int | None = None
    ) -> None:
        """Set a cookie of ours; it goes with the browser window unless it ``lasts`` some seconds."""
        response.set_cookie(
            self._name(request, kind, city),
            value,
            max_age=lasts,
            path="/",
            secure=self.secure(request),
            httponly=True,
            samesite="lax",
        )

    def drop(self, request: Request, response: Response, kind: str, city: CityCode) -> None:
        """Take a cookie of ours back."""
        self.put(request, response, kind, city, "", 0)

    def check_origin(self, request: Request) -> None:
        """Raises CrossSite for a request that changes something and does not show that it comes from our own pages."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if request.method in SAFE:
            return
        if site is None and origin is None:
            raise noted(CrossSite(), request)
        if site is not None and site != "same-origin":
            raise noted(CrossSite(), request)
        # A page under a strict referrer policy sends the origin `null`; the browser's own word is there beside it then.
        if origin is not None and not (origin == "null" and site == "same-origin") and not self._ours(request, origin):
            raise noted(CrossSite(), request)

    def _ours(self, request: Request, origin: str) -> bool:
        base = urlsplit(str(request.base_url))
        return origin.lower() == (self._address or f"{base.scheme}://{base.netloc}".lower())

    def form_mark(self, request: Request, city: CityCode) -> tuple[str, str]:
        """What the browser keeps as a cookie before anybody signs in, and the hidden mark of its forms."""
        kept = self.get(request, FORM, city) or secrets.token_urlsafe(18)
        return kept, self._vault.mark(FORM, f"{city}\n{kept}")

    async def form(self, request: Request, city: CityCode) -> dict[str, str]:
        """The fields of a form of ours. Raises CrossSite, FormExpired, RequestRefused."""
        self.check_origin(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise BodyKindUnsupported(kind=kind[:100] or "nothing")
        sent = await body(request, FORM_LIMIT)
        try:
            given = parse_qsl(sent.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise BodyMalformed(problem="the form cannot be read") from error
        fields = dict(given)
        if len(fields) < len(given):
            raise noted(BodyMalformed(problem="a field of the form is given twice"), request)
        kept = self.get(request, FORM, city)
        right = self._vault.mark(FORM, f"{city}\n{kept}")
        if not kept or not hmac.compare_digest(fields.get("mark", "").encode("utf-8", "replace"), right.encode()):
            raise noted(FormExpired(), request)
        return fields

    def _name(self, request: Request, kind: str, city: CityCode) -> str:
        prefix = "__Host-" if self.secure(request) else ""
        return f"{prefix}renkei-{kind}-{city}"


def noted(error: RenkeiError, request: Request) -> RenkeiError:
    """An error that is to leave a line; the city in the path was found before anything of the request was read."""
    note(error, city=request.path_params.get("city", ""), what="form")
    return error


def place_after(told: str, desk: str, city: CityCode) -> str:
    """Where to go after signing in: ``told`` when it is a place of this city's desk, else the member's account."""
    found = NEXT.fullmatch(told)
    return told if found and found["city"] in {desk, city} and "//" not in told else f"/desk/{desk}/account"
