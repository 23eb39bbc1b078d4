"""Every route of the application, with addresses to ask it at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.leaks.askers import EVERYWHERE, Asker
from tests.leaks.canaries import Rights
from tests.leaks.world import CITIES, SLUGS, uid

BODIES: Final[dict[str, Any]] = {
    "POST /graphql": {"query": "{ cases { nodes { title summary } } }"},
    "POST /desk/{city}/graphql": {"query": "{ inbox { nodes { title { text } contact { text } } } }"},
    "POST /desk/{city}/token": {"login": "CANARY90001", "secret": "まちがい"},
    "POST /desk/{city}/tokens": {"name": "集計用", "days": 1, "scopes": ["read"]},
}
"""What is sent to a route that reads a body."""

PARAMETERS: Final = {
    "file": str(uid("file")),
    "provider": "entra",
    "token": "8d0f2f4e-5f0b-4c35-a0f0-6c1d0d3e6f10",
}
"""For other parameters: what nobody has, but for the file, which is there."""

NAMES: Final = ("explorer.js", "..%2f..%2fdatabase.secret", "%2e%2e/settings.py", "nothing")
"""For `{name}`: a file that is there, and some that must not be reached."""


@dataclass(frozen=True)
class Route:
    """A method and a path with its parameters in braces."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app: FastAPI) -> list[Route]:
    """All of them; a HEAD tells what its GET tells."""
    return [
        Route(method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in sorted(getattr(route, "methods", None) or {"GET"})
        if method != "HEAD"
    ]


def filled(route: Route, asker: Asker | None) -> Iterator[tuple[str, Rights, Any]]:
    """Addresses of a route, what may be told there, and what is sent along."""
    body = BODIES.get(str(route))
    if str(route) == "DELETE /desk/{city}/token" and asker is not None:
        return  # who signs out could not ask again; `askers.ended` has done it
    path = route.path
    for name, value in PARAMETERS.items():
        path = path.replace(f"{{{name}}}", value)
    if "{city}" in path:
        for city in CITIES:
            for name in (city, SLUGS[city]):
                own = asker is not None and asker.city == city
                yield path.replace("{city}", name), asker.rights if own and asker else Rights(city), body
    elif "{name}" in path:
        for name in NAMES:
            yield path.replace("{name}", name), EVERYWHERE, body
    else:
        assert "{" not in path, f"say in routes.py what stands for the parameters of {route}"
        yield path, EVERYWHERE, body
