"""The whole application on a socket of its own, with files to send it, for the tests of attachments."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.app import create_app
from api.house import House as Deployment
from api.serving import listen, serving
from api.settings import Settings
from domain.proposal import PROPOSAL
from domain.values import CityCode
from projections.catalogue import READ_MODELS
from projections.runner import Runner
from tenants.database.access import Role as Account
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.files.kinds import KINDS
from tenants.members import Role
from tests.api.desk_at_work import HASH, SECRET
from tests.api.file_examples import PDF
from tests.conftest import SAPPORO, UNENCRYPTED, House
from tests.projections.running import officer, received, runner_of

TYPES: Final = {ending: kind.declared for kind in KINDS.values() for ending in kind.endings}


def headers(name: str, declared: str | None = None) -> dict[str, str]:
    """What is said beside a file."""
    ending = f".{name.rpartition('.')[2]}".lower()
    return {
        "Content-Type": declared or TYPES.get(ending, "application/octet-stream"),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }


@dataclass
class Person:
    """Somebody who is signed in at a desk."""

    world: "FilesWorld"
    token: dict[str, str]
    city: str
    client: httpx.Client

    def send(
        self, content: Any = PDF, name: str = "見積.pdf", declared: str | None = None, **more: str
    ) -> httpx.Response:
        """The answer to a file; ``more``: headers."""
        sent = {
            **self.token,
            **headers(name, declared),
            **{key.replace("_", "-"): value for key, value in more.items()},
        }
        return self.client.post(f"/desk/{self.city}/files", content=content, headers=sent)

    def sent(self, content: Any = PDF, name: str = "見積.pdf", **more: str) -> dict[str, Any]:
        """An upload that is taken."""
        answer = self.send(content, name, **more)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def read(self, file: str, city: str | None = None) -> httpx.Response:
        """The answer to who wants to read a file."""
        return self.client.get(f"/desk/{city or self.city}/files/{file}", headers=self.token)

    def ask(self, query: str, **variables: Any) -> Any:
        """What GraphQL answers; it must not fail."""
        body = {"query": query, "variables": variables}
        answer = self.client.post(f"/desk/{self.city}/graphql", json=body, headers=self.token)
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def do(self, mutation: str, **given: Any) -> Any:
        """What a command answers."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        fields = "__typename ... on Recorded { changed } ... on Problem { code }"
        query = f"mutation ($input: {kind}) {{ it: {mutation}(input: $input) {{ {fields} }} }}"
        found = self.ask(query, input={"commandId": str(uuid4()), **given})["it"]
        self.world.catch_up()
        return found

    def attached(self, proposal: UUID, content: Any = PDF, name: str = "見積.pdf") -> str:
        """The id of a file that was sent and attached."""
        file: str = self.sent(content, name)["id"]
        told = self.do("attachProposalFile", proposal=str(proposal), file=file)
        assert told == {"__typename": "ProposalRecorded", "changed": True}
        return file


@dataclass
class FilesWorld:
    """A deployment that answers on a port; its views are brought up to date after each command."""

    house: House
    runner: Runner
    settings: Settings
    port: int
    lanes: Any
    ends: ExitStack

    @property
    def folder(self) -> Path:
        """Where files lie."""
        return self.house.folder / "files"

    def stored(self) -> list[Path]:
        """Everything that lies there, whole or not."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def catch_up(self) -> None:
        """Bring the views up to date."""
        self.runner.catch_up()

    def proposal(self, city: str = SAPPORO) -> UUID:
        """A proposal that the desk has received."""
        return received(officer(self.house, self.house.tenancy.find(city)))

    def proposer_of(self, proposal: UUID) -> UUID:
        """The party that proposes, under whose key its words are."""
        (code,) = (
            city
            for city, _ in self.house.sql(
                "select city, 1 from renkei.events where originator_id = %s limit 1", proposal
            )
        )
        found = self.house.tenancy.state_of(CityCode(code), PROPOSAL, proposal).proposer
        assert found is not None
        return found

    def person(self, *roles: Role, city: str = "sapporo", parties: tuple[UUID, ...] = ()) -> Person:
        """Somebody with these roles, or who stands for these parties."""
        code, login = self.house.tenancy.find(city), f"member-{uuid4().hex[:12]}"
        given = frozenset(roles or (() if parties else (Role.DESK_OFFICER,)))
        with self.house.connect(Account.OWNER) as owner:
            added = enter_member(self.house.tenancy, code, login, "佐藤", given, None, None, parties)
            told = "update renkei.members set secret_hash = %s where city = %s and member = %s"
            owner.execute(told, (HASH, code, added.id))
        return self.signed_in(login, SECRET, city)

    def signed_in(self, login: str, secret: str, city: str = "sapporo") -> Person:
        """Somebody who has an account."""
        client = self.ends.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, verify=UNENCRYPTED)
        )
        answer = client.post(f"/desk/{city}/token", json={"login": login, "secret": secret})
        assert answer.status_code == 200, answer.text
        return Person(self, {"Authorization": f"Bearer {answer.json()['token']}"}, city, client)

    def begun(self, person: Person, name: str = "見積.pdf", length: int = 1_000_000) -> socket.socket:
        """A connection on which the head of an upload was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        told = {"Host": "localhost", "Content-Length": str(length), **person.token, **headers(name)}
        lines = "".join(f"{key}: {value}\r\n" for key, value in told.items())
        connection.sendall(f"POST /desk/{person.city}/files HTTP/1.1\r\n{lines}\r\n".encode())
        return connection

    def asked(self, person: Person, file: str) -> socket.socket:
        """A connection on which a file was asked for, and little of it is taken."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", self.port))
        lines = "".join(f"{key}: {value}\r\n" for key, value in {"Host": "localhost", **person.token}.items())
        connection.sendall(f"GET /desk/{person.city}/files/{file} HTTP/1.1\r\n{lines}\r\n".encode())
        return connection


@contextmanager
def files_world(house: House, **told: Any) -> Iterator[FilesWorld]:
    """Serve a house on a free port under these settings."""
    settings = Settings(data=house.folder, port=0, **told)
    pools = [
        AsyncConnectionPool[AsyncConnection[Row]](
            house.database.conninfo(role), kwargs={"autocommit": True}, min_size=1, timeout=5, open=False
        )
        for role in (Account.PUBLIC, Account.DESK)
    ]
    listener = listen(settings)
    with runner_of(house, READ_MODELS) as runner, ThreadPoolExecutor(4) as threads, listener:
        deployment = Deployment(
            settings, house.database, house.tenancy.keys, house.tenancy, runner, runner._pool, threads, *pools
        )
        app, ready = create_app(deployment), threading.Event()
        server = serving(app, listener, ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert ready.wait(20)
        try:
            with ExitStack() as ends:
                yield FilesWorld(house, runner, settings, int(listener.getsockname()[1]), app.state.lanes, ends)
        finally:
            server.should_exit = True
            thread.join(15)


def eventually(condition: Any, seconds: float = 10.0) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
