"""Takes a file in: as a stream, measured, encrypted, looked at, and kept only when all of it is as it should be."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, Protocol, TypeVar
from uuid import UUID, uuid4

from anyio import CancelScope, sleep

from domain.errors import FileTooLarge, TextRequired
from domain.files import MediaType
from domain.policy import Attachments
from domain.values import SHORT, CityCode, text
from tenants.files import kinds, segments
from tenants.files.ends import check_end
from tenants.files.office import check_office
from tenants.files.scanning import Scanner
from tenants.files.segments import Cipher, Sealing
from tenants.files.storage import FileDamaged, Storage, StorageUnavailable, coming_at
from tenants.files.uploads import Kept, Upload, Uploads

P = ParamSpec("P")
T = TypeVar("T")


class Run(Protocol):
    """Does what is not asynchronous in a thread."""

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What it gives. Raises what it raises, TooBusy."""


TURNING: Final = frozenset("\u061c\u200e\u200f" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))))
"""Signs that turn the direction of writing, so that a name could look as if it ended in another way."""
FOLDERS: Final = frozenset("/\\")
LOOKS: Final = 15
BETWEEN: Final = 0.2
"""Seconds between looks for a file that somebody else has just entered."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that lies in the storage as ``coming``. ``size`` in bytes, ``digest`` the SHA-256 of what lies there."""

    coming: str
    media_type: MediaType
    size: int
    digest: bytes
    kept: Kept


def file_name(told: str) -> str:
    """A file's name as it may be kept. Raises Invalid."""
    name = text("name", told, SHORT)
    if FOLDERS & set(name) or TURNING & set(name) or "\n" in name or "\r" in name or "\t" in name:
        kinds.unfitting(
            "its name may hold no slashes, line ends or signs that turn the direction of writing",
            "名前に斜線、改行、文字方向を変える記号は使えません",
        )
    return name


async def take_in(
    storage: Storage,
    city: CityCode,
    id_: UUID,
    told: tuple[str, str],
    rules: Attachments,
    chunks: AsyncIterator[bytes],
    scanner: Scanner | None = None,
) -> Taken:
    """Store what comes, if the city takes such files; nothing of it stays when it does not.

    ``told``: name and declared type. ``scanner`` looks at what is stored, once it is whole and of its kind, so that who
    sends slowly does not keep it. Raises Invalid (FileUnfitting, FileTooLarge, TextRequired …), FileInfected,
    ScannerUnavailable, StorageUnavailable, StoreFull, and what the chunks raise.
    """
    name = file_name(told[0])
    kind, secret, coming = kinds.named(name, told[1], rules.types), os.urandom(32), coming_at(city, uuid4())
    cipher = Cipher(secret, city, id_)
    sealing = Sealing(cipher)
    await storage.put(coming, sealing.sealed(_looked_at(chunks, kind, rules.bytes_per_file)))
    try:
        part = partial(segments.part, storage, coming, cipher, sealing.size)
        await (check_office if kinds.KINDS[kind].main else check_end)(kind, sealing.size, part)
        if scanner is not None:
            async with aclosing(segments.opened(storage, coming, cipher, sealing.size)) as pieces:
                await scanner.look_at(pieces)
    except BaseException:
        await dropped(storage, coming)
        raise
    kept = Kept(name, sealing.content.hexdigest(), secret.hex())
    return Taken(coming, kind, sealing.size, sealing.stored.digest(), kept)


async def entered(storage: Storage, uploads: Uploads, run: Run, id_: UUID, member: UUID, taken: Taken) -> Upload:
    """Enter what came in as the member's upload, and give it its name; what came before under this id stays.

    ``run``: does what is not asynchronous. Raises as ``Uploads.keep``, StorageUnavailable.
    """
    told = (id_, member, taken.media_type, taken.size, taken.digest, taken.kept)
    try:
        upload = await run(uploads.keep, *told)
        if upload.digest != taken.digest:
            if await _appears(storage, uploads.name_of(upload)):
                await dropped(storage, taken.coming)
                return upload
            await run(uploads.forget, id_)  # it was entered, and the program ended before it had its name
            upload = await run(uploads.keep, *told)
        await storage.rename(taken.coming, uploads.name_of(upload))
    except BaseException:
        await dropped(storage, taken.coming)
        raise
    return upload


async def dropped(storage: Storage, name: str) -> None:
    """It is not there any more, also when whoever waited for it has gone; what cannot be removed now is swept later."""
    with CancelScope(shield=True), suppress(StorageUnavailable):
        await storage.delete(name)


async def _appears(storage: Storage, name: str) -> bool:
    """Whether it is there, or comes within seconds: whoever entered it first may be giving it its name just now."""
    for _ in range(LOOKS):
        if await _is_there(storage, name):
            return True
        await sleep(BETWEEN)
    return False


async def _is_there(storage: Storage, name: str) -> bool:
    try:
        async with storage.read(name, 0, 1) as pieces:
            return bool([piece async for piece in pieces])
    except FileDamaged:
        return False


async def _looked_at(chunks: AsyncIterator[bytes], kind: MediaType, most: int) -> AsyncIterator[bytes]:
    """The same chunks, as long as they are not too much and begin as they should. Raises what take_in does."""
    head, size, checked = b"", 0, False
    async for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise FileTooLarge(field="file", limit=most)
        if not checked:
            head += chunk[: kinds.HEAD - len(head)]
            if checked := len(head) >= kinds.HEAD:
                kinds.check_head(kind, head)
        if chunk:
            yield chunk
    if not size:
        raise TextRequired(field="file")
    if not checked:
        kinds.check_head(kind, head)
