"""Files of proposals over real HTTP: what is taken, who reads it, and that nothing is left of what was not."""

import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from api.desk import transfers
from domain import policy
from domain.errors import CommandReused
from tenants.database.access import Role as Account
from tenants.files.segments import SEALED, SEGMENT
from tenants.files.uploads import MOST, Uploads
from tenants.members import Role
from tests.api.desk_at_work import SECRET
from tests.api.file_examples import END_OF_PDF, PDF
from tests.api.files_kept import BUCKET, Kept, code, sweep
from tests.api.files_world import FilesWorld, Person, eventually
from tests.conftest import SAPPORO

FILES = (
    "{ proposal(id: $id) { attachments { id name { text } mediaType size digest { text } attachedBy { name } url } } }"
)
OWN = "{ myProposals { nodes { attachments { id name { text } size url } } } }"
LARGE = b"%PDF-" + os.urandom(3 * SEGMENT + 17) + END_OF_PDF
EVEN = LARGE[: 2 * SEGMENT - len(END_OF_PDF)] + END_OF_PDF


# --- in and out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [PDF, LARGE, EVEN], ids=len)
def test_a_file_comes_back_as_it_was_sent_and_lies_encrypted(kept: Kept, officer: Person, content: bytes) -> None:
    before, proposal = kept.names(), kept.world.proposal()
    sent = officer.sent(content)
    assert sent["digest"] == hashlib.sha256(content).hexdigest()
    assert (sent["size"], sent["mediaType"], sent["name"]) == (len(content), "PDF", "見積.pdf")
    assert officer.do("attachProposalFile", proposal=str(proposal), file=sent["id"])["changed"]
    answer = officer.read(sent["id"])
    assert (answer.status_code, answer.content) == (200, content)
    (name,) = set(kept.names()) - set(before)
    assert name == f"{SAPPORO}/{hashlib.sha256(kept.content(name)).hexdigest()}"
    assert len(kept.content(name)) > len(content)
    assert content[5:100] not in kept.content(name)
    (shown,) = officer.ask(f"query ($id: UUID!) {FILES}", id=str(proposal))["proposal"]["attachments"]
    assert shown == {
        "id": sent["id"],
        "name": {"text": "見積.pdf"},
        "mediaType": "PDF",
        "size": len(content),
        "digest": {"text": sent["digest"]},
        "attachedBy": {"name": "佐藤"},
        "url": f"/desk/{SAPPORO}/files/{sent['id']}",
    }


def test_a_file_is_given_out_to_be_kept_and_never_to_be_shown(world: FilesWorld, officer: Person) -> None:
    file = officer.attached(world.proposal(), name='見積 "2026".pdf')
    told = officer.read(file).headers
    assert told["content-disposition"] == "attachment; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%20%222026%22.pdf"
    assert told["content-type"] == "application/pdf"
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert told["cache-control"] == "no-store"


def test_a_file_may_be_as_large_as_the_city_says_and_one_byte_more_is_refused_while_it_comes(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "USUAL_ATTACHMENTS", replace(policy.USUAL_ATTACHMENTS, bytes_per_file=500_000))
    fits = b"%PDF-" + bytes(499_995 - len(END_OF_PDF)) + END_OF_PDF
    assert officer.sent(fits)["size"] == 500_000
    before = kept.names()
    assert code(officer.send(fits + b"x")) == (413, "FILE_TOO_LARGE")
    assert code(officer.send(iter([fits, b"x"]))) == (413, "FILE_TOO_LARGE")  # its length was not told
    assert kept.names() == before


def test_more_than_any_city_takes_is_refused_before_it_comes(world: FilesWorld, officer: Person) -> None:
    with world.begun(officer, length=2**30 + 1) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


# --- breaking off ----------------------------------------------------------------------------------------------------


def test_a_connection_that_breaks_off_leaves_nothing_and_frees_its_turn(kept: Kept, officer: Person) -> None:
    before, uploads = kept.names(), kept.world.lanes["uploads"]
    with kept.world.begun(officer, length=50_000_000) as connection:
        connection.sendall(b"%PDF-" + bytes(12_000_000))
        assert eventually(lambda: uploads.running == 1 and kept.names() != before)
    assert eventually(lambda: uploads.running == 0)
    assert eventually(lambda: kept.names() == before)


def test_who_sends_nothing_more_is_told_so_and_frees_the_turn(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "SILENCE", 0.5)
    before, uploads = kept.names(), kept.world.lanes["uploads"]
    with kept.world.begun(officer) as connection:
        connection.sendall(b"%PDF-" + bytes(1000))
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
    assert eventually(lambda: uploads.running == 0)
    assert kept.names() == before


