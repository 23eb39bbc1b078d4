"""What was erased goes from the storage, nothing else does, and the audit tells the one from the other."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from api.settings import storage_of
from tenants.database.access import Role as Account
from tenants.files.erasing import sweep_erased
from tenants.files.keeping import keep_files
from tenants.files.verifying import Fate, verify_files
from tests.api.file_examples import END_OF_PDF, PDF
from tests.api.files_kept import Kept, code, sweep
from tests.api.files_world import Person, eventually
from tests.conftest import SAPPORO

LARGE = b"%PDF-" + bytes(700_000) + END_OF_PDF


def erase(kept: Kept, key: UUID) -> None:
    """Erase whoever's words are under this key."""
    with kept.world.house.connect(Account.OWNER) as owner:
        owner.execute("select renkei.erase_key(%s, %s)", (SAPPORO, key))


def erased(kept: Kept) -> int:
    """How many files a round removes because they were erased."""
    return asyncio.run(sweep_erased(kept.world.house.tenancy, SAPPORO, storage_of(kept.world.settings)))


def fates(kept: Kept) -> tuple[dict[str, int], tuple[int, UUID, Fate] | None]:
    """What the audit says of the city's files."""
    found = asyncio.run(verify_files(kept.world.house.tenancy, SAPPORO, storage_of(kept.world.settings)))
    return {fate.name: count for fate, count in found.counts.items()}, found.first


@pytest.fixture
def clear(kept: Kept) -> None:
    """Nothing is left in the storage of what other tests erased or did not attach."""
    sweep(kept, timedelta(days=2))
    erased(kept)


@pytest.mark.usefixtures("clear")
def test_an_erased_file_goes_from_the_storage_and_every_other_stays(kept: Kept, officer: Person) -> None:
    proposal, other, before = kept.world.proposal(), kept.world.proposal(), set(kept.names())
    gone = officer.attached(proposal, LARGE)
    (name,) = set(kept.names()) - before
    own, elsewhere = officer.attached(other, LARGE), kept.world.person(city="aomori")
    far = elsewhere.attached(kept.world.proposal("aomori"), LARGE)
    waiting = officer.sent()["id"]
    lying, counts = set(kept.names()), fates(kept)[0]
    assert erased(kept) == 0  # nothing is erased yet
    erase(kept, kept.world.proposer_of(proposal))
    now = {**counts, "WHOLE": counts["WHOLE"] - 1, "ERASED": counts["ERASED"] + 1}
    assert fates(kept)[0] == now  # as it is when the program is killed before the sweep
    assert set(kept.names()) == lying
    assert (erased(kept), set(kept.names())) == (1, lying - {name})
    assert (erased(kept), set(kept.names())) == (0, lying - {name})
    assert fates(kept)[0] == now
    assert code(officer.read(gone)) == (410, "FILE_ERASED")
    assert officer.read(own).content == elsewhere.read(far).content == LARGE
    assert officer.do("attachProposalFile", proposal=str(other), file=waiting)["changed"]
    assert officer.read(waiting).content == PDF


@pytest.mark.usefixtures("clear")
def test_a_file_of_two_records_goes_when_both_are_erased(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.commands.proposals.AttachFile.after", lambda _wish, _desk: None)
    first, second, before = kept.world.proposal(), kept.world.proposal(), set(kept.names())
    file = officer.attached(first)
    (name,) = set(kept.names()) - before
    erase(kept, kept.world.proposer_of(first))
    assert erased(kept) == 0  # the upload can still be put with another record
    assert officer.do("attachProposalFile", proposal=str(second), file=file)["changed"]
    sweep(kept, timedelta(hours=26))
    assert kept.world.house.sql("select count(*) from renkei.uploads where id = %s", UUID(file)) == [(0,)]
    assert (erased(kept), name in kept.names()) == (0, True)
    erase(kept, kept.world.proposer_of(second))
    assert (erased(kept), name in kept.names()) == (1, False)


@pytest.mark.usefixtures("clear")
@pytest.mark.parametrize("lost", ["data_keys", "sealed"])
def test_a_file_whose_key_was_lost_by_half_is_not_taken_for_erased(kept: Kept, officer: Person, lost: str) -> None:
    proposal, before = kept.world.proposal(), set(kept.names())
    officer.attached(proposal)
    (name,) = set(kept.names()) - before
    counts = fates(kept)[0]
    kept.world.house.sql(f"delete from renkei.{lost} where key = %s", kept.world.proposer_of(proposal))  # noqa: S608
    assert (erased(kept), name in kept.names()) == (0, True)
    assert fates(kept)[0] == counts


@pytest.mark.usefixtures("clear")
def test_the_round_beside_the_serving_removes_what_was_erased(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.files.keeping.FIRST", 0.0)
    proposal, before, stop = kept.world.proposal(), set(kept.names()), threading.Event()
    officer.attached(proposal)
    erase(kept, kept.world.proposer_of(proposal))
    with ThreadPoolExecutor(1) as threads:
        keeping = threads.submit(keep_files, kept.world.house.tenancy, storage_of(kept.world.settings), stop)
        assert eventually(lambda: set(kept.names()) == before)
        stop.set()
        keeping.result(10)


@pytest.mark.usefixtures("clear")
@pytest.mark.parametrize("fate", [Fate.MISSING, Fate.DIFFERENT])
def test_a_file_that_is_missing_or_changed_is_told_as_damage(kept: Kept, officer: Person, fate: Fate) -> None:
    before, counts = set(kept.names()), fates(kept)[0]
    file = officer.attached(kept.world.proposal())
    (name,) = set(kept.names()) - before
    content = kept.content(name)
    kept.change(name, content[:-1] + bytes([content[-1] ^ 1]))
    if fate is Fate.MISSING:
        kept.remove(name)
    now, first = fates(kept)
    assert now == {**counts, fate.name: counts[fate.name] + 1}
    assert first is not None
    kept.change(name, content)
    assert fates(kept)[0]["WHOLE"] == counts["WHOLE"] + 1
    assert officer.read(file).content == PDF
