"""Files on their way in and out: streamed, never whole in memory, never to be shown by a browser (ファイルの送受信).

``POST /desk/{city}/files`` takes the bytes of one file as the body, beside it ``Content-Type`` and
``Content-Disposition: attachment; filename*=UTF-8''…``; it answers with an id for ``attachProposalFile``. With
``Idempotency-Key`` (a UUID) the same file sent again is the same upload. ``GET /desk/{city}/files/{file}`` gives a file
to who may read its name.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

import structlog
from fastapi import APIRouter
from psycopg import AsyncConnection
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.desk.context import Pool
from api.desk.pace import Commands
from api.security.lanes import claim
from api.security.rates import spend
from api.security.refusals import RequestTooSlow
from api.security.watch import note
from api.signing.doors import Admitted, Doors, city_of
from domain.errors import FileErased, FileTooLarge, NotAllowed, NotFound, PartMissing, PartUnfitting, Refusal
from domain.values import CityCode
from projections.attachments import AttachmentRow
from projections.queries import desk
from projections.queries.desk_words import Damage
from tenants.database.walls import city_reads
from tenants.files.kinds import KINDS
from tenants.files.scanning import Scanner
from tenants.files.segments import Cipher, opened
from tenants.files.storage import FileDamaged, Storage, kept_at
from tenants.files.taking import entered, take_in
from tenants.files.uploads import UPLOADERS, Upload, Uploads
from tenants.identity.tokens import Scope, require_scope
from tenants.keys import KeyStore
from tenants.lookups import policy_in_force
from tenants.members import Role
from tenants.tenancy import Tenancy
from tenants.visibility import may_read_file

SILENCE: Final = 10.0
"""Seconds in which more of a file must come."""
GRACE: Final = 15.0
LEAST: Final = 16_384
"""Bytes a second, on the whole, after the grace: who sends more slowly keeps a turn from others."""

log: Final = structlog.get_logger("renkei.desk")


@dataclass(frozen=True, slots=True)
class Files:
    """Where attachments lie, and what looks at them before they are accepted."""

    storage: Storage
    scanner: Scanner | None = None


@dataclass(frozen=True, slots=True)
class Transfers:
    """What both ways share."""

    tenancy: Tenancy
    doors: Doors
    pace: Commands
    reads: Pool
    keys: KeyStore
    files: Files

    async def upload(self, request: Request) -> Response:
        """Take one file in.

        Raises NotAllowed, Invalid, FileInfected, TooMany, CommandReused, RequestTooSlow, Unavailable.
        """
        admitted = await self._admitted(request, Scope.WRITE)
        member = admitted.member
        try:
            if Role.AUDITOR in member.roles or not member.roles & UPLOADERS:
                raise NotAllowed(needed=", ".join(sorted(UPLOADERS)))
            spend(request, "commands", member=str(member.id), city=member.city)
            came = await self._taken(request, admitted)
        except Refusal as error:
            note(error, city=member.city, member=member.id, what="upload")
            raise
        told = {
            "id": str(came.id),
            "name": came.kept.name,
            "mediaType": came.media_type.name,
            "size": came.size,
            "digest": came.kept.content,
            "goodUntil": came.good_until.isoformat(),
        }
        return self.doors.renew(request, JSONResponse(told, 201), admitted)

    async def _taken(self, request: Request, admitted: Admitted) -> Upload:
        member, uploads = admitted.member, Uploads(self.tenancy, admitted.member.city)
        id_, told = upload_id(request, member.id), described(request)
        await self.pace.run(uploads.check_room, member.id)
        rules = (await self.pace.run(policy_in_force, self.tenancy, member.city)).attaching
        if int(request.headers.get("content-length", "0")) > rules.bytes_per_file:
            raise FileTooLarge(field="file", limit=rules.bytes_per_file)
        taken = await take_in(self.files.storage, member.city, id_, told, rules, paced(request), self.files.scanner)
        return await entered(self.files.storage, uploads, self.pace.run, id_, member.id, taken)

    async def download(self, request: Request) -> Response:
        """Give one file out. Raises NotFound, FileErased, FileDamaged, Unavailable."""
        admitted = await self._admitted(request, Scope.READ)
        member = admitted.member
        async with city_reads(self.reads, member.city) as connection:
            found = await desk.attachment(connection, member.city, file_id(request))
            if found is None or not may_read_file(member, found[0].words["name"], detached=found[1]):
                raise NotFound
            row = found[0]
            name, secret = await self._opened(connection, member.city, row)
        segments = opened(
            self.files.storage,
            kept_at(member.city, bytes.fromhex(row.digest or "")),
            Cipher(bytes.fromhex(secret), member.city, row.file),
            row.size or 0,
        )
        try:
            first = await anext(segments)  # before the answer begins: what is damaged at once is told in words
        except FileDamaged:
            log.error("damaged", city=member.city, file=str(row.file))  # noqa: TRY400 - said in a sentence
            raise
        log.info("file read", city=member.city, member=str(member.id), file=str(row.file))
        return self.doors.renew(request, streamed(row, name, first, segments), admitted)

    async def _opened(self, connection: AsyncConnection[Any], city: CityCode, row: AttachmentRow) -> tuple[str, str]:
        """Name and key. Raises FileErased, FileDamaged."""
        refs = (row.words["name"], row.words["secret"])
        texts = await desk.open_words(connection, self.keys, city, refs)
        name, secret = (texts[ref.commitment] for ref in refs)
        if isinstance(name, Damage) or isinstance(secret, Damage):
            raise FileDamaged
        if name is None or secret is None:
            raise FileErased
        return name, secret

    async def _admitted(self, request: Request, scope: Scope) -> Admitted:
        """Who asks, on a turn of their share.

        Raises CityUnknown, NotSignedIn, CrossSite, ScopeTooNarrow, TooManyRequests, TooManyAtOnce.
        """
        admitted = await self.doors.admitted(request, await city_of(self.tenancy, request))
        who = {"member": str(admitted.member.id), "city": admitted.member.city}
        spend(request, "desk", **who)
        claim(request, **who)
        require_scope(admitted.scopes, scope)
        return admitted


def streamed(row: AttachmentRow, name: str, first: bytes, rest: AsyncIterator[bytes]) -> Response:
    """A file as something to be kept, not shown; its headers besides stand in ``api.security.routes``."""

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for segment in rest:
            yield segment

    kind = KINDS[row.media_type].declared if row.media_type else ""
    said = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return StreamingResponse(
        whole(), headers={"Content-Length": str(row.size), "Content-Type": kind, "Content-Disposition": said}
    )


def upload_id(request: Request, member: UUID) -> UUID:
    """The id of what comes now: the same for the same member and Idempotency-Key. Raises PartUnfitting."""
    told = request.headers.get("idempotency-key")
    if told is None:
        return uuid4()
    try:
        return uuid5(UUID(told.strip().strip('"')), f"upload/{member}")
    except ValueError as error:
        raise PartUnfitting(
            field="Idempotency-Key", problem="it must be a UUID", problem_ja="UUID を指定してください"
        ) from error


def file_id(request: Request) -> UUID:
    """The id in the path. Raises NotFound."""
    try:
        return UUID(request.path_params["file"])
    except ValueError as error:
        raise NotFound from error


def described(request: Request) -> tuple[str, str]:
    """Name and declared type of what comes (RFC 6266). Raises PartMissing."""
    said = Message()
    said["Content-Disposition"] = request.headers.get("content-disposition", "")
    name = said.get_filename()
    if not name or said.get_content_disposition() != "attachment":
        raise PartMissing(
            field="Content-Disposition",
            problem="name the file: attachment; filename*=UTF-8''name.pdf",
            problem_ja="ファイル名を attachment; filename*=UTF-8''name.pdf の形で指定してください",
        )
    return name, request.headers.get("content-type", "")


async def paced(request: Request) -> AsyncIterator[bytes]:
    """The body as long as it keeps coming. Raises RequestTooSlow, also when whoever sent it has gone."""
    began, size, coming = time.monotonic(), 0, request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                chunk = await anext(coming)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect) as error:
            raise RequestTooSlow from error
        size += len(chunk)
        yield chunk
        late = time.monotonic() - began - GRACE
        if late > 0 and size < late * LEAST:
            raise RequestTooSlow


def add_file_routes(routes: APIRouter, transfers: Transfers) -> None:
    """Both ways, under a desk's path."""
    routes.add_api_route("/files", transfers.upload, methods=["POST"])
    routes.add_api_route("/files/{file}", transfers.download, methods=["GET"])
