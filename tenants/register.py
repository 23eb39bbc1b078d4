"""The register: which cities there are, what they call their desk, and by which rules it works (自治体の登録簿).

A city is one TOML file; its content, as canonical text, is what the city's log records as its policy. A file with a
mistake is refused with the file, the line or key and what was expected, and nothing of it is taken.
"""

import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, NoReturn

import msgspec

from domain.policy import Answering, Policy
from tenants.city_file import CityFile, CityFileInvalid, Contact, Desk, Municipality, Portal
from tenants.city_mistakes import Source, check, check_dots, check_shape
from tenants.identifiers import corporate_number

__all__ = [
    "LARGEST",
    "CityFile",
    "CityFileInvalid",
    "Contact",
    "Desk",
    "Municipality",
    "Portal",
    "as_text",
    "builtin_cities",
    "load_all",
    "load_city",
    "parse_city",
    "parse_text",
    "policy_of",
]

LARGEST: Final = 65_536
"""Largest city file, in bytes; the fullest of the built-in ones has less than half of that."""


def load_city(path: Path) -> CityFile:
    """Read one city from a file. Raises CityFileInvalid."""
    return parse_city(_decoded(_read(path), str(path)), str(path))


def parse_city(text: str, name: str) -> CityFile:
    """Read one city from TOML; ``name`` is the file's, for the message. Raises CityFileInvalid."""
    source = Source(name, text)
    if not text.strip():
        source.refuse("", "the file is empty; expected a city", "ファイルが空です。自治体の定義が必要です")
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        _refuse_size(source)
    check_dots(source)
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        source.refuse("", "lists or tables are nested too deeply", "配列または表の入れ子が深すぎます")
    except ValueError as error:  # tomllib's own, and Python's for a number of thousands of digits
        source.refuse_syntax(str(error))
    check_shape(source, CityFile, raw, "")
    try:
        city = msgspec.convert(raw, CityFile, strict=True)
    except msgspec.ValidationError as error:
        source.refuse_type(str(error))
    check(source, city)
    return replace(city, corporate_number=corporate_number(city.corporate_number))


def load_all(folder: Path, *, named_by_code: bool = False) -> tuple[CityFile, ...]:
    """All cities of the ``*.toml`` files in a folder, by file name; no code and no slug twice.

    ``named_by_code``: each file must be called after its city's code. Raises CityFileInvalid.
    """
    if not folder.is_dir():
        Source(str(folder), "").refuse("", "there is no such folder", "フォルダーがありません")
    cities: dict[str, str] = {}
    loaded = []
    for path in sorted(folder.glob("*.toml")):
        source = Source(str(path), _decoded(_read(path), str(path)))
        city = parse_city(source.text, source.name)
        if named_by_code and path.stem != city.code:
            source.refuse("code", f"the file must be called {city.code}.toml", f"ファイル名は {city.code}.toml です")
        for key, value in (("code", city.code), ("slug", city.slug)):
            if (other := cities.setdefault(value, path.name)) != path.name:
                source.refuse(key, f"{value!r} is used in {other} already", f"{value!r} は {other} で使われています")
        loaded.append(city)
    return tuple(loaded)


def builtin_cities() -> tuple[CityFile, ...]:
    """The cities that come with the program, by code."""
    with resources.as_file(resources.files("tenants").joinpath("cities")) as folder:
        return load_all(folder, named_by_code=True)


def as_text(city: CityFile) -> str:
    """The content as canonical JSON, keys sorted: what the city's log records as a version of its policy."""
    return msgspec.json.encode(city, order="sorted").decode()


def parse_text(text: str) -> CityFile:
    """Back from :func:`as_text`. Rules tightened since are not asked again: it was in force. Raises CityFileInvalid."""
    try:
        return msgspec.convert(_as_today(msgspec.json.decode(text)), CityFile)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        Source("policy", "").refuse("", f"not a recorded policy: {error}", "記録された規定ではありません")


def _as_today(recorded: Any) -> Any:
    """What was recorded while all cities had the same two kinds: then a themed proposal answered a challenge."""
    match recorded:
        case {"policy": {"intake": {"kinds": {"themed": {**names} as themed}}}} if "challenge" not in names:
            themed["challenge"] = Answering.ONE.value
    return recorded


def policy_of(city: CityFile, version: int) -> Policy:
    """The city's rules as the version under which the log records them."""
    return replace(city.policy, version=version)


def _read(path: Path) -> bytes:
    source = Source(str(path), "")
    if path.is_dir():
        source.refuse("", "that is a folder; name a file", "フォルダーです。ファイルを指定してください")
    if not path.is_file():
        source.refuse("", "there is no such file", "ファイルがありません")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        source.refuse("", f"cannot be read: {error.strerror}", f"読めません（{error.strerror}）")
    if len(data) > LARGEST:
        _refuse_size(source)
    return data


def _refuse_size(source: Source) -> NoReturn:
    source.refuse("", f"larger than {LARGEST} bytes, too large for a city", f"{LARGEST} バイトを超えています")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")  # editors on Windows write a mark and CR LF
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        Source(name, "").refuse(
            "", "not UTF-8; save the file as UTF-8", "UTF-8 ではありません。UTF-8 で保存してください", line
        )
