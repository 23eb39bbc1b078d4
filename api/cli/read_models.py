"""`renkei project`: read models, how far they are, built anew (参照モデル)."""

from functools import partial
from typing import Annotated

import typer
from rich.table import Table

from api.cli.terminal import bar, fail, house, out
from api.settings import Settings
from projections import lag, rebuild
from projections.catalogue import READ_MODELS

project_app = typer.Typer(no_args_is_help=True, help="Read models: how far they are, build them anew.")


@project_app.command("status")
def project_status() -> None:
    """How far each read model is behind, by city."""
    table = Table("projection", "city", "generation", "position", "behind", "seconds", "aside", "note")
    with house() as opened, opened.runner_pool.connection() as connection:
        for row in lag.lags(connection):
            note = row.stopped or (f"building {row.building}" if row.building else "")
            numbers = (row.generation, row.position, row.events, f"{row.seconds:.1f}", row.quarantined)
            table.add_row(row.projection, row.city, *map(str, numbers), note)
    out.print(table)


@project_app.command("run")
def project_run() -> None:
    """Keep the read models up to date in a process of its own, until Ctrl-C or SIGTERM."""
    from api import serving  # noqa: PLC0415 - commands that do not serve are there three times as fast

    serving.project(Settings.read())


@project_app.command("rebuild")
def project_rebuild(
    name: Annotated[str, typer.Argument(help="A read model, or `all`.")] = "all",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a rebuild that was cut off.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Build read models anew beside the live ones and switch over; may be cancelled and started again."""
    chosen = [model for model in READ_MODELS if name in {"all", model.name}]
    if not chosen:
        fail(f"There is no read model {name!r}. Use one of: all, {', '.join(model.name for model in READ_MODELS)}.")
    with house() as opened, bar("rebuild") as progress:
        for model in chosen:
            rebuild.rebuild(opened.runner_pool, opened.runner, model, partial(progress, model.name), resume=resume)


@project_app.command("replay")
def project_replay(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Try the aggregates again that were put aside, and let a stopped read model go on."""
    with house() as opened:
        for city, aggregate, whole in opened.runner.replay(name, go_on=True):
            out.print(f"{city} {aggregate}: {'whole again' if whole else 'still cannot be read'}")
