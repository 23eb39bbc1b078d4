"""No program names a city: what differs between cities is in their files (都市ごとの違いはデータ)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenants.register import builtin_cities

ROOT = Path(__file__).parents[2]
CODE = sorted(
    path
    for folder in ("domain", "tenants", "projections", "api")
    for kind in ("*.py", "*.sql", "*.html", "*.txt")
    for path in (ROOT / folder).rglob(kind)
    if not path.is_relative_to(ROOT / "api" / "demo")  # the demo shows two cities by name: it is data, and says so
)
CITIES = builtin_cities()
WORDS = [word for city in CITIES for word in (city.code, city.slug, city.name.ja, city.name.en)]
NAMED = re.compile("|".join(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])" for word in WORDS), re.IGNORECASE)

EXAMPLE = re.compile(r"(?:\bas|for example|slug:|例) [0-9a-z]+(?: or [a-z]+)?")
"""What a message or description gives as an example of a code or slug."""


def said(path: Path) -> Iterator[str]:
    """Every name and text of a program, without what is only written for its readers."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from (line.partition("--")[0] for line in text.splitlines())
        return
    tree = ast.parse(text)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    for_readers = {id(each.value) for each in statements if isinstance(each.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in for_readers:
            yield node.value
        if isinstance(node, ast.Name):
            yield node.id
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def test_there_is_code_to_look_at_and_there_are_cities() -> None:
    assert (len(CODE) > 200, len(CITIES)) == (True, 13)
    assert NAMED.search("if city == '011002'")
    assert NAMED.search("aomori_only")


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_program_names_a_city(path: Path) -> None:
    assert [text for text in said(path) if NAMED.search(EXAMPLE.sub("", text))] == []
