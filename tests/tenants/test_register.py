"""City files: those that come with the program, and what is said about a bad one."""

import json
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from domain.policy import Names, OrganisationKind, RuleStatus, RuleTopic
from domain.values import LONG, Code, city_code
from tenants import register
from tenants.register import CityFile, CityFileInvalid, Municipality, as_text, parse_city, parse_text

# slug, code, 法人番号, Japanese name, desk
THIRTEEN = [
    ("sapporo", "011002", "9000020011002", "札幌市", "官民連携窓口 SAPPORO CO-CREATION GATE"),
    ("aomori", "022012", "4000020022012", "青森市", "青森市公民連携デスク"),
    ("sendai", "041009", "8000020041009", "仙台市", "クロス・センダイ・ラボ"),
    ("setagaya", "131121", "1000020131121", "世田谷区", None),
    ("yokohama", "141003", "3000020141003", "横浜市", "共創フロント"),
    ("yokosuka", "142018", "3000020142018", "横須賀市", "OPEN GATE YOKOSUKA"),
    ("nagoya", "231002", "3000020231002", "名古屋市", "名古屋市公民連携窓口"),
    ("gamagori", "232149", "3000020232149", "蒲郡市", None),
    ("kyoto", "261009", "2000020261009", "京都市", "KYOTO CITY OPEN LABO"),
    ("kobe", "281000", "9000020281000", "神戸市", "CO+CREATION KOBE"),
    ("kitakyushu", "401005", "8000020401005", "北九州市", None),
    ("fukuoka", "401307", "3000020401307", "福岡市", "mirai@"),
    ("hita", "442046", "2000020442046", "日田市", None),
]
CITIES = {city.slug: city for city in register.builtin_cities()}
SAPPORO, AOMORI = CITIES["sapporo"], CITIES["aomori"]

HIROSAKI = """\
code = "022021"
slug = "hirosaki"
name = { ja = "弘前市", en = "Hirosaki" }
corporate_number = "3000020022021"
municipality = "city"

[provenance]
source = "テスト用の定義"
status = "in_force"
valid_from = 2026-11-21

[desk]
name = { ja = "連携窓口", en = "Desk" }

[desk.provenance]
source = "テスト用の定義"
status = "in_force"
valid_from = 2026-11-21

[policy.intake]
channels = ["portal", "mail"]
kinds = { themed = { ja = "課題型", en = "Themed" } }
provenance = { source = "規定 第1条", status = "in_force", valid_from = 2026-11-21 }

[policy.eligibility]
excluded = ["individual"]
provenance = { source = "規定 第2条", status = "in_force", valid_from = 2026-11-21 }

[policy.decision]
decided_by = { ja = "担当課", en = "Department" }
provenance = { source = "規定 第3条", status = "in_force", valid_from = 2026-11-21 }

[policy.methods]
provenance = { source = "規定 第4条", status = "in_force", valid_from = 2026-11-21 }
entries = [
  { code = "pfi", name = { ja = "PFI", en = "PFI" }, own_rules = true },
  { code = "pilot", name = { ja = "実証", en = "Pilot" } },
]

[[policy.rules]]
code = "first"
topic = "principle"
text = { ja = "一つ目", en = "First" }
provenance = { source = "規定 第5条", status = "in_force", valid_from = 2026-11-21 }

[[policy.rules]]
code = "second"
topic = "support"
text = { ja = "二つ目", en = "Second" }
provenance = { source = "規定 第6条", status = "in_force", valid_from = 2026-11-21 }
"""


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


# --- the built-in cities ----------------------------------------------------------------------------------------------


def test_the_thirteen_cities_are_those_of_the_domain() -> None:
    assert [
        (city.slug, city.code, city.corporate_number, city.name.ja, city.desk and city.desk.name.ja)
        for city in CITIES.values()
    ] == THIRTEEN


@pytest.mark.parametrize("city", CITIES.values(), ids=CITIES)
def test_codes_have_their_check_digit_and_numbers_hold_the_code(city: CityFile) -> None:
    assert city_code(city.code) == city.code
    assert city.corporate_number[1:] == f"000020{city.code}"


@pytest.mark.parametrize("city", CITIES.values(), ids=CITIES)
def test_the_recorded_text_gives_back_the_same_city(city: CityFile) -> None:
    text = as_text(city)
    assert parse_text(text) == city
    assert as_text(parse_text(text)) == text
    assert len(text) <= LONG
    assert json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text


