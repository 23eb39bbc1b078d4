"""Reads the standard's identifiers and our answers to them, and finds what an answer names."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
PRODUCT: Final = ("domain", "tenants", "projections", "api")
WRITTEN: Final = (".py", ".js", ".html")
TEXT: Final = "text:"
STATUSES: Final = ("shown_by", "not_applicable", "open")


class AnswerMalformed(ValueError):
    """An answer to a requirement that has another form than the data promises."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the standard: its identifiers by level."""

    id: str
    title: str
    levels: dict[str, int]
    counts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Standard:
    """A release of the standard. ``open_at_most``: how many requirements may be open; it may only go down."""

    name: str
    version: str
    open_at_most: int
    chapters: tuple[Chapter, ...]

    @property
    def levels(self) -> dict[str, int]:
        """Every identifier and its level."""
        return {id_: level for chapter in self.chapters for id_, level in chapter.levels.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """Our answer to one requirement. Exactly one of ``shown_by``, ``not_applicable`` and ``open`` says something.

    ``shown_by``: tests (``path::name``) and files; ``not_applicable``: the reason; ``open``: what is missing, while
    ``partly`` names what is there already. ``absent``: a key of ``absences.toml``: it holds while that is not there.
    """

    id: str
    level: int
    title: str
    shown_by: tuple[str, ...] = ()
    not_applicable: str = ""
    open: str = ""
    absent: str = ""
    partly: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """Which of the three it is. Raises AnswerMalformed."""
        (status, *more) = [name for name in STATUSES if getattr(self, name)] or [""]
        if not status or more:
            raise AnswerMalformed(f"{self.id}: give one of {', '.join(STATUSES)}, and only one.")
        return status


def standard(path: Path = HERE / "standard.toml") -> Standard:
    """The release that the answers are given to."""
    told = tomllib.loads(path.read_text("utf-8"))
    chapters = tuple(
        Chapter(
            id_,
            chapter["title"],
            {f"V{number}": level for level in (1, 2) for number in chapter[f"level_{level}"]},
            {level: chapter["counts"][level - 1] for level in (1, 2)},
        )
        for id_, chapter in told["chapters"].items()
    )
    return Standard(told["name"], told["version"], told["open_at_most"], chapters)


def answers(folder: Path = HERE / "requirements") -> list[Answer]:
    """All answers, in the order of the files. Raises AnswerMalformed for one of another form."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        for id_, told in tomllib.loads(path.read_text("utf-8")).items():
            try:
                found.append(Answer(id_, **{name: _frozen(value) for name, value in told.items()}))
            except TypeError as error:
                raise AnswerMalformed(f"{path.name}: {id_}: {error}") from error
    return found


def absences(path: Path = HERE / "absences.toml") -> dict[str, list[str]]:
    """What an answer may say is not there, and the names by which it would be noticed."""
    return dict(tomllib.loads(path.read_text("utf-8")))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def tests_in(path: Path) -> frozenset[str]:
    """The names of a file's test functions, of those in its classes too; the file is read, not run."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    functions = (node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))


def missing(named: str, root: Path = ROOT) -> str | None:
    """What is wrong with a name of a test or file; ``None`` when it is there."""
    path, _, test = named.partition("::")
    if Path(path).is_absolute() or ".." in Path(path).parts or not (root / path).is_file():
        return f"there is no file {path}"
    if test and test not in tests_in(root / path):
        return f"there is no test {test} in {path}"
    return None


@cache
def used_in(path: Path) -> frozenset[str]:
    """What a source file imports, with dots (``a.b`` and each part ``a``), and the plain names that it calls."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(f"{node.func.id}()")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.add(f".{node.func.attr}()")
    modules = [name.split(".") for name in found if not name.startswith(".")]
    return frozenset(found | {".".join(parts[:end]) for parts in modules for end in range(1, len(parts))})


def users_of(names: list[str], root: Path = ROOT) -> list[str]:
    """Files of the product that use one of these names after all."""
    words = [name.removeprefix(TEXT) for name in names if name.startswith(TEXT)]
    paths = [path for folder in PRODUCT for path in sorted((root / folder).rglob("*")) if path.suffix in WRITTEN]
    return [
        str(path.relative_to(root))
        for path in paths
        if (path.suffix == ".py" and used_in(path) & set(names))
        or (words and any(word in path.read_text("utf-8") for word in words))
    ]