def test_who_sends_a_little_now_and_then_is_told_so(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "GRACE", 0.5)
    before, stop = kept.names(), threading.Event()
    with kept.world.begun(officer) as connection, ThreadPoolExecutor(1) as threads:

        def trickle() -> None:
            connection.sendall(b"%PDF-")
            while not stop.wait(0.1):
                connection.sendall(b"x")

        sending = threads.submit(trickle)
        answer = connection.recv(100)
        stop.set()
        sending.exception(5)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert eventually(lambda: kept.names() == before)


@contextmanager
def sending(world: FilesWorld, *people: Person) -> Iterator[None]:
    """An upload of each of these people that has begun and goes no further."""
    uploads = world.lanes["uploads"]
    begun = [world.begun(person) for person in people]
    try:
        for connection in begun:
            with suppress(ConnectionError):  # whoever was refused is no longer listened to
                connection.sendall(b"%PDF-")
        yield
    finally:
        for connection in begun:
            connection.close()
        assert eventually(lambda: uploads.running == 0)
        assert not uploads.held


def test_slow_uploads_take_no_turn_from_desks_and_the_next_is_told_to_come_back(
    world: FilesWorld, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = world.lanes["uploads"]
    monkeypatch.setattr(uploads, "_most", 6)
    slow = [world.person() for _ in range(3)] + [world.person(city="aomori") for _ in range(3)]
    with sending(world, *slow):
        assert eventually(lambda: uploads.running == 6)
        assert officer.ask("{ inbox(first: 1) { nodes { id } } }")
        answer = officer.send()
        assert code(answer) == (503, "CROWDED")
        assert answer.headers["Retry-After"]
    assert officer.sent()


def test_one_member_with_slow_files_keeps_nobody_else_from_sending(world: FilesWorld, officer: Person) -> None:
    uploads = world.lanes["uploads"]
    with sending(world, *[officer] * 40):
        assert eventually(lambda: uploads.running == 2 and not uploads.waiting)
        answer = officer.send()
        assert code(answer) == (429, "TOO_MANY_AT_ONCE")
        assert answer.headers["Retry-After"] == "5"
        assert world.person().sent()
        assert world.person(city="aomori").sent()
    assert officer.sent()


def test_one_city_with_slow_files_keeps_no_other_from_sending(world: FilesWorld, officer: Person) -> None:
    uploads = world.lanes["uploads"]
    with sending(world, *[world.person() for _ in range(4)]):
        assert eventually(lambda: uploads.running == 4)
        assert code(officer.send()) == (429, "TOO_MANY_AT_ONCE")
        assert world.person(city="aomori").sent()
    assert officer.sent()


def test_one_member_with_slow_eyes_keeps_nobody_else_from_reading(world: FilesWorld, officer: Person) -> None:
    proposal, downloads = world.proposal(), world.lanes["downloads"]
    file, small = officer.attached(proposal, b"%PDF-" + os.urandom(30_000_000) + END_OF_PDF), officer.attached(proposal)
    with ExitStack() as ends:
        for _ in range(2):
            reading = ends.enter_context(world.asked(officer, file))
            assert reading.recv(20).startswith(b"HTTP/1.1 200 ")
        assert eventually(lambda: downloads.running == 2)
        assert code(officer.read(small)) == (429, "TOO_MANY_AT_ONCE")
        assert world.person().read(small).content == PDF
    assert eventually(lambda: downloads.running == 0)
    assert not downloads.held
    assert officer.read(small).content == PDF


# --- once, by one's own ----------------------------------------------------------------------------------------------


def test_the_same_file_under_the_same_key_is_one_upload_and_another_file_is_refused(
    kept: Kept, officer: Person
) -> None:
    key, before = str(uuid4()), len(kept.names())
    first = officer.sent(Idempotency_Key=key)
    assert officer.sent(Idempotency_Key=key) == first
    assert len(kept.names()) == before + 1
    assert code(officer.send(PDF + b"\n", Idempotency_Key=key)) == (409, "COMMAND_REUSED")
    assert code(officer.send(name="別.pdf", Idempotency_Key=key)) == (409, "COMMAND_REUSED")
    assert code(officer.send(Idempotency_Key="いち".encode().hex())) == (400, "PART_UNFITTING")
    assert len(kept.names()) == before + 1
    other = kept.world.person()
    assert other.sent(Idempotency_Key=key)["id"] != first["id"]


def test_two_at_once_under_one_key_are_one_upload(kept: Kept, officer: Person) -> None:
    key, before = str(uuid4()), len(kept.names())
    with ThreadPoolExecutor(2) as threads:
        ids = {each["id"] for each in threads.map(lambda _: officer.sent(LARGE, Idempotency_Key=key), "ab")}
    assert len(ids) == 1
    assert len(kept.names()) == before + 1
    file = ids.pop()
    assert officer.do("attachProposalFile", proposal=str(kept.world.proposal()), file=file)["changed"]
    assert officer.read(file).content == LARGE


def test_two_at_once_of_the_same_content_lie_apart(kept: Kept, officer: Person) -> None:
    before, proposal = set(kept.names()), kept.world.proposal()
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: officer.sent(LARGE)["id"], "ab")
    assert first != second
    one, other = (kept.content(name) for name in set(kept.names()) - before)
    assert one[:100] != other[:100], "each has a key of its own"
    for file in (first, second):
        assert officer.do("attachProposalFile", proposal=str(proposal), file=file)["changed"]
        assert officer.read(file).content == LARGE