def test_only_setagaya_is_a_special_ward() -> None:
    assert [slug for slug, city in CITIES.items() if city.municipality is Municipality.SPECIAL_WARD] == ["setagaya"]


def test_only_sapporo_and_aomori_take_proposals_in_here() -> None:
    assert [slug for slug, city in CITIES.items() if city.policy.intake] == ["sapporo", "aomori"]


def test_sapporo_is_a_draft_as_of_its_day_and_aomori_is_in_force() -> None:
    stated = {(rule.provenance.status, rule.provenance.valid_from) for rule in SAPPORO.policy.rules}
    assert stated == {(RuleStatus.DRAFT, date(2024, 4, 15))}
    stated = {(rule.provenance.status, rule.provenance.valid_from) for rule in AOMORI.policy.rules}
    assert stated == {(RuleStatus.IN_FORCE, date(2026, 11, 21))}
    assert all("登録日 2026-11-21" in rule.provenance.source for rule in AOMORI.policy.rules)


def test_a_policy_recorded_when_all_cities_had_the_same_two_kinds_loads_for_ever() -> None:
    told = msgspec.json.decode(as_text(SAPPORO))
    for kind in told["policy"]["intake"]["kinds"].values():
        del kind["challenge"]
    assert told["policy"]["intake"]["kinds"] == {
        "themed": {"ja": "テーマ型", "en": "Themed"},
        "free": {"ja": "フリー型", "en": "Free"},
    }
    assert parse_text(msgspec.json.encode(told).decode()) == SAPPORO


def test_sapporo_decides_as_its_direction_says() -> None:
    policy = SAPPORO.policy
    assert policy.intake
    assert policy.decision
    assert policy.eligibility
    assert policy.evaluation
    assert policy.methods
    assert {kind: name.ja for kind, name in policy.intake.kinds.items()} == {
        Code("themed"): "テーマ型",
        Code("free"): "フリー型",
    }
    assert policy.decision.council
    assert policy.decision.council.ja == "札幌市官民連携推進本部会議"
    assert (policy.decision.explain_decline, policy.decision.share_selection) == (True, True)
    assert policy.eligibility.excluded == ()
    assert policy.evaluation.always
    assert policy.evaluation.published_as_case
    assert policy.evaluation.continuation_considered
    assert len(policy.methods.entries) == 12
    assert [method.code for method in policy.methods.entries if method.own_rules] == ["pfi", "designated_manager"]
    assert {plan.code: len(plan.fields) for plan in policy.plans} == {
        "vision_2": 8,
        "action_plan_2023": 0,
        "individual_plans": 0,
        "problem_areas": 7,
    }
    assert [entry.name.en for entry in policy.partner_programmes] == [
        "Sapporo DX Lab",
        "Local Innovation Challenge HOKKAIDO",
    ]


def test_aomori_decides_as_its_guideline_says() -> None:
    policy, desk = AOMORI.policy, AOMORI.desk
    assert desk
    assert desk.portal
    assert desk.contact
    assert policy.intake
    assert policy.decision
    assert policy.eligibility
    assert policy.methods
    assert policy.tracks
    assert policy.evaluation
    assert (desk.portal.name.ja, desk.portal.url) == ("OPEN CITY AOMORI", "https://opencityaomori.studio.site")
    assert (desk.contact.postal_code, desk.contact.telephone) == ("030-8505", "017-761-4154")
    assert [name.ja for name in policy.intake.kinds.values()] == ["課題提案", "自由提案"]
    assert policy.eligibility.excluded == (OrganisationKind.INDIVIDUAL,)
    assert (policy.decision.council, policy.decision.explain_decline, policy.decision.share_selection) == (
        None,
        False,
        False,
    )
    assert [track.name.ja for track in policy.tracks.entries] == ["パートナーシップ", "実証実験サポート"]
    assert len(policy.methods.entries) == 8
    assert all(method.own_rules for method in policy.methods.entries)
    assert (policy.evaluation.always, policy.evaluation.published_as_case) == (False, True)
    assert [entry.code for entry in policy.plans[0].fields] == [
        "purpose_services",
        "purpose_problems",
        "purpose_economy",
    ]


@pytest.mark.parametrize("city", [SAPPORO, AOMORI], ids=["sapporo", "aomori"])
def test_both_cities_say_how_they_select_and_disclose(city: CityFile) -> None:
    topics = {rule.topic for rule in city.policy.rules}
    assert {RuleTopic.PRINCIPLE, RuleTopic.GUIDANCE, RuleTopic.SELECTION, RuleTopic.DISCLOSURE} <= topics
    assert all(condition.version == 1 for condition in city.policy.conditions)


