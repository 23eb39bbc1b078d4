"""Keys are made once: for a database without a city. Later a missing one stops the start, and an open one as well."""

from pathlib import Path

import pytest

from tenants.key_folder import FILES, KeysExposed, KeysLost, open_key_folder
from tests.conftest import SAPPORO, House


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_for_a_database_without_a_city_all_keys_are_made_private(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    open_key_folder(house.database.admin, folder)
    assert set(contents(folder)) == set(FILES)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    before = contents(folder)
    open_key_folder(house.database.admin, folder)
    assert contents(folder) == before


@pytest.mark.parametrize("name", FILES)
def test_without_a_city_a_first_start_that_was_cut_off_is_finished(house: House, tmp_path: Path, name: str) -> None:
    open_key_folder(house.database.admin, tmp_path / "fresh")
    before = contents(tmp_path / "fresh")
    (tmp_path / "fresh" / name).unlink()
    open_key_folder(house.database.admin, tmp_path / "fresh")
    after = contents(tmp_path / "fresh")
    assert {other for other in FILES if after[other] == before[other]} == set(FILES) - {name}


@pytest.mark.parametrize("name", FILES)
def test_with_a_city_a_missing_key_is_named_and_none_is_made(house: House, name: str) -> None:
    house.open_city(SAPPORO)
    folder = house.folder / "keys"
    (folder / name).unlink()
    before = contents(folder)
    with pytest.raises(KeysLost) as lost:
        open_key_folder(house.database.admin, folder)
    for language in ("en", "ja"):
        assert str(folder / name) in lost.value.message(language)
    assert "backup" in lost.value.message("en")
    assert contents(folder) == before


def test_with_a_city_in_the_register_only_no_keys_are_made(house: House, tmp_path: Path) -> None:
    house.add_city(SAPPORO)
    with pytest.raises(KeysLost):
        open_key_folder(house.database.admin, tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
@pytest.mark.parametrize("name", FILES)
def test_a_key_that_others_may_read_is_refused_with_what_to_do(house: House, name: str, mode: int) -> None:
    path = house.folder / "keys" / name
    path.chmod(mode)
    with pytest.raises(KeysExposed) as exposed:
        open_key_folder(house.database.admin, house.folder / "keys")
    for language in ("en", "ja"):
        assert f"chmod 600 {path}" in exposed.value.message(language)
    path.chmod(0o400)
    open_key_folder(house.database.admin, house.folder / "keys")
