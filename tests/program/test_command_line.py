"""What an operator does on a deployment that serves, without starting it again."""

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from api.cli import terminal
from tenants.database.attach import attached_conninfo
from tests.program.desk import Person, add_member, choose_secret, sign_in
from tests.program.running import MARK, Program, Site, eventually

OTARU = """code = "012033"
slug = "otaru"
name = { ja = "小樽市", en = "Otaru" }
corporate_number = "9000020012033"
municipality = "city"

[provenance]
source = "試験のための定義"
status = "draft"
valid_from = 2026-04-01
"""
EVENTS = (
    "select position, originator_id, topic, recorded_at, leaf_hash, node_hash from renkei.events"
    " where city = %s order by 1"
)
REGISTER = "select city, slug, (select count(*) from renkei.events) from renkei.cities order by 1"
OPENED = (
    "select extract(epoch from max(e.recorded_at) - max(c.added_at))::float8"
    " from renkei.cities c join renkei.events e using (city) where c.city = '012033'"
)


@pytest.fixture(scope="module")
def serving(file_site: Site) -> Iterator[Program]:
    """A deployment that serves all through this file."""
    program = file_site.start("serve").ready()
    yield program
    assert program.stop() == 0


@pytest.fixture(scope="module")
def sato(serving: Program) -> Person:
    """An officer of Sapporo with something in the log."""
    person = sign_in(serving)
    for _ in range(3):
        assert person.raise_challenge().status_code == 200
    return person


def public(program: Program, query: str) -> object:
    """What anybody may read."""
    return program.site.client.post(f"{program.address}/graphql", json={"query": query}).json()["data"]


