"""The desks' side: GraphQL at ``/desk/{city}/graphql`` and signing in, one city a request (窓口の GraphQL).

Promises: nothing is told and nothing done without a member of that city; every command there is (``tenants.commands``)
is a mutation, with its own refusals as data; a typed value is shown to those of its audience only
(``tenants/visibility.py``, the one table; README.md prints it). May import ``projections``, ``tenants`` and ``domain``;
holds no rule and no SQL.
"""

from api.desk.routes import router

__all__ = ["router"]
