"""The pages of signing in, rendered on the server: no script, nothing fetched from elsewhere (サインインの画面)."""

from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.failures import failure_of
from api.pages.routes import chosen
from api.signing.browser import DAY, FORM, Browser
from domain.errors import NotSignedIn, RenkeiError
from domain.values import CityCode
from tenants.onboarding import in_force
from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.identity")

PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
JST: Final = ZoneInfo("Asia/Tokyo")
PAGES.filters["moment"] = lambda at: f"{at.astimezone(JST):%Y-%m-%d %H:%M}"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
)
WRONG: Final = {
    "ja": "ログイン名、パスワード、コードのいずれかが違います。",
    "en": "Login, password or code is wrong.",
}


class Pages:
    """Renders the pages of the cities' desks."""

    def __init__(self, tenancy: Tenancy, browser: Browser) -> None:
        self._tenancy, self._browser = tenancy, browser
        self._names: dict[CityCode, tuple[str, str]] = {}

    def page(
        self,
        request: Request,
        city: CityCode,
        template: str,
        error: RenkeiError | None = None,
        forms: str = "",
        **told: Any,
    ) -> Response:
        """A page, with why the last wish was refused; ``forms``: an origin to which a form of it may lead on."""
        language = chosen(request).value
        kept, mark = self._browser.form_mark(request, city)
        failure = None if error is None else failure_of(error, language)
        shown = None if failure is None else failure.message
        if isinstance(error, NotSignedIn):
            shown = WRONG[language]
        text = PAGES.get_template(template).render(
            language=language,
            ja=language == "ja",
            other=f"lang={'en' if language == 'ja' else 'ja'}",
            desk=request.path_params["city"],
            city=self.name(city)[language == "en"],
            mark=mark,
            error=shown,
            **{"said": None, **told},
        )
        headers = {
            "Cache-Control": "no-store",
            "Content-Language": language,
            "Content-Security-Policy": POLICY.format(forms=f"'self' {forms}".strip()),
            "Referrer-Policy": "same-origin",  # under `no-referrer` a browser would not say where a form comes from
            "Vary": "Accept-Language",
            "X-Content-Type-Options": "nosniff",
        }
        if failure is not None and failure.retry_after is not None:
            headers["Retry-After"] = str(failure.retry_after)
        answer = HTMLResponse(text, 200 if failure is None else failure.status, headers)
        self._browser.put(request, answer, FORM, city, kept, DAY)
        return answer

    def name(self, city: CityCode) -> tuple[str, str]:
        """What a city is called, in Japanese and English; its code while that cannot be read."""
        if city not in self._names:
            try:
                found = in_force(self._tenancy, city)
            except RenkeiError as error:
                log.warning("city_name", city=city, problem=error.code)
                return city, city
            if found is None:
                return city, city
            self._names[city] = (found.file.name.ja, found.file.name.en)
        return self._names[city]
