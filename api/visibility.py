"""For whom each route of the application is (経路ごとの閲覧者). A route that is not here fails the tests.

What a route of a desk tells depends on the member besides: that is said beside each field (``api/desk/README.md``).
"""

from collections.abc import Mapping
from typing import Final

from domain.values import Audience
from tenants.visibility import Shown, View

PUBLIC: Final = Audience.PUBLIC
SELF: Final = View.SELF

ROUTES: Final[Mapping[str, Shown]] = {
    "GET /": PUBLIC,
    "GET /pages.css": PUBLIC,
    "GET /robots.txt": PUBLIC,
    "GET /graphql": PUBLIC,
    "POST /graphql": PUBLIC,
    "GET /graphql/schema.graphql": PUBLIC,
    "GET /graphql/explorer/{name}": PUBLIC,
    "GET /desk/{city}/graphql": SELF,
    "POST /desk/{city}/graphql": SELF,
    "POST /desk/{city}/token": PUBLIC,  # who signs in is nobody yet
    "DELETE /desk/{city}/token": SELF,
    "GET /desk/{city}/sign-in": PUBLIC,
    "POST /desk/{city}/sign-in": PUBLIC,
    "POST /desk/{city}/sign-in/{provider}": PUBLIC,
    "GET /desk/{city}/sign-in/{provider}/callback": PUBLIC,
    "POST /desk/{city}/sign-out": SELF,
    "GET /desk/{city}/reset": PUBLIC,
    "POST /desk/{city}/reset": PUBLIC,
    "GET /desk/{city}/reset/use": PUBLIC,  # who holds the link of the mail
    "POST /desk/{city}/reset/use": PUBLIC,
    "GET /desk/{city}/account": SELF,  # one's own
    "POST /desk/{city}/account": SELF,
    "GET /desk/{city}/tokens": SELF,  # one's own
    "POST /desk/{city}/tokens": SELF,
    "DELETE /desk/{city}/tokens/{token}": SELF,
    "POST /desk/{city}/files": SELF,  # who may take files in, the commands say
    "GET /desk/{city}/files/{file}": SELF,  # who reads the file's name (``tenants.visibility.may_read_file``)
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,  # nothing of what events say; and only from machines of the operator (RENKEI_MONITORS)
}
"""Method and path, as the application has it, to its readers; a HEAD tells what its GET tells."""
