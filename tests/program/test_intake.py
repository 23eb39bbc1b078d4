"""An operator carries envelopes from the internet side to the desk's, by the command line, killed in the middle."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from domain.values import fiscal_year
from tenants.checkpoint import Signer
from tenants.intake.trusted import NAME
from tenants.register import policy_of
from tenants.tenancy import JAPAN
from tests.conftest import AOMORI, SAPPORO, city_file
from tests.program.desk import sign_in
from tests.program.running import MARK, PATIENCE, Site, eventually
from tests.tenants.intakes import Intake, offered, trusted_of

NUMBERS: Final = "select serial from renkei.receipt_numbers where city = %s order by serial"
RECEIVED: Final = "select count(*) from renkei.events where city = %s and topic = 'proposal.received'"
KEPT: Final = ("events", "commands", "sealed", "data_keys", "receipt_numbers")
MANY: Final = 60


def intake_at(site: Site, city: Any = SAPPORO) -> Intake:
    """A city's intake, whose key is registered."""
    path = site.home / f"{city}.key"
    Signer.create(path)
    signer = Signer(path, NAME)
    trusted_of(site.data).trust(city, signer.verifier)
    return Intake(city, policy_of(city_file(city), 1), signer)


def content(site: Site, **told: Any) -> Path:
    """What somebody wrote on the internet side."""
    file = site.home / "content.txt"
    file.write_bytes(msgspec.json.encode(offered(policy_of(city_file(SAPPORO), 1), title=f"題名（{MARK}）", **told)))
    return file


def test_by_the_command_line_from_the_key_to_the_number(site: Site) -> None:
    outbox = site.home / "outbox"
    outbox.mkdir()
    key = site.home / "intake.key"
    public = site.run("intake", "key", str(key)).out.strip()
    assert (key.stat().st_mode & 0o777, site.run("intake", "key", str(key)).out.strip()) == (0o600, public)
    where = ("--key", str(key), "--city", SAPPORO, "--folder", str(outbox))
    names = []
    for told in ({}, {"kind": MARK}, {"organisation": f"見本（{MARK}）"}):
        said = site.run("intake", "seal", str(content(site, **told)), *where)
        assert said.status == 0, said.err
        names.append(said.out.strip().split(": "))
    assert {file.name for file in outbox.iterdir()} == {name for name, _ in names}
    unknown = site.run("intake", "import", str(outbox))
    assert (unknown.status, unknown.err.count("renkei intake trust 011002 KEY")) == (1, 3)
    for wrong in ("KEY", f"{public}x"):
        assert site.run("intake", "trust", "sapporo", wrong).status == 1
    trusted = site.run("intake", "trust", "sapporo", public)
    assert trusted.out == f"011002 takes in what was signed with: {public.split('+')[1]}\n"
    (good, arrival), (refused, _), (forged, _) = names
    damaged = (outbox / forged).read_bytes()
    (outbox / forged).write_bytes(damaged.replace("雪".encode(), "雨".encode()))
    year, said = fiscal_year(datetime.now(JAPAN).date()), site.run("intake", "import", str(outbox), "--remove")
    assert said.status == 1
    assert said.out == f"{good}: 011002: recorded as free no. 1 of fiscal {year}; arrival number {arrival}\n"
    assert "2 of 3 envelopes were refused" in said.err
    assert f"{outbox / refused}: 「種別」: 「…」は使えません。" in said.err
    assert f"{outbox / forged}: 封書の署名が内容と一致しません。" in said.err
    assert {file.name for file in outbox.iterdir()} == {refused, forged}
    (outbox / forged).write_bytes(damaged)
    missing = site.run("intake", "import", str(outbox / forged), str(outbox / "missing.json"))
    assert (missing.status, missing.out, "missing.json" in missing.err) == (2, "", True)
    again = site.run("intake", "import", str(outbox / forged), str(outbox / forged))
    assert again.status == 0
    assert ["no. 2" in line for line in again.out.splitlines()] == [True, True]
    assert ["here already" in line for line in again.out.splitlines()] == [False, True]
    for each in (unknown, said, again, trusted):
        assert MARK not in each.out + each.err
        assert "suzuki@example.jp" not in each.out + each.err


def test_killed_in_the_middle_of_a_folder_and_begun_again_each_is_recorded_once(site: Site) -> None:
    program, intake, outbox = site.start("serve").ready(), intake_at(site), site.home / "outbox"
    outbox.mkdir()
    for place in range(MANY):
        (outbox / f"{place:03}.json").write_bytes(intake.hands_over(title=f"{place}（{MARK}）"))
    shutil.copytree(outbox, site.home / "kept")
    for at_least in (5, 20):
        importing = site.start("intake", "import", str(outbox), "--remove")
        assert eventually(lambda at_least=at_least: site.sql(RECEIVED, SAPPORO)[0][0] >= at_least)  # type: ignore[misc]
        importing.kill()
        recorded, left = site.sql(RECEIVED, SAPPORO)[0][0], len(list(outbox.iterdir()))
        assert at_least <= recorded < MANY
        assert recorded + left in {MANY, MANY + 1}  # one may be recorded and not removed yet
    done = site.run("intake", "import", str(outbox), "--remove")
    assert (done.status, list(outbox.iterdir())) == (0, [])
    twice = site.run("intake", "import", str(site.home / "kept"))
    assert (twice.status, twice.out.count("was here already as free no. ")) == (0, MANY)
    assert site.sql(RECEIVED, SAPPORO) == [(MANY,)]
    assert [serial for (serial,) in site.sql(NUMBERS, SAPPORO)] == list(range(1, MANY + 1))
    sato = sign_in(program)
    arrival = twice.out.splitlines()[7].rpartition(" ")[2]
    query = "query ($n: String) { inbox(where: {arrivalNumber: $n}) { nodes { title { text } channel } } }"
    assert eventually(lambda: len(sato.ask(query, n=arrival)["inbox"]["nodes"]) == 1)
    assert sato.ask(query, n=arrival)["inbox"]["nodes"] == [{"title": {"text": f"7（{MARK}）"}, "channel": "PORTAL"}]
    verified = site.run("audit", "verify", "sapporo", "--sealed")
    assert (verified.status, "all as recorded" in verified.out) == (0, True)
    assert program.stop() == 0


