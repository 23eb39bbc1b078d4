"""What can be wrong with a city file, and where in the file it stands (自治体定義ファイルの誤り)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Final, NoReturn, get_args, get_origin, get_type_hints

from domain.circumstances import Channel
from domain.consultation import CONSULTATION
from domain.errors import CityCodeInvalid, CorporateNumberInvalid, Invalid
from domain.methods import METHOD_CODES
from domain.policy import LARGEST_FILE, Policy, RetentionRules
from domain.retention import FILED
from domain.values import Code, city_code
from domain.values import text as kept_text
from tenants.city_file import CityFile, CityFileInvalid
from tenants.identifiers import corporate_number

RESERVED: Final = frozenset(
    {"api", "assets", "cities", "desk", "docs", "graphql", "healthz", "log", "metrics", "readyz", "static"}
)
"""Slugs that are addresses of the program itself."""

LONGEST_KEPT: Final = 100
"""Years: what is kept longer is kept for ever."""
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_WAYS_IN: Final = tuple(way.value for way in Channel if way not in {Channel.DESK, Channel.IMPORT})


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and text, to say where in it something is wrong."""

    name: str
    text: str

    def refuse(self, key: str, problem: str, problem_ja: str, line: int | None = None, value: str = "") -> NoReturn:
        """Raise CityFileInvalid. ``value`` helps to find the line where the key stands more than once."""
        line = line or self.line(key, value)
        raise CityFileInvalid(
            file=self.name,
            line=line,
            key=key,
            problem=problem,
            problem_ja=problem_ja,
            place=(f", line {line}" if line else "") + (f", key {key}" if key else ""),
            place_ja=(f" {line} 行目" if line else "") + (f" 項目 {key}" if key else ""),
        )

    def refuse_syntax(self, message: str) -> NoReturn:
        """What tomllib says, with its line put in front."""
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
        line = int(found[1] or self.text.count("\n") + 1) if found else None
        said = message[: found.start()] if found else message
        self.refuse("", f"this is not TOML: {said}", f"TOML として読めません（{said}）", line)

    def refuse_type(self, message: str) -> NoReturn:
        """What msgspec says, with its path as the key."""
        said, _, path = message.partition(" - at `$")
        key = path.rstrip("`").removeprefix(".")
        found = re.fullmatch(r"Expected `(.+)`, got `(.+)`", said)
        if found is None:
            self.refuse(key, said, f"値が正しくありません（{said}）")
        expected, got = (" or ".join(_TYPES.get(t, (t, t))[0] for t in part.split(" | ")) for part in found.groups())
        expected_ja, got_ja = ("または".join(_TYPES.get(t, (t, t))[1] for t in p.split(" | ")) for p in found.groups())
        self.refuse(key, f"expected {expected}, got {got}", f"{expected_ja}が必要ですが、{got_ja}です")

    def line(self, key: str, value: str = "") -> int | None:
        """The line of a key such as ``policy.rules[2].code``, or of the table that should hold it; None if unsure."""
        parts = [part for part in key.split(".") if part]
        lines = self.text.split("\n")
        for length in range(len(parts), -1, -1):
            if (start := _table(lines, parts[:length])) is None:
                continue
            if length == len(parts):
                return start or None
            end = next((n for n in range(start, len(lines)) if _HEADER.match(lines[n])), len(lines))
            found = _standing(lines[start:end], parts[length:], value)
            return start + found if found else start or None
        return None


_HEADER: Final = re.compile(r"""\s*\[\[?\s*([\w."'-]+)\s*\]\]?\s*(?:#|$)""")


def _table(lines: list[str], parts: list[str]) -> int | None:
    """The line of a table's header, 0 for the file's own beginning; ``rules[2]`` is the third ``[[rules]]``."""
    if not parts:
        return 0
    name, _, index = parts[-1].partition("[")
    wanted = ".".join([*(part.partition("[")[0] for part in parts[:-1]), name])
    found = [n for n, line in enumerate(lines, 1) if (header := _HEADER.match(line)) and header[1] == wanted]
    at = int(digits) if (digits := index.rstrip("]")).isdigit() else 0
    return found[at] if at < len(found) else None


