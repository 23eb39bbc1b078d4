"""What the page for operators says in numbers is what the program does."""

import re
from datetime import timedelta

from api.settings import Settings
from tenants.identity.identity import HOURS
from tenants.identity.passwords import LONGEST_SECRET, SHORTEST_SECRET
from tenants.identity.resets import LASTS
from tenants.identity.sessions import Lasting
from tenants.identity.tokens import LONGEST, MOST, TOKEN_BYTES
from tenants.identity.waits import FREE
from tenants.identity.waits import LONGEST as LONGEST_WAIT
from tests.asvs.standard import ROOT

PAGE = re.sub(r"\s+", " ", (ROOT / "tenants/SECURITY.md").read_text("utf-8"))


def minutes(time: timedelta) -> int:
    return int(time.total_seconds()) // 60


def test_the_limits_of_sessions_and_tokens_are_told_as_they_are() -> None:
    usual = Lasting()
    assert f"{minutes(usual.idle)} minutes idle, {minutes(usual.whole) // 60} hours in all" in PAGE
    assert f"another token every {minutes(usual.turn)} minutes" in PAGE
    assert (
        f"Tokens from a login last {HOURS} hours, personal ones at most {LONGEST.days} days, at most {MOST} of" in PAGE
    )
    assert f"{TOKEN_BYTES * 8} random bits" in PAGE


def test_what_stops_guessing_is_told_as_it_is() -> None:
    assert f"After {FREE} wrong secrets in a row" in PAGE
    assert f"up to {LONGEST_WAIT} seconds" in PAGE
    assert f"Secrets have {SHORTEST_SECRET} to {LONGEST_SECRET} characters" in PAGE
    assert f"good once for {minutes(LASTS)} minutes" in PAGE


def test_the_bounds_of_what_takes_long_are_told_as_they_are() -> None:
    usual = Settings()
    assert f"{usual.longest} seconds in all" in PAGE
    assert f"{usual.command_threads} at once, a hundred waiting" in PAGE
