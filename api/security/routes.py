"""Every route and its class: what it may be asked, how it is counted, and which headers its answers carry (経路の表).

A route that is not in this table fails the tests. At run time such a place is UNKNOWN: it gets the narrowest headers,
no body and a public visitor's turn.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from starlette.routing import compile_path

from domain.policy import LARGEST_FILE

Headers = tuple[tuple[bytes, bytes], ...]

YEAR: Final = 31_536_000
FEATURES: Final = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock"),
    *("usb", "web-share", "xr-spatial-tracking"),
)
"""What a browser could be asked for and none of our pages uses (W3C Permissions Policy, registry of features)."""
FIXED: Final = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)
"""On every answer of every class."""
HSTS: Final = ("Strict-Transport-Security", f"max-age={YEAR}")
"""Only on answers to requests that came over TLS; other hosts of the city's domain are not ours to bind."""

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is no page: whoever opens it in a browser gets nothing that runs."""
PAGE: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EXPLORER: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NO_STORE: Final = "no-store"
TRANSFER: Final = 1_800
"""Seconds in which a file is sent, one way or the other."""
ASK_AGAIN: Final = "no-cache"
"""May be kept, but is asked for again by its ETag before it is used: nothing withdrawn is shown from memory."""


class Lane(StrEnum):
    """Requests of one lane wait for each other only."""

    PUBLIC = "public"
    DESK = "desk"
    OPERATOR = "operator"
    UPLOADS = "uploads"
    DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class RouteClass:
    """What holds for all routes of a kind. ``body``: most bytes of a request. ``caching``: of a 200 to a GET.

    ``budget``: the kind of request in ``settings.RATES``, ``None`` when it is not counted. ``any_host``: answered under
    every Host header, since those who look whether the program lives know only its address. ``own``: headers in lower
    case that a route may say better than the class, such as where a form leads. ``monitoring``: only for those
    who watch over the deployment (``addresses.Monitors``). ``longest``: seconds for a request and its answer;
    ``None``: what is usual in the process.
    """

    name: str
    lane: Lane
    budget: str | None
    body: int
    policy: str = NOTHING
    caching: str = NO_STORE
    shared: bool = False
    any_host: bool = False
    own: frozenset[str] = frozenset()
    monitoring: bool = False
    longest: int | None = None

    def told(self) -> dict[str, str]:
        """Its headers, but for caching, which depends on the answer."""
        resource = "cross-origin" if self.shared else "same-origin"
        return {**FIXED, "Content-Security-Policy": self.policy, "Cross-Origin-Resource-Policy": resource}


PUBLIC_API: Final = RouteClass("public-api", Lane.PUBLIC, "public", 100_000, caching=ASK_AGAIN, shared=True)
PUBLIC_EXPLORER: Final = RouteClass("explorer", Lane.PUBLIC, "public", 0, EXPLORER, ASK_AGAIN)
PUBLIC_PAGE: Final = RouteClass("page", Lane.PUBLIC, "public", 0, PAGE, ASK_AGAIN)
PUBLIC_FILE: Final = RouteClass("file", Lane.PUBLIC, "public", 0, caching=ASK_AGAIN)
DESK_API: Final = RouteClass("desk-api", Lane.DESK, "desk", 1_000_000)
SIGN_IN: Final = RouteClass("sign-in", Lane.DESK, "sign_in", 10_000)
FORM: Final = RouteClass(
    "form", Lane.DESK, "sign_in", 10_000, own=frozenset({"content-security-policy", "referrer-policy"})
)
ACCOUNT: Final = RouteClass("account", Lane.DESK, "desk", 10_000, own=FORM.own)
UPLOAD: Final = RouteClass("upload", Lane.UPLOADS, "desk", LARGEST_FILE, longest=TRANSFER)
DOWNLOAD: Final = RouteClass("download", Lane.DOWNLOADS, "desk", 0, f"sandbox; {NOTHING}", longest=TRANSFER)
PROBE: Final = RouteClass("probe", Lane.OPERATOR, None, 0, any_host=True)
METRICS: Final = RouteClass("metrics", Lane.OPERATOR, None, 0, monitoring=True)
UNKNOWN: Final = RouteClass("unknown", Lane.PUBLIC, "public", 0)

ROUTES: Final = MappingProxyType(
    {
        "/": PUBLIC_PAGE,
        "/pages.css": PUBLIC_FILE,
        "/robots.txt": PUBLIC_FILE,
        "/graphql": PUBLIC_API,
        "/graphql/schema.graphql": PUBLIC_FILE,
        "/graphql/explorer/{name}": PUBLIC_FILE,
        "/desk/{city}/graphql": DESK_API,
        "/desk/{city}/token": SIGN_IN,
        "/desk/{city}/sign-in": FORM,
        "/desk/{city}/sign-in/{provider}": FORM,
        "/desk/{city}/sign-in/{provider}/callback": FORM,
        "/desk/{city}/sign-out": FORM,
        "/desk/{city}/reset": FORM,
        "/desk/{city}/reset/use": FORM,
        "/desk/{city}/account": ACCOUNT,
        "/desk/{city}/tokens": ACCOUNT,
        "/desk/{city}/tokens/{token}": ACCOUNT,
        "/desk/{city}/files": UPLOAD,
        "/desk/{city}/files/{file}": DOWNLOAD,
        "/healthz": PROBE,
        "/readyz": PROBE,
        "/metrics": METRICS,
    }
)
"""Path of the route, as the application has it, to its class."""
AS_PAGE: Final = MappingProxyType({"/graphql": PUBLIC_EXPLORER})
"""Routes whose answer in HTML is of another class."""

CLASSES: Final = tuple({kind.name: kind for kind in (*ROUTES.values(), *AS_PAGE.values(), UNKNOWN)}.values())
PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (compile_path(path)[0], path) for path in ROUTES if "{" in path
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: the route as the table has it (``None``: nowhere), its class, its city as it was named."""

    route: str | None
    kind: RouteClass
    city: str | None = None


NOWHERE: Final = Place(None, UNKNOWN)


def place_of(path: str) -> Place:
    """The place of a path."""
    if path in ROUTES:
        return Place(path, ROUTES[path])
    for pattern, route in PATTERNS:
        if found := pattern.match(path):
            return Place(route, ROUTES[route], found.groupdict().get("city"))
    return NOWHERE


def encoded(headers: dict[str, str]) -> Headers:
    """As ASGI wants them."""
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


ENCODED: Final = MappingProxyType({kind.name: encoded(kind.told()) for kind in CLASSES})
"""Of each class, ready to be sent."""
