"""What everybody may read without signing in: cases, open challenges and cities (公開 API).

Promises: reads only, and only the public commons, through a database role that can read nothing else; every list is
bounded; a page of any length costs the same number of statements. May import ``api.graphql`` and ``projections``.
"""

from api.public.routes import router

__all__ = ["router"]