def test_shared_codes_are_there_once_each() -> None:
    assert len(set(FIELD_CODES)) == len(FIELD_CODES)
    assert len(set(METHOD_CODES)) == len(METHOD_CODES)


def test_a_policy_bears_the_version_under_which_it_was_recorded() -> None:
    assert register.policy_of(AOMORI, 3) == replace(AOMORI.policy, version=3)


def test_what_was_in_force_loads_though_a_rule_was_tightened_since() -> None:
    odd = replace(AOMORI, slug="desk", policy=replace(AOMORI.policy, decision=None))
    assert parse_text(as_text(odd)) == odd


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_of_another_city_is_taken_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "弘前.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HIROSAKI.replace("\n", "\r\n").encode())  # as editors on Windows write it
    city = register.load_city(path)
    assert city == parse_city(HIROSAKI, "hirosaki.toml")
    assert (city.code, city.name, city.has_desk) == ("022021", Names("弘前市", "Hirosaki"), True)
    assert city.policy.method_codes() == ("pfi", "pilot")


@pytest.mark.parametrize("kind", ["city", "town", "village", "special_ward"])
def test_every_kind_of_municipality_can_have_a_file(kind: str) -> None:
    text = HIROSAKI.replace('municipality = "city"', f'municipality = "{kind}"')
    assert parse_city(text, "hirosaki.toml").municipality is Municipality(kind)


def test_a_corporate_number_is_kept_as_digits() -> None:
    typed = HIROSAKI.replace("3000020022021", "３-0000-2002-2021")
    assert parse_city(typed, "hirosaki.toml").corporate_number == "3000020022021"


def refused(text: str) -> CityFileInvalid:
    with pytest.raises(CityFileInvalid) as caught:
        parse_city(text, "hirosaki.toml")
    assert caught.value.message("ja").startswith("hirosaki.toml")
    return caught.value