def one_line(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


# --- cities ----------------------------------------------------------------------------------------------------------


def test_a_city_is_added_while_it_serves_and_is_there_at_once(serving: Program) -> None:
    site, query = serving.site, '{ city(code: "otaru") { code name slug } }'
    assert public(serving, query) == {"city": None}
    file = site.home / "otaru.toml"
    file.write_text(OTARU, "utf-8")
    began = time.monotonic()
    added = site.run("city", "add", str(file))
    whole = time.monotonic() - began
    assert (added.status, one_line(added.out)) == (0, "小樽市 (012033) is open: /desk/otaru/graphql")
    assert eventually(
        lambda: public(serving, query) == {"city": {"code": "012033", "name": "小樽市", "slug": "otaru"}}, 10
    )
    answer = serving.site.client.post(f"{serving.address}/desk/otaru/token", json={"login": "a", "secret": "b"})
    assert answer.status_code == 401  # known, and nobody of this name works there
    ((added_for,),) = site.sql(OPENED)
    print(f"city add: {whole:.2f} s with the start of Python, {added_for:.3f} s of it the city itself")  # noqa: T201
    assert added_for < 1
    again = site.run("city", "add", str(file))
    assert (again.status, "was open already" in again.out) == (0, True)


def test_a_member_is_added_chooses_a_secret_by_a_code_good_once_and_may_act(serving: Program) -> None:
    told = add_member(serving, "aomori", "tanaka", "desk_officer", "approver")
    assert ("/desk/022012/reset/use" in told, "good once, for 24 hours" in told) == (True, True)
    assert choose_secret(serving, "aomori", told.split()[-1], "さらに別のひみつ・長いもの") == 422
    tanaka = sign_in(serving, "aomori", "tanaka")
    assert tanaka.ask("{ me { name roles } }")["me"] == {"name": "田中", "roles": ["DESK_OFFICER", "APPROVER"]}
    assert tanaka.raise_challenge().json()["data"]["it"]["changed"]
    again = serving.site.run("member", "invite", "aomori", "tanaka")
    assert choose_secret(serving, "aomori", again.out.split()[-1], "さらに別のひみつ・長いもの") == 200
    assert sign_in(serving, "aomori", "tanaka", "さらに別のひみつ・長いもの").raise_challenge().status_code == 200


def test_an_operator_signs_out_one_member_or_a_whole_city(serving: Program) -> None:
    add_member(serving, "aomori", "mori")
    add_member(serving, "aomori", "hayashi")
    mori, hayashi, sato = (sign_in(serving, *who) for who in (("aomori", "mori"), ("aomori", "hayashi"), ()))
    me = "{ me { name } }"
    assert serving.site.run("member", "sign-out", "aomori", "mori").status == 0
    assert [person.send(me).status_code for person in (mori, hayashi, sato)] == [401, 200, 200]
    assert serving.site.run("city", "sign-out", "aomori").status == 0
    assert [person.send(me).status_code for person in (mori, hayashi, sato)] == [401, 401, 200]
    assert serving.site.run("member", "sign-out", "aomori", "nobody").status == 1


def test_it_does_not_serve_others_nor_ask_a_database_elsewhere_without_tls(serving: Program) -> None:
    site = serving.site
    open_to_all = site.run("serve", RENKEI_HOST="0.0.0.0", PORT="1")  # noqa: S104 - it must not
    assert (open_to_all.status, "RENKEI_WITHOUT_TLS=clients" in one_line(open_to_all.err)) == (1, True)
    away = "postgresql://renkei:geheim@192.0.2.1/renkei?connect_timeout=1"
    for command in (("serve",), ("migrate",), ("city", "list")):
        refused = site.run(*command, RENKEI_DATABASE_URL=away)
        assert (refused.status, "sslmode=verify-full" in one_line(refused.err)) == (1, True)
        assert "geheim" not in refused.err


def test_an_operator_links_a_person_sets_an_address_and_resets_a_factor(serving: Program) -> None:
    site, issuer = serving.site, "https://id.city.example.jp/realms/staff"
    unknown = site.run("member", "link", "sapporo", "sato", issuer, "subject-of-sato")
    assert (unknown.status, "Use one of: none yet; or add the provider" in one_line(unknown.err)) == (1, True)
    settings = site.home / "provider.toml"
    settings.write_text(
        'address = "https://renkei.city.example.jp"\n[[provider]]\nname = "staff"\ncities = ["011002"]\n'
        f'issuer = "{issuer}"\nclient_id = "renkei"\nclient_secret_env = "STAFF_SECRET"\n',
        "utf-8",
    )
    provided = {"RENKEI_SIGN_IN": str(settings), "STAFF_SECRET": "ひみつ"}
    mistyped = site.run("member", "link", "sapporo", "sato", f"{issuer}/", "subject-of-sato", **provided)
    assert (mistyped.status, f"Use one of: {issuer};" in one_line(mistyped.err)) == (1, True)
    elsewhere = site.run("member", "link", "aomori", "sato", issuer, "subject-of-sato", **provided)
    assert (elsewhere.status, site.sql("select city from renkei.outside_identities")) == (1, [])
    linked = site.run("member", "link", "sapporo", "sato", issuer, "subject-of-sato", **provided)
    assert (linked.status, one_line(linked.out)) == (0, "That person signs in as 'sato'.")
    assert site.run("member", "link", "sapporo", "sato", issuer, "somebody-else", **provided).status == 1
    assert site.sql("select city, issuer, subject from renkei.outside_identities") == [
        ("011002", issuer, "subject-of-sato")
    ]
    assert site.run("member", "unlink", "sapporo", "sato", issuer).status == 0
    assert site.run("member", "unlink", "sapporo", "sato", issuer).status == 1
    mail = site.run("member", "mail", "sapporo", "sato", "sato@city.example.jp")
    assert (mail.status, "sato@city" in mail.out + mail.err) == (0, False)
    assert site.run("member", "mail", "sapporo", "sato", "no address").status == 1
    assert site.run("member", "reset-factor", "sapporo", "sato").status == 0
    for command in (("link", issuer, "s"), ("unlink", "i"), ("mail", "a@b.jp"), ("reset-factor",)):
        refused = site.run("member", command[0], "sapporo", "nobody", *command[1:])
        assert (refused.status, "Nobody in sapporo has the login 'nobody'" in one_line(refused.err)) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("atlantis", "a", "田中", "--role", "approver"), "atlantis"),
        (("sapporo", "sato", "田中", "--role", "approver"), "already"),
        (("sapporo", "", "田中", "--role", "approver"), "login"),
    ],
)
def test_a_member_who_cannot_be_added_is_not_added_at_all(
    serving: Program, arguments: tuple[str, ...], said: str
) -> None:
    count = "select count(*) from renkei.members"
    before = serving.site.sql(count)
    refused = serving.site.run("member", "add", *arguments)
    assert (refused.status, said in one_line(refused.err)) == (1, True)
    assert serving.site.sql(count) == before


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (('code = "012033"', 'code = "012034"'), ("line 1", "key code", "012034")),
        (('slug = "otaru"', 'slug = "otaru'), ("line 2", "not TOML")),
        (('"012033"\nslug = "otaru"', '"012041"\nslug = "sapporo"'), ("slug 'sapporo' belongs to city 011002",)),
    ],
)
def test_a_bad_city_file_is_refused_by_line_and_key_and_changes_nothing(
    serving: Program, change: tuple[str, str], parts: tuple[str, ...]
) -> None:
    site = serving.site
    file = site.home / "bad.toml"
    file.write_text(OTARU.replace(*change), "utf-8")
    before = site.sql(REGISTER)
    refused = site.run("city", "add", str(file))
    assert refused.status == 1
    assert [part for part in parts if part not in one_line(refused.err)] == []
    assert site.sql(REGISTER) == before


