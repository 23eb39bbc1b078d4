"""Envelopes as files: one is removed once it is recorded, and nothing that came to lie in its place meanwhile."""

from pathlib import Path

import pytest

from api.cli.intakes import imported
from tenants.tenancy import Tenancy
from tests.conftest import SAPPORO, House
from tests.tenants.intakes import intake_of, trusted_of

RECEIVED = "select count(*) from renkei.events where topic = 'proposal.received'"


@pytest.mark.parametrize("renamed", [True, False])
def test_an_envelope_that_took_the_place_of_the_recorded_one_stays(house: House, tmp_path: Path, renamed: bool) -> None:  # noqa: FBT001 - a case
    intake, trusted = intake_of(house, house.open_city(SAPPORO)), trusted_of(house.folder)
    trusted.trust(SAPPORO, intake.signer.verifier)
    file, beside, later = tmp_path / "envelope.json", tmp_path / "next", intake.hands_over()
    file.write_bytes(intake.hands_over())

    def another_comes(_: object) -> None:
        (beside if renamed else file).write_bytes(later)
        if renamed:
            beside.rename(file)

    old = house.tenancy
    assert imported(Tenancy(old.pool, old.keys, old.checkpoints, another_comes), trusted, file, remove=True)
    assert (file.read_bytes(), house.sql(RECEIVED)) == (later, [(1,)])
    assert imported(old, trusted, file, remove=True)
    assert (file.exists(), house.sql(RECEIVED)) == (False, [(2,)])