SHAPES = [
    # what is changed, into what, and what is said after the file's name
    ('slug = "hirosaki"', "slug 弘前", ", line 2: this is not TOML: Expected '=' after a key in a key/value pair"),
    ('slug = "hirosaki"', 'slug = "hirosaki', ", line 2: this is not TOML: Illegal character '\\n'"),
    ('slug = "hirosaki"', 'slug = "a"\nslug = "b"', ", line 3: this is not TOML: Cannot overwrite a value"),
    ('slug = "hirosaki"', 'slug = "hiro\x00saki"', ", line 2: this is not TOML: Illegal character '\\x00'"),
    (
        'slug = "hirosaki"',
        'slug = "hiro\\u0000saki"',
        ", line 2, key slug: slug holds the character U+0000, which cannot be kept. Remove it.",
    ),
    (
        'slug = "hirosaki"',
        'slag = "hirosaki"',
        (
            ", line 2, key slag: unknown key; expected one of: "
            "code, slug, name, corporate_number, municipality, provenance, desk, policy"
        ),
    ),
    ('slug = "hirosaki"\n', "", ": slug is missing; add it"),
    ('slug = "hirosaki"', "slug = 7", ", line 2, key slug: expected a text, got a number"),
    ('slug = "hirosaki"', 'slug = " "', ", line 2, key slug: slug is empty. Write something there."),
    (
        'code = "022021"',
        'code = "022022"',
        (
            ", line 1, key code: '022022' is not a municipality code: "
            "six digits, the last a check digit, for example 011002."
        ),
    ),
    (
        "3000020022021",
        "3000020022012",
        (
            ", line 4, key corporate_number: That is not a corporate number: "
            "thirteen digits, the first a check digit. Leave it out if there is none."
        ),
    ),
    (
        'municipality = "city"',
        'municipality = "hamlet"',
        ", line 5, key municipality: 'hamlet' is not known; use one of: city, town, village, special_ward",
    ),
    (
        "[provenance]",
        "[origin]",
        (
            ", line 7, key origin: unknown key; expected one of: "
            "code, slug, name, corporate_number, municipality, provenance, desk, policy"
        ),
    ),
    (
        'source = "テスト用の定義"\nstatus = "in_force"\nvalid_from = 2026-11-21\n\n[desk]',
        'source = "テスト用の定義"\nstatus = "in_force"\n\n[desk]',
        ", line 7, key provenance: valid_from is missing; add it",
    ),
    (
        "valid_from = 2026-11-21\n\n[desk]",
        "valid_from = 2026-11-31\n\n[desk]",
        ", line 10: this is not TOML: Invalid date or datetime",
    ),
    (
        "valid_from = 2026-11-21\n\n[desk]",
        "valid_from = true\n\n[desk]",
        ", line 10, key provenance.valid_from: expected a date such as 2026-11-21, got true or false",
    ),
    (
        'status = "in_force"\nvalid_from = 2026-11-21\n\n[policy.intake]',
        'status = "planned"\nvalid_from = 2026-11-21\n\n[policy.intake]',
        ", line 17, key desk.provenance.status: 'planned' is not known; use one of: draft, in_force",
    ),
    (
        "[desk]",
        "[desk]\ntelefon = 1",
        (
            ", line 13, key desk.telefon: unknown key; expected one of: "
            "name, provenance, departments, portal, contact, rules_known"
        ),
    ),
    (
        '["portal", "mail"]',
        '["portal", "fax"]',
        (
            ", line 21, key policy.intake.channels[1]: 'fax' is not known; "
            "use one of: portal, mail, telephone, counter, post, department"
        ),
    ),
    (
        '["portal", "mail"]',
        '["portal", "portal"]',
        ", line 21, key policy.intake.channels: 'portal' stands there twice",
    ),
    ('["portal", "mail"]', '"portal"', ", line 21, key policy.intake.channels: expected a list, got a text"),
    ('["portal", "mail"]', "[]", ", line 20, key policy.intake: expected at least one kind and one channel"),
    (
        "{ themed = ",
        "{ Themed = ",
        (
            ", line 22, key policy.intake.kinds: 'Themed' is not a code: a lower-case letter, then lower-case letters, "
            "digits and underscores"
        ),
    ),
    (
        'en = "Themed" }',
        'en = "Themed", challenge = "two" }',
        ", line 22, key policy.intake.kinds.themed.challenge: 'two' is not known; use one of: one, may, none",
    ),
    (
        '["individual"]',
        '["persons"]',
        (
            ", line 26, key policy.eligibility.excluded[0]: 'persons' is not known; "
            "use one of: company, npo, university, group, sole_proprietor, individual"
        ),
    ),
    (
        'code = "pilot"',
        'code = "Pilot"',
        (
            ", line 37, key policy.methods.entries[1].code: 'Pilot' is not a code: "
            "a lower-case letter, then lower-case letters, digits and underscores"
        ),
    ),
    (
        'code = "pilot"',
        'code = "lottery"',
        f", line 37, key policy.methods.entries[1].code: 'lottery' is not known; use one of: {', '.join(METHOD_CODES)}",
    ),
    ('code = "pilot"', 'code = "pfi"', ", line 35, key policy.methods.entries: 'pfi' stands there twice"),
    (
        "own_rules = true",
        'own_rules = "yes"',
        ", line 36, key policy.methods.entries[0].own_rules: expected true or false, got a text",
    ),
    ('code = "second"', 'code = "first"', ", line 40, key policy.rules: 'first' stands there twice"),
    (
        'topic = "support"',
        'topic = "weather"',
        f", line 48, key policy.rules[1].topic: 'weather' is not known; use one of: {', '.join(RuleTopic)}",
    ),
    ('topic = "support"\n', "", ", line 46, key policy.rules[1]: topic is missing; add it"),
    (
        "[policy.methods]",
        "[policy]\nversion = 4\n[policy.methods]",
        ", line 34, key policy.version: the log counts the versions; remove it",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), SHAPES)
def test_a_bad_file_gets_the_line_the_key_and_what_was_expected(old: str, new: str, said: str) -> None:
    assert HIROSAKI.count(old) == 1
    assert refused(HIROSAKI.replace(old, new)).message("en") == "hirosaki.toml" + said


@pytest.mark.parametrize(
    "slug", ["h", "弘前", "Hirosaki", "2hiro", "hiro_saki", "hiro/saki", "h" * 41, "desk", "graphql"]
)
def test_a_slug_that_cannot_be_part_of_an_address_is_refused(slug: str) -> None:
    refusal = refused(HIROSAKI.replace('slug = "hirosaki"', f'slug = "{slug}"'))
    assert refusal.message("en") == (
        f"hirosaki.toml, line 2, key slug: {slug!r} cannot be part of an address: expected 2 to 40 of a-z, 0-9 and -, "
        "a letter first, and none of: "
        "api, assets, cities, desk, docs, graphql, healthz, log, metrics, readyz, static"
    )


