"""The summary of our answers by chapter, and what is open, as a page."""

from collections import Counter
from pathlib import Path
from typing import Final

from tests.asvs.standard import HERE, STATUSES, Answer, Standard, answers, standard

PAGE: Final = HERE / "README.md"
HEAD: Final = """\
# {name} {version}, levels 1 and 2

Written by `python -m tests.asvs` from [requirements/](requirements/); a test compares. Each requirement has one of
three answers: **shown** by tests or files that exist (a test looks), **not applicable** for a reason (where it is that
something is not there, a test looks that it is not), or **open**: something is missing, however little. The number of
open ones may only go down. The identifiers are those of the standard, whose texts are OWASP's and not repeated here.
We have looked at ourselves; no outsider has verified any of it.

| chapter | | level 1 | level 2 | shown | not applicable | open |
|---|---|--:|--:|--:|--:|--:|
"""


def page(about: Standard | None = None, given: list[Answer] | None = None) -> str:
    """The whole page."""
    about, given = about or standard(), given or answers()
    lines = []
    for chapter in about.chapters:
        of_it = [answer for answer in given if answer.id in chapter.levels]
        lines.append(_row(chapter.id, chapter.title, of_it))
    lines.append(_row("**all**", "", given))
    opened = [f"- **{one.id}** (level {one.level}) {one.title}: {one.open}" for one in given if one.open]
    return HEAD.format(name=about.name, version=about.version) + "\n".join([*lines, "", "## Open", "", *opened, ""])


def _row(id_: str, title: str, given: list[Answer]) -> str:
    levels, statuses = Counter(answer.level for answer in given), Counter(answer.status for answer in given)
    cells = [id_, title, *(str(levels[level]) for level in (1, 2)), *(str(statuses[status]) for status in STATUSES)]
    return f"| {' | '.join(cells)} |"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(), "utf-8")