def _standing(lines: list[str], parts: list[str], value: str) -> int | None:
    """The one line, from 1, in which the innermost key stands that stands in one line only."""
    for part in reversed(parts):
        stands = re.compile(rf"""(?<![\w-])["']?{re.escape(part.partition("[")[0])}["']?[ \t]*[=.]""")
        found = [n for n, line in enumerate(lines, 1) if stands.search(line)]
        if len(found) > 1 and value:
            found = [n for n in found if f'"{value}"' in lines[n - 1] or f"'{value}'" in lines[n - 1]]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


_TYPES: Final = {
    "str": ("a text", "文字列"),
    "int": ("a number", "数"),
    "float": ("a number", "数"),
    "bool": ("true or false", "true/false"),
    "date": ("a date such as 2026-11-21", "日付（例 2026-11-21）"),
    "datetime": ("a date with a time", "日時"),
    "array": ("a list", "配列"),
    "object": ("a table", "表"),
    "null": ("nothing", "なし"),
}


MOST_DOTS: Final = 20
"""Dots of one line outside texts and remarks; a city file needs two."""

_SAID: Final = re.compile(
    r"""#[^\n]*|'{3}(?:[^']|'(?!''))*+'{0,5}|'[^'\n]*+'?"""
    r"""|"{3}(?:[^"\\]|\\.|"(?!""))*+"{0,5}|"(?:[^"\\\n]|\\[^\n])*+"?""",
    re.DOTALL,
)
"""A remark or a text of TOML; one that does not end goes on to the end, where tomllib refuses it."""


