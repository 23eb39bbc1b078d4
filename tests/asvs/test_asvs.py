"""Every requirement of levels 1 and 2 is answered, and what an answer names is there."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.asvs.standard import HERE, ROOT, Answer, AnswerMalformed, absences, answers, missing, standard, users_of
from tests.asvs.summary import PAGE, page

ANSWERS = answers()
STANDARD = standard()
MOST_WORDS = 12


def test_the_standard_is_whole() -> None:
    assert STANDARD.version == "5.0.0"
    assert len(STANDARD.chapters) == 17
    for chapter in STANDARD.chapters:
        assert Counter(chapter.levels.values()) == Counter(chapter.counts), chapter.id
        assert {id_.partition(".")[0] for id_ in chapter.levels} == {chapter.id}
    assert Counter(STANDARD.levels.values()) == {1: 70, 2: 183}


def test_each_requirement_is_answered_once_under_its_level() -> None:
    assert Counter(answer.id for answer in ANSWERS) == Counter(list(STANDARD.levels))
    assert {answer.id: answer.level for answer in ANSWERS} == STANDARD.levels


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.id)
def test_an_answer_names_what_is_there_and_says_why(answer: Answer) -> None:
    assert answer.status
    assert 0 < len(answer.title.split()) <= MOST_WORDS
    said = answer.not_applicable or answer.open
    assert not said or (said.endswith(".") and len(said.split()) > 3)
    assert answer.status == "open" or not answer.partly
    assert [problem for named in (*answer.shown_by, *answer.partly) if (problem := missing(named))] == []


@pytest.mark.parametrize("what", sorted(absences()))
def test_what_is_said_not_to_be_there_is_not(what: str) -> None:
    assert users_of(absences()[what]) == []


def test_every_absence_is_one_that_is_looked_for() -> None:
    assert {answer.absent for answer in ANSWERS} - {""} == set(absences())


def test_no_more_are_open_than_were_committed() -> None:
    opened = [answer.id for answer in ANSWERS if answer.status == "open"]
    assert len(opened) <= STANDARD.open_at_most, "answer them, do not raise open_at_most in standard.toml"
    assert len(opened) == STANDARD.open_at_most, f"fewer are open: set open_at_most in standard.toml to {len(opened)}"


def test_the_summary_is_that_of_the_answers() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.asvs"


# --- and each of these would be noticed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ("tests/asvs/test_nothing.py", "there is no file tests/asvs/test_nothing.py"),
        ("tests/asvs/test_asvs.py::test_nothing", "there is no test test_nothing in tests/asvs/test_asvs.py"),
        ("tests/asvs/test_asvs.py::page", "there is no test page in tests/asvs/test_asvs.py"),
        ("tests/asvs", "there is no file tests/asvs"),
        ("../asvs/README.md", "there is no file ../asvs/README.md"),
        (str(ROOT / "README.md"), f"there is no file {ROOT / 'README.md'}"),
    ],
)
def test_a_test_or_file_that_is_not_there_would_be_noticed(named: str, problem: str) -> None:
    assert missing(named) == problem


def test_an_answer_left_out_or_misspelt_would_be_noticed(tmp_path: Path) -> None:
    shutil.copytree(HERE / "requirements", tmp_path / "requirements")
    path = tmp_path / "requirements" / "v12_communication.toml"
    whole = path.read_text("utf-8")
    path.write_text(whole.partition('["V12.1.2"]')[0], "utf-8")
    assert {answer.id for answer in answers(path.parent)} < set(STANDARD.levels)
    path.write_text(whole.replace("not_applicable", "not_aplicable"), "utf-8")
    with pytest.raises(AnswerMalformed, match=r"v12_communication\.toml: V12\.1\.1"):
        answers(path.parent)


@pytest.mark.parametrize(("shown", "missing_part"), [((), ""), (("README.md",), "something.")])
def test_an_answer_that_says_nothing_or_two_things_would_be_noticed(shown: tuple[str, ...], missing_part: str) -> None:
    said = Answer("V1.1.1", 2, "Input is decoded once", shown_by=shown, open=missing_part)
    with pytest.raises(AnswerMalformed, match="only one"):
        _ = said.status


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("api/reading.py", "from xml.etree import ElementTree\n", "xml"),
        ("domain/parsing.py", "import lxml.etree as tree\n", "xml"),
        ("tenants/running.py", "eval(sent)\n", "eval"),
        ("tenants/running.py", "import os\nos.system(sent)\n", "shell"),
        ("api/upload.py", "from fastapi import UploadFile\n", "uploads"),
        ("projections/stored.py", "import pickle\n", "pickle"),
        ("api/pages/keeping.js", "localStorage.setItem('a', 'b')\n", "storage"),
        ("api/pages/keeping.html", "<p onclick='x.innerHTML = 1'>\n", "html_writing"),
        ("api/app2.py", 'HEADERS = {"Access-Control-Allow-Origin": "*"}\n', "cors"),
    ],
)
def test_what_came_in_after_all_would_be_noticed(tmp_path: Path, name: str, text: str, what: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("import re\nre.compile(sent)\n" if name.endswith(".py") else "", "utf-8")
    assert users_of(absences()[what], tmp_path) == []
    (tmp_path / name.replace(".", "_new.", 1)).write_text(text, "utf-8")
    assert users_of(absences()[what], tmp_path) == [name.replace(".", "_new.", 1)]


def test_an_old_summary_would_be_noticed() -> None:
    first, *others = ANSWERS
    assert page(STANDARD, [replace(first, shown_by=(), open="Something is missing here."), *others]) != page()
