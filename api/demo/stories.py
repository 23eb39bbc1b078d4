"""Samples as data alone: any command by its name, with what is entered (見本の筋書き)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from api.demo.accounts import Act, People, demo_id
from api.demo.data import Doing, Story
from tenants.commands import WISHES
from tenants.wish import Wish

SAMPLES: Final = "見本 samples"
"""What an act is about, for a progress bar."""

BY_NAME: Final = {wish.name: wish for wish in WISHES}
REFERENCE: Final = re.compile(r"@([a-z]+)/([a-z0-9-]+)")


def story_acts(people: People, story: Story) -> Iterator[Act]:
    """Each step as a command, whose id is derived from its place in the story.

    Raises KeyError for a name that is not there, msgspec.ValidationError for what its command does not take.
    """
    for number, step in enumerate(story.steps):
        key = f"story/{story.key}/{number}"
        yield Act(
            SAMPLES,
            key,
            people.member(step.by),
            _wish(people, step, demo_id("command", key)),
            step.on,
            step.channel,
            None if step.of is None else demo_id("proposer", step.of),
            people.post_of(step.by, step.on),
        )


def _wish(people: People, step: Doing, command: UUID) -> Wish[Any]:
    return _read(step.do, _named(people, step.say, command))


def _read(name: str, said: Any) -> Wish[Any]:
    """A command; one within it, to be approved, is a table with its name and what is entered."""
    wish: Wish[Any] = msgspec.convert(said, BY_NAME[name], dec_hook=lambda _kind, deed: _read(deed["do"], deed["say"]))
    return wish


def _named(people: People, said: Any, command: UUID) -> Any:
    """The same with ids in the place of references."""
    if isinstance(said, Mapping):
        return {key: _named(people, value, command) for key, value in said.items()}
    if isinstance(said, list):
        return [_named(people, value, command) for value in said]
    found = REFERENCE.fullmatch(said) if isinstance(said, str) else None
    return said if found is None else str(_id(people, found[1], found[2], command))


def _id(people: People, kind: str, key: str, command: UUID) -> UUID:
    match kind:
        case "department":
            return people.department(key)
        case "member":
            return people.member(key).id
        case "own":
            return uuid5(command, key)
        case _:
            return demo_id(kind, key)
