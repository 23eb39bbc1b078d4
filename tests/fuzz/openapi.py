"""A description of every route, made from the application itself, with what is known of their bodies (OpenAPI 3.1)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

CITY: Final = {"anyOf": [{"enum": ["sapporo", "011002", "aomori", "022012", "atlantis"]}, {"type": "string"}]}
NAME: Final = {"anyOf": [{"enum": ["explorer.css", "explorer.js", "pages.css"]}, {"type": "string"}]}
TEXT: Final = {"type": "string"}

DOCUMENTS: Final = {
    "anyOf": [
        {"enum": ["{ __typename }", "{ cases { nodes { title } } }", "{ me { id } }", "mutation { __typename }", "{"]},
        TEXT,
    ]
}
REQUEST: Final = {
    "type": "object",
    "properties": {
        "query": DOCUMENTS,
        "documentId": TEXT,
        "operationName": {"anyOf": [TEXT, {"type": "null"}]},
        "variables": {"anyOf": [{"type": "object"}, {"type": "null"}]},
        "extensions": {"type": "object"},
    },
}
SIGNING: Final = {"type": "object", "properties": {"login": TEXT, "secret": TEXT}, "required": ["login", "secret"]}

PARAMETERS: Final[Mapping[str, Any]] = {"city": CITY, "name": NAME}
"""Name in a path to its values; any text when it is not here."""
BODIES: Final[Mapping[str, Any]] = {"/graphql": REQUEST, "/token": SIGNING}
"""End of a path to the JSON that is posted there; any object when it is not here."""
QUERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "/graphql": ("query", "documentId", "operationName", "variables", "extensions"),
    "/": ("lang",),
}
"""End of a path to what its query string may hold."""


def ending(path: str, table: Mapping[str, Any]) -> Any:
    """The entry whose key a path ends in."""
    return next((value for key, value in table.items() if path == key or (key != "/" and path.endswith(key))), None)


def operation(path: str, method: str) -> dict[str, Any]:
    """One method of one route."""
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    inside = [{"name": name, "in": "path", "required": True, "schema": PARAMETERS.get(name, TEXT)} for name in names]
    asked = [{"name": name, "in": "query", "schema": TEXT} for name in ending(path, QUERIES) or ()]
    headers = [{"name": name, "in": "header", "schema": TEXT} for name in ("Accept", "Accept-Language")]
    told: dict[str, Any] = {
        "operationId": f"{method} {path}",
        "parameters": inside + (asked if method == "get" else []) + headers,
        "responses": {"default": {"description": "What it answers."}},
    }
    if method in {"post", "put", "patch"}:
        body = ending(path, BODIES) or {"type": "object"}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return told


def routes_of(app: FastAPI) -> dict[str, list[str]]:
    """Path to its methods, of everything that the application answers."""
    found: dict[str, list[str]] = {}
    for route in iter_route_contexts(app.routes):
        methods = {method.lower() for method in getattr(route, "methods", None) or ()}
        found.setdefault(str(route.path), []).extend(sorted(methods))
    return found


def described(app: FastAPI, without: frozenset[tuple[str, str]] = frozenset()) -> dict[str, Any]:
    """The description; ``without``: method and end of a path that are left out."""
    paths = {
        re.sub(r"{(\w+):\w+}", r"{\1}", path): {
            method: operation(path, method)
            for method in methods
            if not any(method == other and path.endswith(end) for other, end in without)
        }
        for path, methods in routes_of(app).items()
    }
    return {"openapi": "3.1.0", "info": {"title": "renkei", "version": "0"}, "paths": paths}
