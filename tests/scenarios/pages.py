"""The pages that people open: all that a record, a proposal of one's own or a public case shows, in its words."""

from functools import cache
from typing import Any, Final

from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_leaf_type, is_required_argument

from tests.conftest import ROOT

BRIEF: Final = {
    "Words": "text",
    "OwnWords": "text",
    "Person": "name",
    "Department": "id",
    "Post": "name { text }",
    "City": "name",
    "Challenge": "title",
    "OwnChallenge": "title { text }",
}
"""What is shown by one of its fields alone."""
LEFT_OUT: Final = {"history", "called"}

OWN_MATTERS: Final = """{ myProposals { nodes { id stage } } }"""
PUBLIC_CHALLENGES: Final = "{ challenges { nodes { title description conditions cityOffers dueOn status result } } }"


@cache
def _schema(name: str) -> GraphQLSchema:
    return build_schema((ROOT / f"api/schema/{name}.graphql").read_text(encoding="utf-8"))


def _fields(shown: GraphQLObjectType) -> str:
    """Every field of a type that asks nothing, and of what lies in it."""
    told = []
    for name, field in shown.fields.items():
        inner = get_named_type(field.type)
        if name in LEFT_OUT or any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(inner):
            told.append(name)
        elif isinstance(inner, GraphQLObjectType):
            told.append(f"{name} {{ {BRIEF.get(inner.name) or _fields(inner)} }}")
    return " ".join(told)


@cache
def page(question: str, type_: str, schema: str = "desk") -> str:
    """The query for one thing by its id, with all that its type shows."""
    shown = _schema(schema).get_type(type_)
    assert isinstance(shown, GraphQLObjectType)
    of = "UUID" if schema == "desk" else "ID"
    on = f"... on {type_} {{ {_fields(shown)} }}" if question == "record" else _fields(shown)
    return f"query ($id: {of}!) {{ it: {question}(id: $id) {{ {on} }} }}"


def texts(shown: Any) -> Any:
    """The same, with words in place of what holds nothing but them."""
    if isinstance(shown, list):
        return [texts(each) for each in shown]
    if isinstance(shown, dict):
        if len(shown) == 1 and (only := next(iter(shown))) in {"text", "name", "id", "title"}:
            return texts(shown[only])
        return {name: texts(each) for name, each in shown.items()}
    return shown