def test_a_file_that_is_not_there_is_named(serving: Program) -> None:
    for arguments in (("city", "add"), ("city", "import")):
        refused = serving.site.run(*arguments, "/nowhere/otaru")
        assert (refused.status, "/nowhere/otaru" in one_line(refused.err)) == (1, True)


def test_a_city_moves_to_another_deployment_with_every_position_time_and_hash(
    serving: Program, sato: Person, made: Path, another: Callable[[], Site]
) -> None:
    site, there = serving.site, another()
    file = site.home / "sapporo.export"
    assert site.run("city", "export", "sapporo", str(file)).status == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert site.run("city", "export", "sapporo", str(file)).status == 1  # never over another
    there.data.mkdir(mode=0o700)
    shutil.copytree(site.data / "keys", there.data / "keys")
    stranger = another().run("city", "import", str(file))
    assert (stranger.status, "copy the keys folder of the old deployment" in one_line(stranger.err)) == (1, True)
    outside = site.home / "outside"
    shutil.copy(site.data / "checkpoints/022012/latest", outside)
    wrong = there.run("city", "import", str(file), "--against", str(outside))
    assert (wrong.status, "011002" in one_line(wrong.err)) == (1, True)
    assert there.run("city", "import", str(file), "--against", str(site.home / "nowhere")).status == 1
    shutil.copy(site.data / "checkpoints/011002/latest", outside)
    taken = there.run("city", "import", str(file), "--against", str(outside))
    assert (taken.status, "011002 is here with" in taken.out) == (0, True)
    program = there.start("serve").ready()
    assert there.sql(EVENTS, "011002") == site.sql(EVENTS, "011002")
    assert there.run("audit", "verify", "sapporo").status == 0
    add_member(program)
    titles = "{ challenges { nodes { title { text } } } }"
    here = sato.ask(titles)
    assert eventually(lambda: sign_in(program).ask(titles) == here, 10)
    assert MARK in str(here)
    assert "already" in one_line(there.run("city", "import", str(file)).err)
    file.write_bytes(file.read_bytes()[:-100])
    cut = another()
    cut.data.mkdir(mode=0o700)
    shutil.copytree(site.data / "keys", cut.data / "keys")
    refused = cut.run("city", "import", str(file))
    assert (refused.status, "Nothing was imported" in one_line(refused.err)) == (1, True)
    assert program.stop() == 0


def test_the_list_names_every_city_with_the_size_of_its_log(serving: Program, sato: Person) -> None:
    listed = serving.site.run("city", "list")
    ((size,),) = serving.site.sql("select max(position) from renkei.events where city = '011002'")
    assert [part for part in ("011002", "sapporo", str(size), "022012", "aomori") if part not in listed.out] == []


# --- read models -----------------------------------------------------------------------------------------------------


def test_read_models_are_looked_at_rebuilt_and_replayed_while_it_serves(serving: Program, sato: Person) -> None:
    site, titles = serving.site, "{ challenges { nodes { title { text } } } }"
    before = sato.ask(titles)
    assert "proposals" in site.run("project", "status").out
    rebuilt = site.run("project", "rebuild", "challenges")
    assert (rebuilt.status, "challenges" in rebuilt.err) == (0, True)
    assert sato.ask(titles) == before
    assert site.sql("select generation, building from commons.projections where name = 'challenges'") == [(2, None)]
    assert site.run("project", "replay").status == 0
    unknown = site.run("project", "rebuild", "nothing")
    assert (unknown.status, "proposals" in unknown.err) == (1, True)


