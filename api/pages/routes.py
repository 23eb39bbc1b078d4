"""The front page: what this is, which cities are here, what they show to everybody (入口の画面)."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.graphql.language import Language, preferred
from projections.queries import commons
from tenants.database.walls import Row, named_failures

HERE: Final = Path(__file__).parent
SHOWN: Final = 6
"""Cases and challenges on the front page."""
CITIES: Final = 100
"""Cities on the front page."""

PAGES: Final = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
STYLE: Final = (HERE / "pages.css").read_text("utf-8")


def chosen(request: Request) -> Language:
    """The language that the address names (``/?lang=ja``), else the one that the request prefers."""
    try:
        return Language(request.query_params.get("lang"))
    except ValueError:
        return preferred(request)


def router(public_reads: AsyncConnectionPool[AsyncConnection[Row]]) -> APIRouter:
    """``/`` and its style sheet, read as the public role."""
    routes = APIRouter()

    async def home(request: Request) -> Response:
        """Cities, newest cases, open challenges."""
        language = chosen(request).value
        with named_failures():
            async with public_reads.connection() as connection:
                cities = await commons.city_lines(connection, CITIES, None)
                cases = await commons.cases(connection, commons.CaseWhere(), SHOWN, None)
                challenges = await commons.challenges(connection, commons.ChallengeWhere(), SHOWN, None)
        text = PAGES.get_template("home.html").render(
            language=language,
            cities=cities.nodes,
            cases=cases.nodes,
            challenges=challenges.nodes,
            names={city.code: city.name_ja if language == "ja" else city.name_en for city in cities.nodes},
        )
        return HTMLResponse(text, headers={"Content-Language": language, "Vary": "Accept-Language"})

    async def style() -> Response:
        """The one style sheet."""
        return Response(STYLE, media_type="text/css; charset=utf-8")

    async def robots() -> Response:
        """Everything public may be indexed."""
        return PlainTextResponse("User-agent: *\nDisallow: /desk/\n")

    routes.add_api_route("/", home, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_api_route("/pages.css", style, include_in_schema=False)
    routes.add_api_route("/robots.txt", robots, include_in_schema=False)
    return routes