@pytest.mark.parametrize("rule", ["intake", "eligibility", "decision"])
def test_a_desk_without_its_rules_is_refused(rule: str) -> None:
    start = HIROSAKI.index(f"[policy.{rule}]")
    without = HIROSAKI[:start] + HIROSAKI[HIROSAKI.index("\n\n", start) + 2 :]
    assert refused(without).message("en") == (
        f"hirosaki.toml, key policy.{rule}: a desk needs [policy.{rule}]; or say rules_known = false in [desk]"
    )


def test_rules_without_a_desk_are_refused() -> None:
    start = HIROSAKI.index("[desk]")
    without = HIROSAKI[:start] + HIROSAKI[HIROSAKI.index("[policy.intake]") :]
    said = "there is no desk to work by this rule; add [desk], or remove rules_known = false"
    assert refused(without).message("en") == f"hirosaki.toml, line 12, key policy.intake: {said}"
    unknown = HIROSAKI.replace("[desk]\n", "[desk]\nrules_known = false\n")
    assert refused(unknown).message("en") == f"hirosaki.toml, line 21, key policy.intake: {said}"


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert refused(text).message("en") == "hirosaki.toml: the file is empty; expected a city"


def test_a_file_that_ends_in_the_middle_names_its_last_line() -> None:
    assert refused(HIROSAKI + 'name = "').message("en") == (
        f"hirosaki.toml, line {HIROSAKI.count(chr(10)) + 1}: this is not TOML: Unterminated string"
    )


@pytest.mark.parametrize("value", ["[" * 20_000, "9" * 5_000])
def test_what_would_exhaust_the_reader_is_refused(value: str) -> None:
    assert refused(f"code = {value}").message("en").startswith("hirosaki.toml: ")


def test_a_mistake_is_told_in_japanese_too() -> None:
    assert refused(HIROSAKI.replace('slug = "hirosaki"', "slug = 7")).message("ja") == (
        "hirosaki.toml 2 行目 項目 slug: 文字列が必要ですが、数です"
    )


def test_a_mistake_has_parts_that_a_program_can_read() -> None:
    refusal = refused(HIROSAKI.replace("slug = ", "slag = "))
    assert (refusal.code, refusal.details["file"], refusal.details["line"], refusal.details["key"]) == (
        "CITY_FILE_INVALID",
        "hirosaki.toml",
        2,
        "slag",
    )


def test_a_key_that_stands_in_several_lines_is_named_without_guessing_one() -> None:
    text = HIROSAKI.replace('name = { ja = "PFI", en = "PFI" }', 'name = { ja = "", en = "PFI" }')
    refusal = refused(text)
    assert refusal.details["key"] == "policy.methods.entries[0].name.ja"
    assert refusal.details["line"] == line_of(text, "[policy.methods]")  # the table that holds it


# --- paths ------------------------------------------------------------------------------------------------------------


def refused_path(path: Path) -> str:
    with pytest.raises(CityFileInvalid) as caught:
        register.load_city(path)
    return caught.value.message("en")


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refused_path(tmp_path / "none.toml") == f"{tmp_path}/none.toml: there is no such file"
    assert refused_path(tmp_path / "a\x00b") == f"{tmp_path}/a\x00b: there is no such file"
    assert refused_path(tmp_path) == f"{tmp_path}: that is a folder; name a file"
    assert refused_path(Path("/dev/zero")) == "/dev/zero: there is no such file"


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "hirosaki.toml"
    path.write_bytes(HIROSAKI.encode("shift_jis"))
    assert refused_path(path) == f"{path}, line 3: not UTF-8; save the file as UTF-8"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hirosaki.toml"
    path.write_text(HIROSAKI + "# " + "x" * register.LARGEST)
    assert refused_path(path) == f"{path}: larger than 65536 bytes, too large for a city"


# --- folders ----------------------------------------------------------------------------------------------------------


def refused_folder(folder: Path, *, named_by_code: bool = False) -> str:
    with pytest.raises(CityFileInvalid) as caught:
        register.load_all(folder, named_by_code=named_by_code)
    return caught.value.message("en").replace(f"{folder}/", "")


def test_a_folder_is_read_in_the_order_of_its_file_names(tmp_path: Path) -> None:
    source = Path(register.__file__).parent / "cities"
    for code in ("442046", "131121", "022012"):
        (tmp_path / f"{code}.toml").write_bytes((source / f"{code}.toml").read_bytes())
    (tmp_path / "README.md").write_text("not a city")
    assert [city.slug for city in register.load_all(tmp_path)] == ["aomori", "setagaya", "hita"]


