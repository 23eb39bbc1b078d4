"""Pages for people, rendered on the server; they work without JavaScript and ask no other host for anything (画面)."""

from api.pages.routes import router

__all__ = ["router"]
