"""The arguments that every public list takes (一覧の引数)."""

from typing import Annotated

import strawberry

First = Annotated[int, strawberry.argument(description="How many entries at most, 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="`endCursor` of the page before; leave it out for the first page.")
]