def test_a_code_or_slug_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HIROSAKI)
    (tmp_path / "b.toml").write_text(HIROSAKI)
    assert refused_folder(tmp_path) == "b.toml, line 1, key code: '022021' is used in a.toml already"
    other = HIROSAKI.replace('"022021"', '"022012"')
    (tmp_path / "b.toml").write_text(other)
    assert refused_folder(tmp_path) == "b.toml, line 2, key slug: 'hirosaki' is used in a.toml already"


def test_a_built_in_file_is_called_after_its_code(tmp_path: Path) -> None:
    (tmp_path / "hirosaki.toml").write_text(HIROSAKI)
    assert len(register.load_all(tmp_path)) == 1
    assert refused_folder(tmp_path, named_by_code=True) == (
        "hirosaki.toml, line 1, key code: the file must be called 022021.toml"
    )


def test_one_bad_file_refuses_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HIROSAKI)
    (tmp_path / "b.toml").write_text("slug = ")
    assert refused_folder(tmp_path).startswith("b.toml, line 1: this is not TOML: ")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CityFileInvalid, match="there is no such folder"):
        register.load_all(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"code":1}', "\ud800"])
def test_what_is_no_recorded_policy_is_refused(text: str) -> None:
    with pytest.raises(CityFileInvalid, match="not a recorded policy"):
        parse_text(text)


# --- what would take its time ----------------------------------------------------------------------------------------


def seconds_to_refuse(text: str) -> tuple[float, CityFileInvalid]:
    began = time.process_time()
    with pytest.raises(CityFileInvalid) as refused:
        parse_city(text, "content")
    return time.process_time() - began, refused.value


DOTTED = ".".join(["a"] * 30_000) + " = 1"
HIDDEN = {
    "in a key": DOTTED,
    "in a header": f"[{'.'.join(['a'] * 30_000)}]",
    "in a table within a line": f"x = {{ {DOTTED} }}",
    "after a text": f'x = "a.b" # no\n{DOTTED}',
    "after a text over several lines": f'x = """\n"a.b\n"""\n{DOTTED}',
    "after a text that ends with a quote": f"x = [ '''a'''', {{ {DOTTED} }} ]",
    "after a text that ends with a double quote": f'x = [ """a"""", {{ {DOTTED} }} ]',
    "in quoted parts": ".".join(['"a"'] * 15_000) + " = 1",
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_key_of_very_many_parts_is_refused_before_it_is_read(where: str) -> None:
    taken, refused = seconds_to_refuse(HIDDEN[where])
    assert taken < 1
    assert "dots" in refused.message("en")
    assert refused.details["line"] == HIDDEN[where].count("\n") + 1


def test_a_text_larger_than_a_file_may_be_is_refused_unread() -> None:
    taken, refused = seconds_to_refuse("# " + "市" * 22_000)
    assert taken < 1
    assert "65536" in refused.message("en")
    assert "65536" in refused.message("ja")


def test_dots_in_texts_and_remarks_are_no_keys() -> None:
    dots = ". " * 50
    written = HIROSAKI.replace("テスト用の定義", f"{dots} # ' {dots}") + f"# {dots}\n"
    assert parse_city(written, "content").provenance.source == f"{dots} # ' {dots}"


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("agreements", "coordinated", "project"),
        ("agreements", "concluded", "comprehensive"),
        ("challenges", "needed", "contact"),
    ],
)
def test_a_rule_names_nothing_twice_and_nothing_unknown(table: str, key: str, value: str) -> None:
    provenance = f'[policy.{table}.provenance]\nsource = "試験用"\nstatus = "draft"\nvalid_from = 2026-11-22\n'
    text = as_toml_with(table, f'{key} = ["{value}", "{value}"]', provenance)
    assert f"{value}' stands there twice" in refused(text).message("en")
    assert "'gift' is not known" in refused(as_toml_with(table, f'{key} = ["gift"]', provenance)).message("en")
    found = parse_city(as_toml_with(table, f'{key} = ["{value}"]', provenance), "hirosaki.toml")
    assert getattr(getattr(found.policy, table), key) == (value,)


def as_toml_with(table: str, line: str, provenance: str) -> str:
    """A small city with one more rule."""
    return f"{HIROSAKI}\n[policy.{table}]\n{line}\n\n{provenance}"
