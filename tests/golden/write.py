"""Writes the golden files of new examples; one that exists is never touched, since logs hold its bytes."""

from pathlib import Path
from uuid import UUID

from tenants.mapper import EventMapper, Recorded
from tests.golden.examples import EXAMPLES, Example

FOLDER = Path(__file__).parent


def state(example: Example) -> bytes:
    """The bytes that would be stored now."""
    return EventMapper().to_stored_event(Recorded(UUID(int=1), 1, example.circumstances, example.event)).state


def write_new() -> None:
    """Add what is missing."""
    for name, example in EXAMPLES.items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.write_bytes(state(example) + b"\n")


if __name__ == "__main__":
    write_new()