def test_an_upload_is_attached_by_who_sent_it_in_its_city_once(world: FilesWorld, officer: Person) -> None:
    proposal, file = world.proposal(), officer.sent()["id"]
    other = world.person().do("attachProposalFile", proposal=str(proposal), file=file)
    assert other["code"] == "REFERENCE_UNKNOWN"
    assert officer.do("attachProposalFile", proposal=str(proposal), file=str(uuid4()))["code"] == "REFERENCE_UNKNOWN"
    assert officer.do("attachProposalFile", proposal=str(proposal), file=file)["changed"]
    assert not officer.do("attachProposalFile", proposal=str(proposal), file=file)["changed"]
    assert world.house.sql("select count(*) from renkei.uploads where id = %s", UUID(file)) == [(0,)]


def test_an_upload_of_another_city_is_none(world: FilesWorld, officer: Person) -> None:
    file, there = officer.sent()["id"], world.person(city="aomori")
    told = there.do("attachProposalFile", proposal=str(world.proposal("aomori")), file=file)
    assert told["code"] == "REFERENCE_UNKNOWN"
    assert officer.do("attachProposalFile", proposal=str(world.proposal()), file=file)["changed"]


def test_an_id_that_another_member_has_is_no_way_to_its_upload(world: FilesWorld, officer: Person) -> None:
    """Below the routes, where ids are made from member and key: the same id for two is refused."""
    uploads = Uploads(world.house.tenancy, SAPPORO)
    found = uploads.find(UUID(officer.sent()["id"]))
    assert found is not None
    told = (found.media_type, found.size, found.digest, found.kept)
    assert uploads.keep(found.id, found.member, *told) == found
    with pytest.raises(CommandReused):
        uploads.keep(found.id, uuid4(), *told)
    with pytest.raises(CommandReused):
        uploads.keep(found.id, found.member, *told[:3], msgspec.structs.replace(found.kept, content="0" * 64))


