"""What lies in each kind of storage, seen past the program, for the tests of attachments."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3  # type: ignore[import-untyped]  # it brings no types
import httpx
from moto.server import ThreadedMotoServer

from api.settings import storage_of
from tenants.files.s3 import BucketSettings
from tenants.files.uploads import Uploads
from tests.api.files_world import FilesWorld
from tests.conftest import SAPPORO, UNENCRYPTED

BUCKET: Final = "renkei-files"


@contextmanager
def bucket() -> Iterator[tuple[BucketSettings, Any]]:
    """A bucket of an S3-compatible service on this machine, and a client of its own."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        told = BucketSettings(BUCKET, "desk", f"http://127.0.0.1:{port}", "ap-northeast-1", "key", "secret")
        client = boto3.client(
            "s3",
            endpoint_url=told.endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name=told.region,
        )
        # It remembers from one server to the next.
        httpx.post(f"{told.endpoint}/moto-api/reset", verify=UNENCRYPTED).raise_for_status()
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": told.region})
        yield told, client
    finally:
        server.stop()


class Kept:
    """What lies in a storage, seen past the program."""

    def __init__(self, world: FilesWorld, client: Any = None) -> None:
        self.world, self.client = world, client

    def names(self) -> list[str]:
        """Everything that lies there, whole or not; of a bucket also uploads that were begun."""
        if self.client is None:
            return [str(path.relative_to(self.world.folder)) for path in self.world.stored()]
        whole = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        begun = self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return sorted(each["Key"].removeprefix("desk/") for each in (*whole, *begun))

    def content(self, name: str) -> bytes:
        """The bytes that lie there."""
        if self.client is None:
            return (self.world.folder / name).read_bytes()
        found: bytes = self.client.get_object(Bucket=BUCKET, Key=f"desk/{name}")["Body"].read()
        return found

    def change(self, name: str, content: bytes) -> None:
        """Put something else there."""
        if self.client is None:
            (self.world.folder / name).write_bytes(content)
        else:
            self.client.put_object(Bucket=BUCKET, Key=f"desk/{name}", Body=content)

    def remove(self, name: str) -> None:
        """Take it away."""
        if self.client is None:
            (self.world.folder / name).unlink()
        else:
            self.client.delete_object(Bucket=BUCKET, Key=f"desk/{name}")


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


async def swept(kept: Kept, later: timedelta) -> int:
    """What a sweep throws away that is done so much later."""
    uploads = Uploads(kept.world.house.tenancy, SAPPORO)
    return await uploads.sweep(storage_of(kept.world.settings), datetime.now(UTC) + later)


def sweep(kept: Kept, later: timedelta) -> int:
    return asyncio.run(swept(kept, later))
