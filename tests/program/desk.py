"""People at the desks of a running program, over real HTTP: signing in, commands, queries."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.conftest import UNENCRYPTED
from tests.program.running import MARK, Program, told

SECRET: Final = "窓口のひみつ・とても長いもの"
STATE: Final = "__typename ... on Recorded { id version position commandId repeated changed }"
REFUSED: Final = "... on Problem { code message messageJa messageEn }"


@dataclass
class Person:
    """A member who is signed in; every answer is looked at for what must not leave the program."""

    program: Program
    city: str
    token: str

    def send(self, query: str, city: str | None = None, **variables: Any) -> httpx.Response:
        """The answer as it came."""
        body = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{self.program.address}/desk/{city or self.city}/graphql"
        answer = self.program.site.client.post(address, json=body, headers=headers)
        told(answer.text)
        return answer

    def ask(self, query: str, **variables: Any) -> Any:
        """What a query answers; it must not fail."""
        answer = self.send(query, **variables)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def command(self, mutation: str, /, **given: Any) -> httpx.Response:
        """Send a command; a fresh command id unless one is told."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        query = f"mutation ($input: {kind}) {{ it: {mutation}(input: $input) {{ {STATE} {REFUSED} }} }}"
        return self.send(query, input={"commandId": str(uuid4()), **given})

    def do(self, mutation: str, /, **given: Any) -> Any:
        """What the command answers: recorded or refused, but answered."""
        answer = self.command(mutation, **given)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]["it"]

    def raise_challenge(self, **given: Any) -> httpx.Response:
        """The command that needs least."""
        return self.command("raiseChallenge", **{**challenge(), **given})


def challenge() -> dict[str, str]:
    """What a department tells its desk."""
    return {"commandId": str(uuid4()), "title": f"公園の落ち葉（{MARK}）", "description": f"毎年 30 トン。{MARK}"}


def add_member(program: Program, city: str = "sapporo", login: str = "sato", *roles: str) -> str:
    """Somebody is entered at the command line and chooses a secret on the page; answers what the command said."""
    told_roles = [part for role in roles or ("desk_officer",) for part in ("--role", role)]
    added = program.site.run("member", "add", city, login, "佐藤" if login == "sato" else "田中", *told_roles)
    assert added.status == 0, added.err
    assert choose_secret(program, city, added.out.split()[-1]) == 200
    return added.out


def choose_secret(program: Program, city: str, code: str, secret: str = SECRET) -> int:
    """What the page answers to a code and a secret."""
    with httpx.Client(
        base_url=program.address, headers={"Sec-Fetch-Site": "same-origin"}, verify=UNENCRYPTED
    ) as browser:
        page = browser.get(f"/desk/{city}/reset/use").text
        mark = page.partition('name="mark" value="')[2].partition('"')[0]
        return browser.post(f"/desk/{city}/reset/use", data={"mark": mark, "code": code, "secret": secret}).status_code


def sign_in(program: Program, city: str = "sapporo", login: str = "sato", secret: str = SECRET) -> Person:
    """Somebody who may act at the desk."""
    address = f"{program.address}/desk/{city}/token"
    answer = program.site.client.post(address, json={"login": login, "secret": secret})
    assert answer.status_code == 200, told(answer.text)
    return Person(program, city, answer.json()["token"])


def code_of(answer: httpx.Response) -> str:
    """The code of the first error of an answer, GraphQL or not."""
    body = answer.json()
    return str(body["errors"][0]["extensions"]["code"] if "errors" in body else body["code"])