def test_a_runner_of_its_own_works_beside(serving: Program, sato: Person) -> None:
    beside = serving.site.start("project", "run")
    assert beside.says("projections")
    position = sato.raise_challenge().json()["data"]["it"]["position"]
    assert eventually(lambda: int(sato.ask("{ position }")["position"]) >= position, 10)
    beside.process.terminate()
    assert beside.process.wait(30) == 0


# --- audits ----------------------------------------------------------------------------------------------------------


def test_an_audit_finds_a_row_that_the_superuser_changed_and_names_its_position(serving: Program, sato: Person) -> None:
    site = serving.site
    whole = site.run("audit", "verify")
    assert (whole.status, whole.out.count("all as recorded")) == (0, len(site.sql("select 1 from renkei.cities")))
    narrow = site.run("audit", "verify", "sapporo", "--sealed", COLUMNS="40").out.splitlines()
    assert [line.split(":")[0] for line in narrow] == ["011002"] * 3  # its log, its sealed values, its files
    outside = site.home / "checkpoint"
    shutil.copy(site.data / "checkpoints/011002/latest", outside)
    assert site.run("audit", "verify", "--against", str(outside)).status == 0
    change = "update renkei.events set policy_version = policy_version + %s where city = '011002' and position = 4"
    site.sql(change, 1)
    try:
        for arguments in ((), ("--against", str(outside))):
            found = site.run("audit", "verify", *arguments)
            assert (found.status, "position 4" in one_line(found.err)) == (1, True)
    finally:
        site.sql(change, -1)
    assert site.run("audit", "verify", "sapporo").status == 0
    assert site.run("audit", "verify", "aomori", "--against", str(outside)).status == 1
    outside.write_text(outside.read_text("utf-8").replace("011002", "022012"), "utf-8")
    assert "signature" in one_line(site.run("audit", "verify", "--against", str(outside)).err)


def test_an_audit_of_the_sealed_values_names_the_first_that_was_lost(serving: Program, sato: Person) -> None:
    site, all_boxes = serving.site, "select * from renkei.sealed where city = '011002' order by commitment"
    ((opened,),) = site.sql("select count(*) from renkei.sealed where city = '011002'")
    whole = site.run("audit", "verify", "sapporo", "--sealed")
    assert (whole.status, f"{opened} opened, 0 erased, 0 missing" in one_line(whole.out)) == (0, True)
    lost = site.sql(all_boxes)[0]
    site.sql("delete from renkei.sealed where city = '011002' and commitment = %s", lost[1])
    try:
        found = site.run("audit", "verify", "sapporo", "--sealed")
        assert (found.status, f"{opened - 1} opened, 0 erased, 1 missing" in one_line(found.out)) == (1, True)
        assert f"{bytes(lost[1]).hex()} is missing" in one_line(found.err)
        assert site.run("audit", "verify", "sapporo").status == 0
    finally:
        site.sql("insert into renkei.sealed values (%s, %s, %s, %s, %s)", *lost)
    assert site.sql(all_boxes)[0] == lost


@pytest.mark.parametrize("damage", ["gone", "garbled"])
def test_a_city_whose_newest_checkpoint_was_lost_is_accepted_and_goes_on(site: Site, damage: str) -> None:
    assert sign_in(program := site.start("serve").ready()).raise_challenge().status_code == 200
    assert program.stop() == 0
    latest = site.data / "checkpoints/011002/latest"
    latest.unlink() if damage == "gone" else latest.write_bytes(b"\xff")
    program = site.start("serve").ready()
    person = sign_in(program)
    closed = person.raise_challenge()
    if damage == "gone":
        assert "renkei audit accept 011002" in closed.text
    assert '"changed":true' not in closed.text
    accepted = site.run("audit", "accept", "sapporo")
    assert (accepted.status, "events accepted and signed" in one_line(accepted.out)) == (0, True)
    assert "signed checkpoints of days vouch for" in one_line(accepted.out)
    assert person.raise_challenge().json()["data"]["it"]["changed"]
    assert site.run("audit", "verify", "sapporo").status == 0
    again = site.run("audit", "accept", "sapporo")
    assert (again.status, "renkei audit verify 011002" in one_line(again.err)) == (1, True)
    assert program.stop() == 0


