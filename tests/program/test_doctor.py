"""`renkei doctor` as an operator runs it: beside a program that serves, and when none does."""

from tests.program.running import Site


def test_it_tells_a_line_for_each_check_and_ends_with_a_status(site: Site) -> None:
    stopped = site.run("doctor")
    assert stopped.status == 0, stopped.out
    assert "ok   walls: Cities are walled off from each other" in stopped.out.splitlines()
    assert stopped.out.count("warn keys-place: ") == 1
    running = site.start("serve").ready()
    japanese = site.run("doctor", LANG="ja_JP.UTF-8")
    assert japanese.status == 0, japanese.out
    assert "ok   walls: 自治体の間は区切られています" in japanese.out.splitlines()
    assert "ok   logs: 記録は検査済みです" in japanese.out.splitlines()
    assert site.run("doctor", "--lang", "ja").out.splitlines()[0] == japanese.out.splitlines()[0]
    site.sql("alter role renkei_public createdb")
    exposed = site.run("doctor", RENKEI_HOST="0.0.0.0")  # noqa: S104 - what is looked for
    assert exposed.status == 1
    failed = {line.split()[1] for line in exposed.out.splitlines() if line.startswith("fail ")}
    assert failed == {"hosts:", "tls:", "address:", "roles:"}
    assert running.stop() == 0


def test_before_anything_was_started_it_changes_nothing(empty: Site) -> None:
    said = empty.run("doctor")
    assert (said.status, said.out.splitlines()[0][:10]) == (0, "warn data:")
    assert not empty.data.exists()
