"""A crowd that asks the public endpoint over and over and never waits as it is told; a process of its own.

`python -m tests.benchmarks.crowd PORT CONNECTIONS SECONDS`: every connection sends its next request when it has its
answer. Prints one JSON object: answers by status, how many that turned away said no Retry-After, connections lost.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from typing import Final

GOOD: Final = (
    "{ cases(first: 20) { nodes { title summary city { name } partners { name } } } }",
    "{ cities(first: 20) { nodes { code name } } }",
    "{ challenges(first: 20) { nodes { title description } } }",
    '{ cases(first: 20, where: {text: "除雪 見守り"}) { nodes { title } pageInfo { hasNextPage } } }',
)
BAD: Final = (
    "{ cases(first: 100) { nodes { city { cases(first: 100) { nodes { title } } } } } }",
    "{ nothing }",
    "{ cases { nodes {",
    "{ " + " ".join(f"a{n}: __typename" for n in range(3000)) + " }",
)
RAW: Final = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
    b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
)
LENGTH: Final = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)
RETRY: Final = re.compile(rb"retry-after: [0-9]+", re.IGNORECASE)
TURNED_AWAY: Final = ("429", "503")


def posted(query: str) -> bytes:
    """A GraphQL request."""
    body = json.dumps({"query": query}).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length:"
    return f"{head} {len(body)}\r\n\r\n".encode() + body


REQUESTS: Final = (*map(posted, GOOD * 3), *map(posted, BAD), *RAW)


class Told:
    """What the crowd was answered."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.without_retry = self.lost = self.open = self.most = 0
        self.ending = False


class One(asyncio.Protocol):
    """One connection of the crowd."""

    def __init__(self, told: Told, number: int) -> None:
        self.told, self.number, self.got = told, number, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.told.open += 1
        self.told.most = max(self.told.most, self.told.open)
        self.ask()

    def ask(self) -> None:
        """Send the next request."""
        self.transport.write(REQUESTS[self.number % len(REQUESTS)])
        self.number += 1

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, rest = self.got.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or len(rest) < (int(length[1]) if length else 0):
            return
        status = head[9:12].decode()
        self.told.statuses[status] += 1
        if status in TURNED_AWAY and not RETRY.search(head):
            self.told.without_retry += 1
        self.got.clear()
        if self.told.ending:
            self.transport.close()
        else:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.told.open -= 1
        if not self.told.ending:
            self.told.lost += 1


async def crowd(port: int, connections: int, seconds: float) -> Told:
    """Ask for so long."""
    told, loop = Told(), asyncio.get_running_loop()
    for number in range(connections):
        await loop.create_connection(lambda number=number: One(told, number), "127.0.0.1", port)  # type: ignore[misc]
    print(json.dumps({"connected": told.open}), flush=True)
    await asyncio.sleep(seconds)
    told.ending = True
    return told


def main() -> None:
    """One line when all have connected, one at the end."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    told = asyncio.run(crowd(port, connections, seconds))
    counted = {"statuses": dict(told.statuses), "without_retry": told.without_retry, "lost": told.lost}
    print(json.dumps({**counted, "connections": told.most}), flush=True)


if __name__ == "__main__":
    main()