def test_a_log_that_a_signed_day_contradicts_is_not_accepted(site: Site) -> None:
    assert sign_in(program := site.start("serve").ready()).raise_challenge().status_code == 200
    assert program.stop() == 0
    (site.data / "checkpoints/011002/latest").unlink()
    program = site.start("serve").ready()
    ((last,),) = site.sql("select max(last) from renkei.commands where city = '011002'")
    site.sql("delete from renkei.commands where city = '011002' and last = %s", last)
    site.sql("delete from renkei.events where city = '011002' and position = %s", last)
    refused = site.run("audit", "accept", "sapporo")
    assert (refused.status, "differs at position" in one_line(refused.err)) == (1, True)
    assert not (site.data / "checkpoints/011002/latest").exists()
    assert program.stop() == 0


# --- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["checkpoint.key", "inside.key", "keys"])
def test_a_lost_key_stops_the_start_and_is_never_made_anew(site: Site, name: str) -> None:
    lost = site.data / "keys" if name == "keys" else site.data / "keys" / name
    away = lost.rename(site.home / "away")
    for command in (("city", "list"), ("serve",)):
        refused = site.run(*command)
        assert (refused.status, "is missing" in one_line(refused.err)) == (1, True)
        assert [part for part in (str(lost), "backup") if part not in one_line(refused.err)] == []
    assert not lost.exists()
    away.rename(lost)
    assert site.run("city", "list").status == 0


def test_a_key_that_others_may_read_stops_the_start(site: Site) -> None:
    key = site.data / "keys/public.key"
    key.chmod(0o644)
    refused = site.run("city", "list")
    assert (refused.status, f"chmod 600 {key}" in one_line(refused.err)) == (1, True)
    key.chmod(0o600)
    assert site.run("city", "list").status == 0


def test_a_fresh_data_folder_for_a_database_with_cities_is_refused_and_locks_nobody_out(
    serving: Program, another: Callable[[], Site]
) -> None:
    fresh, url = another(), attached_conninfo(serving.site.data / "postgres")
    refused = fresh.run("city", "list", RENKEI_DATABASE_URL=url)
    assert (refused.status, "keys folder of this deployment" in one_line(refused.err)) == (1, True)
    assert not fresh.data.exists()
    assert serving.site.run("city", "list").status == 0
    assert public(serving, "{ cities { nodes { code } } }")


def test_the_committed_schemas_are_those_of_the_code(serving: Program) -> None:
    assert serving.site.run("schema", "--check").status == 0


def test_commands_need_no_running_program(site: Site) -> None:
    listed = site.run("city", "list")
    assert (listed.status, "sapporo" in listed.out) == (0, True)
    assert eventually(lambda: not site.processes(), 5)


ADD = ("member", "add", "sapporo")


def on_a_screen(site: Site, *arguments: str) -> str:
    """What a command shows on the terminal that its standard error is, whole."""
    ours, its = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        command = [sys.executable, "-m", "api", *arguments]
        process = subprocess.Popen(
            command, cwd="/", env=site.environment, stdin=its, stdout=subprocess.PIPE, stderr=its, text=True
        )
        os.close(its)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "is good once" in said or "is entered" in said
        try:
            return screen.read(65536).decode()
        except OSError:  # nothing was ever shown, and the other end is closed
            return ""


def test_progress_shows_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=screen, force_terminal=True, width=100))
    with terminal.bar("intake") as progress:
        progress("[/] [red].json", 0, 1)
    assert "[/] [red].json" in screen.getvalue()


def test_what_is_only_noted_stays_off_the_operators_screen_and_goes_where_a_log_goes(site: Site) -> None:
    assert '"event"' not in on_a_screen(site, *ADD, "suzuki", "鈴木", "--role", "staff")
    noted = site.run(*ADD, "takahashi", "高橋", "--role", "staff")
    assert noted.status == 0
    assert '"event": "member_invited"' in noted.err
