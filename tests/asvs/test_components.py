"""The list of what is installed to run is whole, says the same each time, and holds nothing that may not be in it."""

import json
import re
from pathlib import Path

import pytest

from tests.asvs.audit import pinned
from tests.asvs.components import Component, described, document, main, required, written
from tests.asvs.standard import ROOT

PROJECT = described()
COMPONENTS = required(PROJECT)
PINNED = (ROOT / "constraints.txt").read_text("utf-8")
VERSIONS = dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s\\]+)", PINNED, re.MULTILINE))
FOR_TESTS = {"pytest", "hypothesis", "mypy", "ruff", "import-linter", "setuptools", "pip"}


def of(licence: str) -> Component:
    return Component("sample", "1.0", licence, ())


def test_every_package_that_is_needed_to_run_is_listed_and_no_other() -> None:
    names = {one.name for one in COMPONENTS}
    assert {"psycopg", "psycopg-binary", "fastapi", "starlette", "cryptography", "eventsourcing"} <= names
    assert names <= set(pinned())
    assert not names & FOR_TESTS
    assert {need for one in COMPONENTS for need in one.needs} <= names


@pytest.mark.parametrize("one", COMPONENTS, ids=lambda one: one.name)
def test_every_package_has_its_pinned_version_and_a_licence(one: Component) -> None:
    assert one.version == VERSIONS[one.name]
    assert one.licence


@pytest.mark.parametrize("one", COMPONENTS, ids=lambda one: one.name)
def test_no_package_would_put_the_whole_under_its_own_licence(one: Component) -> None:
    assert not one.barred, f"{one.name} is under {one.licence}; renkei is given under Apache-2.0"


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only", "GPL-2.0-or-later", "AGPL-3.0-or-later", "MIT AND GPL-3.0-only", "GPLv3", "GNU GPL 3",
        "GPL-2.0-only OR AGPL-3.0-only", "GNU General Public License v3 (GPLv3)", "SSPL-1.0",
        "GNU Affero General Public License v3", "GNU General Public License (GPL)",
    ],
)  # fmt: skip
def test_a_package_under_the_gpl_would_be_noticed(licence: str) -> None:
    assert of(licence).barred


@pytest.mark.parametrize(
    "licence",
    [
        "MIT", "LGPL-3.0-only", "LGPL", "MIT OR GPL-2.0-or-later", "Apache-2.0 AND BSD-2-Clause", "MPL-2.0",
        "GNU Lesser General Public License v2 or later (LGPLv2+)", "PSF-2.0",
    ],
)  # fmt: skip
def test_others_may_be_used(licence: str) -> None:
    assert not of(licence).barred


def test_the_licences_under_the_lgpl_are_the_known_ones() -> None:
    assert {one.name for one in COMPONENTS if "LGPL" in one.licence} == {
        "psycopg", "psycopg-binary", "psycopg-pool", "python-stdnum",
    }  # fmt: skip


def test_it_is_cyclonedx_and_the_same_each_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(str(tmp_path / "new" / "a.json"))
    main(str(tmp_path / "b.json"))
    first, second = (tmp_path / "new" / "a.json").read_bytes(), (tmp_path / "b.json").read_bytes()
    assert first == second == written().encode()
    told = json.loads(first)
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
    assert [one["name"] for one in told["components"]] == sorted(one.name for one in COMPONENTS)
    refs = {one["bom-ref"] for one in told["components"]}
    assert {one["ref"] for one in told["dependencies"]} - refs == {f"pkg:generic/renkei@{PROJECT['version']}"}
    assert {ref for one in told["dependencies"] for ref in one["dependsOn"]} <= refs
    assert all(one["licenses"] for one in told["components"])
    assert f"{len(COMPONENTS)} packages" in capsys.readouterr().out


def test_it_says_nothing_of_the_machine_or_a_registry() -> None:
    assert not re.search(r"https?:|timestamp|serialNumber|/home|/root|/tmp|site-packages", written())


def test_libraries_that_a_wheel_carries_are_listed_with_it() -> None:
    told = {one["name"]: one for one in document(COMPONENTS, PROJECT)["components"]}
    carried = {one["name"].partition("-")[0] for one in told["psycopg-binary"]["components"]}
    assert {"libpq", "libssl", "libcrypto"} <= carried
    assert all(
        re.fullmatch("[0-9a-f]{64}", one["hashes"][0]["content"]) for one in told["psycopg-binary"]["components"]
    )


def test_what_the_project_names_stands_first() -> None:
    first = document(COMPONENTS, PROJECT)["dependencies"][0]["dependsOn"]
    assert len(first) == len(PROJECT["dependencies"])
