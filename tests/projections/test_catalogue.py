"""All read models together: names, tables, and columns that the database has."""

from projections.catalogue import READ_MODELS
from tests.conftest import House


def test_no_two_read_models_share_a_name_or_a_table() -> None:
    assert len({model.name for model in READ_MODELS}) == len(READ_MODELS)
    assert len({model.table for model in READ_MODELS}) == len(READ_MODELS)


def test_only_what_lies_in_the_commons_is_given_published_texts() -> None:
    assert {model.table for model in READ_MODELS if model.public} == {
        model.table for model in READ_MODELS if model.table.startswith("commons.")
    }


def test_every_row_has_exactly_the_columns_of_its_table(house: House) -> None:
    for model in READ_MODELS:
        rows = house.sql("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0", model.table)

        assert {name for (name,) in rows} == {"city", "generation", *model.columns}
