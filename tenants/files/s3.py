"""Files in a bucket of an S3-compatible service; obstore speaks with it, retries and checks certificates.

A large upload goes in parts. One that breaks off is aborted, also when whoever sends it is cancelled; what a killed
process leaves is for the bucket's own rule to abort (AbortIncompleteMultipartUpload, tenants/SECURITY.md).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tenants.files.storage import FileDamaged, StorageUnavailable

if TYPE_CHECKING:
    from obstore import GetResult, PutResult

PIECE: Final = 2**18
"""Bytes handed on in one go."""
TIMEOUT: Final = "60s"
"""For one request; a part of an upload has 5 MiB."""


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """Which bucket, and how it is reached. ``endpoint``: of a service that is not Amazon's."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)


class Abandoned(Exception):
    """Nothing more comes: what was sent so far is to be thrown away."""


Item = bytes | type[Abandoned] | None
"""A chunk, that nothing more comes for good, or the end."""


class Bucket:
    """A storage in a bucket."""

    def __init__(self, told: BucketSettings) -> None:
        """Without a key the service is asked as the machine itself, as clouds let their machines do."""
        given = {"access_key_id": told.key_id, "secret_access_key": told.secret, "endpoint": told.endpoint}
        self._store = S3Store(
            told.bucket,
            prefix=told.prefix or None,
            region=told.region,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": bool(told.endpoint and told.endpoint.startswith("http:")),
                "timeout": TIMEOUT,
            },
            retry_config={"max_retries": 3},
            **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]  # its own names
        )

    async def put(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """As Storage says. The chunks are asked for here; the upload is told of their end, or that none will come."""
        ahead: asyncio.Queue[Item] = asyncio.Queue(1)

        async def handed_on() -> AsyncIterator[bytes]:
            while (chunk := await ahead.get()) is not None:
                if not isinstance(chunk, bytes):
                    raise Abandoned
                yield chunk

        writing = asyncio.ensure_future(obstore.put_async(self._store, name, handed_on()))
        try:
            async for chunk in chunks:
                await _handed(ahead, chunk, writing)
            await _handed(ahead, None, writing)
            with named():
                await asyncio.shield(writing)
        except BaseException:
            await asyncio.shield(_given_up(ahead, writing))
            raise

    async def rename(self, name: str, to: str) -> None:
        """As Storage says: copied by the service, then removed."""
        with named():
            await obstore.rename_async(self._store, name, to)

    @asynccontextmanager
    async def read(self, name: str, start: int, length: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """As Storage says."""
        with named():
            found = await obstore.get_async(self._store, name, options={"range": (start, start + length)})
        yield self._pieces(found)

    async def _pieces(self, found: "GetResult") -> AsyncIterator[bytes]:
        pieces = aiter(found.stream(min_chunk_size=PIECE))
        while True:
            with named():
                try:
                    piece = await anext(pieces)
                except StopAsyncIteration:
                    return
            yield bytes(piece)

    async def delete(self, name: str) -> None:
        """As Storage says."""
        try:
            with named():
                await obstore.delete_async(self._store, name)
        except FileDamaged:  # it is not there
            return

    async def names(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """As Storage says."""
        with named():
            listed = [found async for some in obstore.list(self._store, f"{prefix}/") for found in some]
        for found in listed:
            yield found["path"], found["last_modified"]


async def _handed(ahead: asyncio.Queue[Item], chunk: bytes | None, writing: "asyncio.Future[PutResult]") -> None:
    """Hand a chunk on, unless the upload ends before it takes it. Raises StorageUnavailable."""
    putting = asyncio.ensure_future(ahead.put(chunk))
    both: tuple[asyncio.Future[Any], ...] = (putting, writing)
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        putting.cancel()
    if writing.done():
        with named():
            writing.result()


async def _given_up(ahead: asyncio.Queue[Item], writing: "asyncio.Future[PutResult]") -> None:
    """Wait until the upload has thrown away what it had."""
    while not ahead.empty():
        ahead.get_nowait()
    ahead.put_nowait(Abandoned)
    await asyncio.wait({writing})
    if not writing.cancelled():
        writing.exception()  # looked at, so that nobody complains of it


@contextmanager
def named() -> Iterator[None]:
    """The library's errors as ours; what the service said may name keys and hosts, and goes no further."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileDamaged from error
    except (BaseError, OSError, Abandoned) as error:
        raise StorageUnavailable from error