def test_nothing_is_read_before_it_is_attached_and_only_so_many_may_wait(
    world: FilesWorld, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.files.uploads.MOST", 2)
    assert MOST == 100
    for _ in range(2):
        assert code(officer.read(officer.sent()["id"])) == (404, "NOT_FOUND")
    assert code(officer.send()) == (400, "TOO_MANY")


# --- who -------------------------------------------------------------------------------------------------------------


def test_who_does_not_read_the_proposal_is_told_there_is_no_such_file(world: FilesWorld, officer: Person) -> None:
    proposal = world.proposal()
    file = officer.attached(proposal)
    for role in (Role.STAFF, Role.CITY_ADMINISTRATOR):
        assert code(world.person(role).read(file)) == (404, "NOT_FOUND")
    for role in (Role.DEPARTMENT_OFFICER, Role.APPROVER, Role.COUNCIL_MEMBER, Role.AUDITOR):
        assert world.person(role).read(file).content == PDF
    assert code(world.person(city="aomori").read(file)) == (404, "NOT_FOUND")
    assert code(officer.read(file, "aomori"))[0] == 401
    assert code(officer.read(str(uuid4()))) == (404, "NOT_FOUND")
    assert code(officer.read("keys")) == (404, "NOT_FOUND")
    assert officer.read("..%2f..%2fkeys").status_code == 404


def test_a_proposer_reads_its_own_files_and_no_others(world: FilesWorld, officer: Person) -> None:
    proposal = world.proposal()
    own = world.person(parties=(world.proposer_of(proposal),))
    file = officer.attached(proposal)
    assert own.read(file).content == PDF
    (shown,) = own.ask(OWN)["myProposals"]["nodes"]
    assert shown == {
        "attachments": [
            {"id": file, "name": {"text": "見積.pdf"}, "size": len(PDF), "url": f"/desk/{SAPPORO}/files/{file}"}
        ]
    }
    assert code(own.read(officer.attached(world.proposal()))) == (404, "NOT_FOUND")
    assert code(own.send()) == (403, "NOT_ALLOWED")


@pytest.mark.parametrize("role", [Role.STAFF, Role.COUNCIL_MEMBER, Role.AUDITOR, Role.CITY_ADMINISTRATOR])
def test_who_attaches_nothing_uploads_nothing(kept: Kept, role: Role) -> None:
    before = kept.names()
    assert code(kept.world.person(role).send()) == (403, "NOT_ALLOWED")
    assert kept.names() == before


def test_who_is_not_signed_in_is_told_so_before_anything_is_read(world: FilesWorld, officer: Person) -> None:
    assert officer.client.post("/desk/sapporo/files", content=PDF).status_code == 401
    assert officer.client.get(f"/desk/sapporo/files/{uuid4()}").status_code == 401
    stranger = replace(officer, token={})
    with world.begun(stranger) as connection:  # nothing of the body is sent
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_token_that_only_reads_sends_nothing(world: FilesWorld, officer: Person) -> None:
    asked = {"name": "集計用", "days": 1, "scopes": ["read"], "secret": SECRET}
    made = officer.client.post("/desk/sapporo/tokens", json=asked, headers=officer.token)
    assert made.status_code == 201, made.text
    file = officer.attached(world.proposal())
    reader = replace(officer, token={"Authorization": f"Bearer {made.json()['token']}"})
    assert code(reader.send()) == (403, "SCOPE_TOO_NARROW")
    assert reader.read(file).content == PDF


def test_a_detached_file_is_read_by_the_auditor_alone(world: FilesWorld, officer: Person) -> None:
    proposal = world.proposal()
    own = world.person(parties=(world.proposer_of(proposal),))
    file = officer.attached(proposal)
    told = officer.do("detachProposalFile", proposal=str(proposal), file=file, reason="差し替える。")
    assert told["changed"]
    assert code(officer.read(file)) == code(own.read(file)) == (404, "NOT_FOUND")
    assert officer.ask(f"query ($id: UUID!) {FILES}", id=str(proposal))["proposal"]["attachments"] == []
    assert world.person(Role.AUDITOR).read(file).content == PDF


# --- erased, damaged, away -------------------------------------------------------------------------------------------


def test_erasing_the_proposers_key_erases_the_file(world: FilesWorld, officer: Person) -> None:
    proposal = world.proposal()
    file = officer.attached(proposal)
    assert officer.read(file).status_code == 200
    with world.house.connect(Account.OWNER) as owner:
        owner.execute("select renkei.erase_key(%s, %s)", (SAPPORO, world.proposer_of(proposal)))
    assert code(officer.read(file)) == (410, "FILE_ERASED")
    (shown,) = officer.ask(f"query ($id: UUID!) {FILES}", id=str(proposal))["proposal"]["attachments"]
    assert (shown["name"], shown["digest"]) == ({"text": None}, {"text": None})
    assert world.house.sql("select count(*) from renkei.uploads where id = %s", UUID(file)) == [(0,)]
    assert not any(
        PDF.hex() in row[0] or hashlib.sha256(PDF).hexdigest() in row[0]
        for row in world.house.sql("select convert_from(state, 'UTF8') from renkei.events")
    )


@pytest.mark.parametrize("place", [0, 100, SEALED - 1])
def test_a_flipped_byte_at_its_beginning_is_told_before_any_byte_of_the_file(
    kept: Kept, officer: Person, place: int
) -> None:
    before = kept.names()
    file = officer.attached(kept.world.proposal(), LARGE)
    (name,) = set(kept.names()) - set(before)
    content = bytearray(kept.content(name))
    content[place] ^= 1
    kept.change(name, bytes(content))
    assert code(officer.read(file)) == (502, "FILE_DAMAGED")


@pytest.mark.parametrize("harm", ["flipped", "cut off", "cut at a segment", "longer", "segments swapped"])
def test_what_was_changed_further_on_ends_the_transfer_and_no_wrong_byte_is_given(
    kept: Kept, officer: Person, harm: str
) -> None:
    sent, before = LARGE, kept.names()
    file = officer.attached(kept.world.proposal(), sent)
    (name,) = set(kept.names()) - set(before)
    content = bytearray(kept.content(name))
    match harm:
        case "flipped":
            content[-1] ^= 1
        case "cut off":
            del content[-5:]
        case "cut at a segment":
            del content[2 * SEALED :]
        case "longer":
            content[3 * SEALED : 3 * SEALED] = content[2 * SEALED : 3 * SEALED]
        case _:
            first, second = content[SEALED : 2 * SEALED], content[2 * SEALED : 3 * SEALED]
            content[SEALED : 3 * SEALED] = second + first
    kept.change(name, bytes(content))
    got = bytearray()

    def take() -> None:
        with officer.client.stream("GET", f"/desk/sapporo/files/{file}", headers=officer.token) as answer:
            for piece in answer.iter_bytes():
                got.extend(piece)

    with pytest.raises(httpx.RemoteProtocolError):
        take()
    assert len(got) < len(sent)
    assert sent.startswith(bytes(got))


def test_another_files_content_in_its_place_is_found(kept: Kept, officer: Person) -> None:
    before = set(kept.names())
    first = officer.attached(kept.world.proposal())
    (one,) = set(kept.names()) - before
    officer.attached(kept.world.proposal())
    (other,) = set(kept.names()) - before - {one}
    kept.change(one, kept.content(other))
    assert code(officer.read(first)) == (502, "FILE_DAMAGED")


# --- left over -------------------------------------------------------------------------------------------------------


def test_what_nobody_attached_is_swept_after_a_day_and_what_was_attached_stays(kept: Kept, officer: Person) -> None:
    sweep(kept, timedelta(days=2))
    proposal = kept.world.proposal()
    attached = officer.attached(proposal)
    before = kept.names()
    officer.sent()
    assert sweep(kept, timedelta(hours=20)) == 0
    assert len(kept.names()) == len(before) + 1
    assert sweep(kept, timedelta(hours=26)) == 1
    assert kept.names() == before
    assert officer.read(attached).content == PDF


def test_a_file_whose_upload_was_not_tidied_up_stays_with_its_record(
    kept: Kept, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.commands.proposals.AttachFile.after", lambda _wish, _desk: None)
    file = officer.attached(kept.world.proposal())
    refused, other = kept.world.proposal(), officer.sent()["id"]
    officer.do("refuseProposal", proposal=str(refused), ground="OTHER", reason="対象外。")
    assert officer.do("attachProposalFile", proposal=str(refused), file=other)["code"] == "WRONG_STAGE"
    before = kept.names()
    assert sweep(kept, timedelta(hours=26)) == 1
    assert len(kept.names()) == len(before) - 1
    assert officer.read(file).content == PDF
    assert kept.world.house.sql("select count(*) from renkei.uploads where id = %s", UUID(file)) == [(0,)]


def test_an_upload_older_than_a_day_is_attached_no_more(world: FilesWorld, officer: Person) -> None:
    file = officer.sent()["id"]
    world.house.sql(
        "update renkei.uploads set made_at = made_at - interval '24 hours 1 minute' where id = %s", UUID(file)
    )
    told = officer.do("attachProposalFile", proposal=str(world.proposal()), file=file)
    assert told["code"] == "REFERENCE_UNKNOWN"


def test_what_was_entered_and_never_got_its_name_is_made_good_by_sending_it_again(kept: Kept, officer: Person) -> None:
    key, before = str(uuid4()), set(kept.names())
    first = officer.sent(Idempotency_Key=key)
    (name,) = set(kept.names()) - before
    kept.remove(name)
    assert officer.sent(Idempotency_Key=key)["id"] == first["id"]
    file = first["id"]
    assert officer.do("attachProposalFile", proposal=str(kept.world.proposal()), file=file)["changed"]
    assert officer.read(file).content == PDF


def test_what_a_killed_program_left_half_is_swept(kept: Kept) -> None:
    if kept.client is not None:
        kept.client.put_object(Bucket=BUCKET, Key=f"desk/{SAPPORO}/incoming/{uuid4()}", Body=b"half")
    else:
        place = kept.world.folder / SAPPORO / "incoming"
        place.mkdir(parents=True, exist_ok=True)
        (place / str(uuid4())).write_bytes(b"half")
    sweep(kept, timedelta(hours=1))
    assert any("incoming" in name for name in kept.names())
    assert sweep(kept, timedelta(hours=3)) >= 1
    assert not any("incoming" in name for name in kept.names())
