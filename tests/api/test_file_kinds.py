"""Which files are taken over real HTTP: what is of its kind from its first byte to its last, and nothing else."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain import policy
from domain.files import MediaType
from tenants.files.kinds import KINDS
from tests.api.file_examples import BAD, GOOD, HONEST
from tests.api.files_kept import Kept, code
from tests.api.files_world import FilesWorld, Person


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_that_is_taken_is_taken(officer: Person, name: str) -> None:
    assert officer.sent(GOOD[name], name)["name"] == name


@pytest.mark.parametrize("name", HONEST)
def test_what_is_unusual_and_honest_is_taken(officer: Person, name: str) -> None:
    told, content, declared = HONEST[name]
    assert officer.send(content, told, declared).status_code == 201


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_goes_out_as_itself_and_to_be_kept(world: FilesWorld, officer: Person, name: str) -> None:
    told = officer.read(officer.attached(world.proposal(), GOOD[name], name))
    kind = next(kind for kind in KINDS.values() if name.lower().endswith(kind.endings))
    assert told.content == GOOD[name]
    assert told.headers["content-type"] == kind.declared
    assert told.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_every_kind_has_its_example() -> None:
    assert {kind for kind in MediaType for name in GOOD if name.lower().endswith(KINDS[kind].endings)} == set(MediaType)


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_taken_is_refused_in_both_languages_and_leaves_nothing(
    kept: Kept, officer: Person, name: str
) -> None:
    before = kept.names()
    told, content, declared = BAD[name]
    answer = officer.send(content, told, declared)
    assert answer.status_code in {400, 415}, answer.text
    assert answer.json()["message"].isascii() or "{" not in answer.json()["message"]
    japanese = officer.send(content, told, declared, Accept_Language="ja").json()["message"]
    assert not japanese.isascii()
    assert kept.names() == before
    assert kept.world.house.sql("select count(*) from renkei.uploads where member = %s", member_of(officer)) == [(0,)]


def member_of(person: Person) -> UUID:
    return UUID(person.ask("{ me { id } }")["me"]["id"])


def test_a_kind_that_the_city_does_not_take_is_refused(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "USUAL_ATTACHMENTS", replace(policy.USUAL_ATTACHMENTS, types=(MediaType.PNG,)))
    before = kept.names()
    assert code(officer.send()) == (415, "FILE_UNFITTING")
    assert kept.names() == before
    assert officer.sent(GOOD["a.png"], "a.png")
