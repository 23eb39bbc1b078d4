"""A hundred thousand published cases of a hundred cities, written straight into the commons in one statement.

The texts are put together from a few thousand Japanese sentences; some words are in many of them, others in few. Search
text and grams of each sentence are made by the product (`projections.search`); sentences stand in lines of their own,
so a case's grams are those of its sentences.
"""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from projections.search import grams, normalised
from tests.benchmarks.deployment import SAPPORO, Connection, Deployment

CITIES: Final = 100
SENTENCES: Final = 4_000
PARTS: Final = 7
"""Sentences of a case: title, three of the summary, two of the background, one outcome."""

KINDS: Final = ("places", "subjects", "partners", "actions")
TABLE: Final = "create temporary table sentence (number int primary key, text text, norm text, grams text[])"
OTHER_CITIES: Final = """
insert into commons.cities (city, generation, id, version, position, slug, name_ja, name_en, corporate_number, has_desk,
    profile, policy_version, updated_at)
select lpad(n::text, 6, '0'), generation, gen_random_uuid(), version, position, 'city-' || n, name_ja || n, name_en,
    corporate_number, has_desk, profile, policy_version, updated_at
from commons.cities, generate_series(900001, 900000 + %s) n where city = %s
"""
# A square makes early sentences frequent; the salt makes the columns of one case differ.
PICK: Final = "s{0} on s{0}.number = floor(%(sentences)s * power(({1}) / 4294967296.0, 2))::int"
CASES: Final = """
insert into commons.cases (city, generation, id, version, position, public_id, status, origin, sample, title, summary,
    background, source, method, fields, partners, dates, resources, benefits, outcomes, history, challenge,
    published_at, updated_at, search, grams)
select c.code, 1, gen_random_uuid(), 1, n, gen_random_uuid(), case when n %% 3 = 0 then 'closed' else 'open' end,
    'desk', false, s1.text, concat_ws(E'\\n', s2.text, s3.text, s4.text), concat_ws(E'\\n', s5.text, s6.text), null,
    (%(methods)s::text[])[1 + abs(hashint4(n)) %% cardinality(%(methods)s::text[])],
    array[(%(fields)s::text[])[1 + abs(hashint4(n + 1)) %% cardinality(%(fields)s::text[])],
          (%(fields)s::text[])[1 + abs(hashint4(n + 2)) %% cardinality(%(fields)s::text[])]],
    '[]', '[]', '[]', '[]', jsonb_build_array(s7.text),
    jsonb_build_array(jsonb_build_object('at', p.at, 'type', 'published', 'summary', null)), null, p.at, p.at,
    concat_ws(' ', s1.norm, s2.norm, s3.norm, s4.norm, s5.norm, s6.norm, s7.norm),
    (select array_agg(distinct g collate "C") from unnest(s1.grams || s2.grams || s3.grams || s4.grams || s5.grams
        || s6.grams || s7.grams) g)
from generate_series(1, %(cases)s) n
cross join lateral (select (%(codes)s::text[])[1 + abs(hashint4(n + 3)) %% cardinality(%(codes)s::text[])] as code) c
cross join lateral (select timestamptz '2026-11-01' - n * interval '7 minutes' as at) p
"""


def publish(here: Deployment, cases: int) -> int:
    """So many cases, with the cities they belong to; the indexes are made anew afterwards, which is quicker."""
    here.house.runner.catch_up()
    admin = here.admin
    admin.execute(OTHER_CITIES, (CITIES - 1, SAPPORO))
    codes = [code for (code,) in admin.execute("select city from commons.cities order by city").fetchall()]
    write_sentences(admin)
    told = "select indexname, indexdef from pg_indexes where tablename = 'cases' and indexdef like '%USING gin%'"
    indexes = admin.execute(told).fetchall()
    for name, _ in indexes:
        admin.execute(f"drop index commons.{name}".encode())
    picks = (f" join sentence {PICK.format(part, salted(part))}" for part in range(1, PARTS + 1))
    values = {"cases": cases, "codes": codes, "methods": list(METHOD_CODES), "fields": list(FIELD_CODES)}
    admin.execute(f"{CASES}{''.join(picks)}".encode(), values | {"sentences": SENTENCES})
    admin.execute("set maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        admin.execute(definition.encode())
    admin.execute("vacuum analyze commons.cases")
    return cases


def salted(part: int) -> str:
    """SQL: a number from 0 to 2^32 that looks drawn by lot and is the same in every run."""
    return f"(hashint8extended(n, {part}) & 4294967295)"


def write_sentences(admin: Connection) -> None:
    """The sentences, with what the search knows of each."""
    admin.execute(TABLE)
    with admin.cursor().copy("copy sentence from stdin") as copy:
        for number, text in enumerate(sentences()):
            norm = normalised(text)
            copy.write_row((number, text, norm, list(grams(norm))))


def sentences() -> Iterator[str]:
    """Sentences as cities write them, the same in every run."""
    words: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    drawn = random.Random(20261101)
    for _ in range(SENTENCES):
        place, subject, partner, action = (drawn.choice(words[kind]) for kind in KINDS)
        yield f"{place}での{subject}を{partner}と{action}"
