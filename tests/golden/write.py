"""Writes the golden files of new examples; one that exists is never touched, since logs hold its bytes."""

import json
from enum import Enum
from pathlib import Path
from uuid import UUID

from domain.circumstances import Circumstances
from domain.events import EVENTS
from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from domain.values import Audience, Mark
from tenants.mapper import EventMapper, Recorded
from tests.domain.shapes import parts
from tests.golden.examples import EXAMPLES, Example

FOLDER = Path(__file__).parent
NAMES = FOLDER / "catalogues" / "names.json"


def state(example: Example) -> bytes:
    """The bytes that would be stored now."""
    return EventMapper().to_stored_event(Recorded(UUID(int=1), 1, example.circumstances, example.event)).state


def write_new() -> None:
    """Add what is missing."""
    for name, example in EXAMPLES.items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.write_bytes(state(example) + b"\n")


def catalogues() -> dict[str, list[str]]:
    """Every enumeration inside an event and every catalogue that all cities share, to the names of its members."""
    kinds = {kind for cls in (Circumstances, *EVENTS.values()) for _, kind in parts(cls, "")} | {Audience, Mark}
    found = {
        f"{kind.__module__.split('.')[1]}.{kind.__name__}": [member.value for member in kind]
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, Enum)
    }
    return {**found, "fields": list(FIELD_CODES), "methods": list(METHOD_CODES)}


def write_new_names() -> None:
    """Add the names that are new; one that was stored once stays, whatever the code says now."""
    known = json.loads(NAMES.read_text("utf-8"))
    for kind, names in sorted(catalogues().items()):
        before = known.get(kind, [])
        known[kind] = [*before, *(name for name in names if name not in before)]
    NAMES.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    write_new()
    write_new_names()
