"""What all commands speak through: the deployment, progress, refusals, private files (端末)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api import logs
from api.house import House, open_house
from api.settings import Settings
from tenants.checkpoint import Checkpoint

PLAIN: dict[str, Any] = {"highlight": False, "markup": False, "soft_wrap": True}
out = Console()
err = Console(stderr=True)


@contextmanager
def house(*, attach: bool = True) -> Iterator[House]:
    """The deployment of this process's settings, beside a serving one if there is one."""

    def report(text: str) -> None:
        err.print(f"[dim]{text}[/dim]")

    with logs.at_hand(), open_house(Settings.read(), report, attach=attach) as opened:
        yield opened


def printable(text: str) -> str:
    """A name that somebody else chose: what is no letter, digit, mark or space of one line is shown as �."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


@contextmanager
def bar(title: str) -> Iterator[Any]:
    """A progress bar; yields a function that is told what, how many done, how many in all."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(title, total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total)


def outside(opened: House, file: Path | None) -> Checkpoint | None:
    """The checkpoint in a file that an operator names; ends with status 1 when there is no such file."""
    checkpoint = opened.tenancy.checkpoints.read(file) if file else None
    if file and checkpoint is None:
        fail(f"There is no file {file}.")
    return checkpoint


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read; nothing half-written is left. Raises OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as sink:
        try:
            yield sink
            sink.flush()
        except BaseException:
            path.unlink()
            raise


def fail(text: str) -> NoReturn:
    """Say what is wrong and end with status 1."""
    err.print(f"✗ {text}", style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)
