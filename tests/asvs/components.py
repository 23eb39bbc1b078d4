"""What is installed to run renkei, as a CycloneDX 1.6 document in JSON (SBOM): packages, licences, who needs whom.

``python -m tests.asvs.components FILE`` writes it. It says nothing of the day or the machine, so the same packages give
the same bytes. Libraries that a wheel carries with it are listed as its files. Sources: CycloneDX 1.6, PEP 566 and 639
(metadata, licence expressions), the purl specification for PyPI.
"""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.asvs.standard import ROOT

CLASSIFIED: Final = {
    "Apache Software License": "Apache-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Classifiers that name one licence, and its SPDX identifier; "BSD License" may be any of four."""
BARRED: Final = re.compile(r"(?<![A-Z])A?GPL|(?<!LESSER )GENERAL PUBLIC LICEN[CS]E|AFFERO|SSPL|SERVER SIDE PUBLIC")
CARRIED: Final = re.compile(r"\.libs/|\.so(\.\d+)*$")


@dataclass(frozen=True, slots=True)
class Component:
    """An installed package. ``licence``: as the package declares it, an SPDX expression where it has one."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    """Shared libraries that are not the package's own (``….libs/``): name and SHA-256."""

    @property
    def ref(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def barred(self) -> bool:
        """Whether every choice that its licence leaves is one that the whole would have to be given under.

        LGPL is not barred: psycopg and python-stdnum are imported as they are and can be replaced by others.
        """
        return all(BARRED.search(choice) for choice in re.split(r"\s+OR\s+", self.licence.upper()))


def described(path: Path = ROOT / "pyproject.toml") -> dict[str, Any]:
    """The table ``project`` of pyproject.toml."""
    return dict(tomllib.loads(path.read_text("utf-8"))["project"])


def required(project: dict[str, Any]) -> list[Component]:
    """What the project needs to run and what that needs in turn, as installed here, by name.

    Raises importlib.metadata.PackageNotFoundError for one that is not installed.
    """
    waiting = [Requirement(told) for told in project["dependencies"]]
    needs: dict[str, set[str]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        asked = waiting.pop()
        name, extras = canonicalize_name(asked.name), frozenset(asked.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        wanted = list(_wanted(distribution(name), extras))
        needs.setdefault(name, set()).update(canonicalize_name(one.name) for one in wanted)
        waiting += wanted
    return [_component(name, sorted(needs[name])) for name in sorted(needs)]


def _wanted(package: Distribution, extras: Iterable[str]) -> Iterable[Requirement]:
    for told in package.requires or ():
        one = Requirement(told)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            yield one


def _component(name: str, needs: list[str]) -> Component:
    package = distribution(name)
    carried = [path for path in package.files or () if ".libs/" in str(path) and CARRIED.search(path.name)]
    files = [(path.name, hashlib.sha256(Path(str(path.locate())).read_bytes()).hexdigest()) for path in carried]
    return Component(name, package.version, _licence(package), tuple(needs), tuple(sorted(files)))


def _licence(package: Distribution) -> str:
    """The licence expression, else what the classifiers name, else the first line of the licence field."""

    def told(field: str) -> list[str]:
        return [str(line) for line in package.metadata.get_all(field) or ()]

    classified = [line.rpartition(" :: ")[2] for line in told("Classifier") if line.startswith("License")]
    named = " AND ".join(sorted(CLASSIFIED.get(name, name) for name in classified if name != "OSI Approved"))
    return next(iter(told("License-Expression")), "") or named or "".join(told("License")).strip().partition("\n")[0]


def document(components: list[Component], project: dict[str, Any]) -> dict[str, Any]:
    """The CycloneDX document; ``project`` is the table of that name in pyproject.toml."""
    version = project["version"]
    ours = f"pkg:generic/renkei@{version}"
    refs = {component.name: component.ref for component in components}
    first = sorted(refs[canonicalize_name(Requirement(told).name)] for told in project["dependencies"])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "post-build"}],
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": "renkei",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": [_told(component) for component in components],
        "dependencies": [
            {"ref": ours, "dependsOn": first},
            *({"ref": one.ref, "dependsOn": sorted(refs[name] for name in one.needs)} for one in components),
        ],
    }


def _told(component: Component) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.ref,
        "name": component.name,
        "version": component.version,
        "licenses": [_spdx(component.licence)],
        "purl": component.ref,
    }
    if component.files:
        told["components"] = [
            {
                "type": "file",
                "bom-ref": f"{component.ref}#{name}",
                "name": name,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for name, digest in component.files
        ]
    return told


def _spdx(licence: str) -> dict[str, Any]:
    """An expression where it is one; else the words, since CycloneDX takes only known identifiers."""
    if re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence):
        return {"expression": licence, "acknowledgement": "declared"}
    return {"license": {"name": licence, "acknowledgement": "declared"}}


def written() -> str:
    """The document of this environment as text. Raises importlib.metadata.PackageNotFoundError."""
    project = described()
    return json.dumps(document(required(project), project), indent=2, ensure_ascii=False) + "\n"


def main(place: str) -> None:
    """Write it to a file and say how much it holds."""
    path, text = Path(place), written()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    sys.stdout.write(f"{path}: {len(json.loads(text)['components'])} packages, {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1])
