"""The page on which a person tries the public API: no request leaves this host, no script stands in the page.

Its files lie beside this one. The page holds its texts in both languages; the style sheet shows those of the language
that the page is in.
"""

from functools import cache
from importlib import resources
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.graphql.language import Language, preferred
from api.graphql.trusted import id_of, read, trusted
from api.security.routes import PUBLIC_EXPLORER

ASSETS: Final = {
    "explorer.css": "text/css",
    "explorer.js": "text/javascript",
    "editing.js": "text/javascript",
    "result.js": "text/javascript",
    "samples.js": "text/javascript",
    "schema.js": "text/javascript",
}
"""Name to media type; nothing else in the folder is given out."""

DOCUMENTS: Final = read([resources.files(__package__).joinpath("documents")])
"""Name to text of the documents that the page asks by their ids."""
TRUSTED: Final = trusted(DOCUMENTS.values())
"""Those by their ids; the public endpoint takes every other document as well."""

HEADERS: Final = {**PUBLIC_EXPLORER.told(), "Cache-Control": PUBLIC_EXPLORER.caching}


@cache
def content(name: str) -> str:
    """A file of this folder."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def page(request: Request) -> Response:
    """The page, in the language that the browser prefers."""
    language = preferred(request)
    text = content("explorer.html").replace("{schema-document}", id_of(DOCUMENTS["schema"]), 1)
    if language is Language.EN:
        text = text.replace('<html lang="ja">', '<html lang="en">', 1)
    headers = {**HEADERS, "Vary": "Accept, Accept-Language", "Content-Language": language.value}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


def asset(name: str) -> Response | None:
    """A file that the page needs, or nothing."""
    if name not in ASSETS:
        return None
    return Response(content(name), media_type=f"{ASSETS[name]}; charset=utf-8", headers=HEADERS)