def check_dots(source: Source) -> None:
    """Keys of very many parts, before the file is read: tomllib takes time by the square of their number."""
    bare = _SAID.sub(lambda said: "\n" * said[0].count("\n"), source.text)
    for number, line in enumerate(bare.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            problem = f"more than {MOST_DOTS} dots outside quotes; no key of a city has so many parts"
            source.refuse("", problem, f"引用符の外に点が {MOST_DOTS} 個より多くあります", number)


def check_shape(source: Source, kind: object, value: object, path: str) -> None:
    """Unknown and missing keys, words outside an enumeration, codes and texts that cannot be kept."""
    if isinstance(kind, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        _check_keys(source, kind, value, path)
        hints = get_type_hints(kind)
        for key, part in value.items():
            check_shape(source, hints[key], part, f"{path}.{key}".removeprefix("."))
    elif get_origin(kind) is tuple and isinstance(value, list):
        for index, part in enumerate(value):
            check_shape(source, get_args(kind)[0], part, f"{path}[{index}]")
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, part in value.items():
            check_shape(source, get_args(kind)[0], key, path)
            check_shape(source, get_args(kind)[1], part, f"{path}.{key}")
    elif isinstance(value, str):
        _check_word(source, kind, value, path)


def _check_keys(source: Source, kind: type, value: dict[str, object], path: str) -> None:
    keys = {part.name: part for part in fields(kind)}
    listed = ", ".join(keys)
    for key in value:  # first, since a misspelt key is also a missing one
        if key not in keys:
            place = f"{path}.{key[:60]}".removeprefix(".")
            source.refuse(place, f"unknown key; expected one of: {listed}", f"知らない項目です。使える項目: {listed}")
    for key, part in keys.items():
        if key not in value and part.default is MISSING and part.default_factory is MISSING:
            source.refuse(path, f"{key} is missing; add it", f"{key} がありません。追加してください")


def _check_word(source: Source, kind: object, value: str, path: str) -> None:
    if isinstance(kind, type) and issubclass(kind, StrEnum) and value not in list(kind):
        _refuse_unknown(source, path, value, [word.value for word in kind])
    if kind is Code and not _CODE.fullmatch(value):
        source.refuse(
            path,
            f"{value[:60]!r} is not a code: a lower-case letter, then lower-case letters, digits and underscores",
            f"{value[:60]!r} はコードではありません（英小文字で始まり、英小文字・数字・下線）",
            value=value,
        )
    try:
        kept_text(path, value)
    except Invalid as error:
        source.refuse(path, error.message("en"), error.message("ja"), value=value)


def check(source: Source, city: CityFile) -> None:
    """Code, corporate number, slug, desk and catalogues. Raises CityFileInvalid for the first mistake."""
    _check_identity(source, city)
    _check_desk(source, city)
    _check_catalogues(source, city.policy)


def _check_identity(source: Source, city: CityFile) -> None:
    try:
        city_code(city.code)
    except CityCodeInvalid as error:
        source.refuse("code", error.message("en"), error.message("ja"))
    try:
        corporate_number(city.corporate_number)
    except CorporateNumberInvalid as error:
        source.refuse("corporate_number", error.message("en"), error.message("ja"))
    if not _SLUG.fullmatch(city.slug) or city.slug in RESERVED:
        source.refuse(
            "slug",
            f"{city.slug[:60]!r} cannot be part of an address: expected 2 to 40 of a-z, 0-9 and -, a letter first, "
            f"and none of: {', '.join(sorted(RESERVED))}",
            f"{city.slug[:60]!r} はアドレスに使えません（英小文字で始まる a-z, 0-9, - の 2～40 文字。予約語を除く）",
        )


def _check_desk(source: Source, city: CityFile) -> None:
    policy, takes_in = city.policy, city.desk is not None and city.desk.rules_known
    for name, part in (("intake", policy.intake), ("eligibility", policy.eligibility), ("decision", policy.decision)):
        if takes_in and part is None:
            source.refuse(
                f"policy.{name}",
                f"a desk needs [policy.{name}]; or say rules_known = false in [desk]",
                f"窓口には [policy.{name}] が必要です。規定が不明なら [desk] に rules_known = false と書いてください",
            )
        if not takes_in and part is not None:
            source.refuse(
                f"policy.{name}",
                "there is no desk to work by this rule; add [desk], or remove rules_known = false",
                "この規定で働く窓口がありません。[desk] を加えるか、rules_known = false を取り除いてください",
            )
    if policy.escalation is not None and not (policy.decision and policy.decision.council):
        source.refuse(
            "policy.escalation",
            "there is no council to decide; add council to [policy.decision]",
            "判断する会議体がありません。[policy.decision] に council を加えてください",
        )
    if policy.statistics is not None and policy.statistics.suppress_under < 1:
        source.refuse(
            "policy.statistics.suppress_under", "expected a number from 1 on; 1 tells all", "1 以上の数が必要です"
        )
    if policy.retention is not None:
        _check_retention(source, policy.retention)
    if policy.version:
        source.refuse(
            "policy.version", "the log counts the versions; remove it", "版は記録が数えます。削除してください"
        )
    if policy.intake is not None and not (policy.intake.kinds and policy.intake.channels):
        source.refuse("policy.intake", "expected at least one kind and one channel", "区分と経路が 1 つ以上必要です")
    if CONSULTATION.name in policy.kinds():
        source.refuse(
            f"policy.intake.kinds.{CONSULTATION.name}",
            "consultations are numbered under this code; choose another one",
            "相談の番号に使うコードです。別のコードにしてください",
        )


def _check_catalogues(source: Source, policy: Policy) -> None:
    for path, codes in _catalogues(policy):
        for index, code in enumerate(codes):
            if code in codes[:index]:
                source.refuse(path, f"{code!r} stands there twice", f"{code!r} が重複しています", value=code)
    for index, method in enumerate(policy.methods.entries if policy.methods else ()):
        if method.code not in METHOD_CODES:
            _refuse_unknown(source, f"policy.methods.entries[{index}].code", method.code, METHOD_CODES)
    for index, channel in enumerate(policy.intake.channels if policy.intake else ()):
        if channel not in _WAYS_IN:
            _refuse_unknown(source, f"policy.intake.channels[{index}]", channel, _WAYS_IN)
    _check_support(source, policy)
    _check_attachments(source, policy)


def _check_support(source: Source, policy: Policy) -> None:
    """Pilots are supported on tracks that the city has."""
    for index, track in enumerate(policy.pilot_support.tracks if policy.pilot_support else ()):
        if track not in policy.track_codes():
            _refuse_unknown(source, f"policy.pilot_support.tracks[{index}]", track, policy.track_codes())


def _check_attachments(source: Source, policy: Policy) -> None:
    """Some files can be taken, and none that is larger than the program takes."""
    told = policy.attachments
    if told is not None and not (told.types and 1 <= told.bytes_per_file <= LARGEST_FILE and told.files >= 1):
        source.refuse(
            "policy.attachments",
            f"expected at least one type and one file, and 1 to {LARGEST_FILE} bytes_per_file",
            f"種類と件数は 1 以上、bytes_per_file は 1～{LARGEST_FILE} としてください",
        )


def _catalogues(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where codes are listed, and the codes: no catalogue may have one twice."""
    yield "policy.intake.channels", tuple(policy.intake.channels) if policy.intake else ()
    yield "policy.tracks.entries", policy.track_codes()
    yield "policy.pilot_support.tracks", policy.pilot_support.tracks if policy.pilot_support else ()
    yield "policy.pilot_support.provides", policy.pilot_support.provides if policy.pilot_support else ()
    yield "policy.methods.entries", tuple(policy.method_codes())
    yield "policy.plans", tuple(plan.code for plan in policy.plans)
    yield "policy.plans.fields", tuple(policy.field_codes())
    yield "policy.screening.items", tuple(e.code for e in policy.screening.items) if policy.screening else ()
    yield "policy.decision.needed", tuple(policy.decision.needed) if policy.decision else ()
    yield "policy.intake.required", tuple(policy.intake.required) if policy.intake else ()
    yield (
        "policy.attachments.types",
        tuple(each.value for each in policy.attachments.types) if policy.attachments else (),
    )
    yield "policy.conditions", tuple(condition.code for condition in policy.conditions)
    yield "policy.partner_programmes", tuple(entry.code for entry in policy.partner_programmes)
    if policy.agreements:
        yield "policy.agreements.coordinated", tuple(each.value for each in policy.agreements.coordinated)
        yield "policy.agreements.concluded", tuple(each.value for each in policy.agreements.concluded)
    if policy.challenges:
        yield "policy.challenges.needed", tuple(each.value for each in policy.challenges.needed)
    yield "policy.rules", tuple(rule.code for rule in policy.rules)


def _refuse_unknown(source: Source, path: str, value: str, choices: Iterable[str]) -> NoReturn:
    listed = ", ".join(choices)
    source.refuse(
        path,
        f"{value[:60]!r} is not known; use one of: {listed}",
        f"{value[:60]!r} は使えません。次のいずれか: {listed}",
        value=value,
    )


def _check_retention(source: Source, rules: RetentionRules) -> None:
    path = "policy.retention"
    for code, told in rules.classes.items():
        if told.years is not None and not 1 <= told.years <= LONGEST_KEPT:
            source.refuse(
                f"{path}.classes.{code}.years",
                f"expected a number from 1 to {LONGEST_KEPT}; leave it out where files are kept for ever",
                f"1 以上 {LONGEST_KEPT} 以下の数が必要です。永年保存では省略してください",
            )
    for place, code in (("usual", rules.usual), *((f"kinds.{kind}", code) for kind, code in rules.kinds.items())):
        if code not in rules.classes:
            _refuse_unknown(source, f"{path}.{place}", code, [*rules.classes])
    for kind in rules.kinds:
        if str(kind) not in FILED:
            _refuse_unknown(source, f"{path}.kinds", kind, [*FILED])