def test_an_individual_of_aomori_leaves_nothing_behind_but_the_refusal(site: Site) -> None:
    program, intake, file = site.start("serve").ready(), intake_at(site, AOMORI), site.home / "envelope.json"
    before = [site.sql(f"select count(*) from renkei.{table}") for table in KEPT]  # noqa: S608 - ours
    file.write_bytes(intake.hands_over(organisationKind="INDIVIDUAL", organisation=MARK))
    said = site.run("intake", "import", str(file), "--remove")
    assert (said.status, file.exists(), said.out) == (1, True, "")
    assert ("個人" in said.err, MARK in said.err) == (True, False)
    assert [site.sql(f"select count(*) from renkei.{table}") for table in KEPT] == before  # noqa: S608 - ours
    assert program.stop() == 0


def test_damaged_keys_of_one_city_refuse_its_envelopes_alone_until_registered_anew(site: Site) -> None:
    program, outbox = site.start("serve").ready(), site.home / "outbox"
    outbox.mkdir()
    aomori, sapporo = intake_at(site, AOMORI), intake_at(site)
    (outbox / "1.json").write_bytes(aomori.hands_over(title=MARK))
    (outbox / "2.json").write_bytes(sapporo.hands_over(title=MARK))
    (trusted_of(site.data).folder / f"{AOMORI}.keys").write_text("damaged\n", "utf-8")
    said = site.run("intake", "import", str(outbox), "--remove")
    assert (said.status, [file.name for file in outbox.iterdir()]) == (1, ["1.json"])
    anew = ("intake", "trust", AOMORI, aomori.signer.verifier)
    assert f"renkei intake trust {AOMORI} KEY --replace" in said.err
    assert "--replace" in site.run(*anew).err
    assert [site.run(*anew, "--replace").status, site.run("intake", "import", str(outbox)).status] == [0, 0]
    assert [site.sql(RECEIVED, city) for city in (SAPPORO, AOMORI)] == [[(1,)], [(1,)]]
    assert program.stop() == 0


def test_a_name_of_a_file_is_shown_on_one_line_and_moves_nothing_on_the_screen(site: Site) -> None:
    program, intake, outbox = site.start("serve").ready(), intake_at(site), site.home / "outbox"
    outbox.mkdir()
    for name in (b"a\xff.json", b"b\x1b[31m\x07.json", b"c\nok.json", "[d]封書.json".encode()):
        (outbox / os.fsdecode(name)).write_bytes(intake.hands_over(title=MARK))
    said = site.run("intake", "import", str(outbox), PYTHONIOENCODING="utf-8:strict")
    assert (said.status, site.sql(RECEIVED, SAPPORO)) == (0, [(4,)])
    named = [line.partition(": ")[0] for line in said.out.splitlines()]
    assert named == ["[d]封書.json", "a\ufffd.json", "b\ufffd[31m\ufffd.json", "c\ufffdok.json"]
    assert program.stop() == 0


def test_two_who_import_one_folder_at_once_and_remove_record_each_once_and_both_succeed(site: Site) -> None:
    program, intake, outbox = site.start("serve").ready(), intake_at(site), site.home / "outbox"
    outbox.mkdir()
    for place in range(MANY):
        (outbox / f"{place:03}.json").write_bytes(intake.hands_over(title=MARK))
    both = [site.start("intake", "import", str(outbox), "--remove") for _ in range(2)]
    assert [each.process.wait(PATIENCE) for each in both] == [0, 0]
    assert (site.sql(RECEIVED, SAPPORO), list(outbox.iterdir())) == ([(MANY,)], [])
    assert sum(each.out.count(": recorded as") for each in both) == MANY
    assert program.stop() == 0


@pytest.mark.parametrize("wrong", [("--city", "011003"), ("--command", "decideProposal"), ("--key", "missing.key")])
def test_what_cannot_be_sealed_is_told(site: Site, wrong: tuple[str, str]) -> None:
    key = site.home / "intake.key"
    Signer.create(key)
    asked = {"--city": SAPPORO, "--key": str(key), "--folder": str(site.home), **dict([wrong])}
    said = site.run("intake", "seal", str(content(site)), *(part for each in asked.items() for part in each))
    assert (said.status, list(site.home.glob("*.json"))) == (1, [])
    assert MARK not in said.err
