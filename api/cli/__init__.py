"""The command line `renkei`: serve, demonstrate, and what only an operator does (運用コマンド)."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import psycopg
import typer

from api import logs
from api.cli.audits import audit_app
from api.cli.cities import city_app
from api.cli.intakes import intake_app
from api.cli.members import member_app
from api.cli.read_models import project_app
from api.cli.terminal import PLAIN, bar, err, fail, house, out
from api.house import House
from api.settings import SettingInvalid, Settings, storage_of
from domain.errors import RenkeiError
from tenants.database.errors import DatabaseFault

app = typer.Typer(no_args_is_help=True, add_completion=False, help="renkei 連携: desks of public–private partnership.")
app.add_typer(city_app, name="city")
app.add_typer(member_app, name="member")
app.add_typer(project_app, name="project")
app.add_typer(audit_app, name="audit")
app.add_typer(intake_app, name="intake")


@app.command()
def serve(workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1) -> None:
    """Serve on HOST:PORT until Ctrl-C or SIGTERM. The runner works in this process."""
    settings = Settings.read()
    from api import serving  # noqa: PLC0415 - what does not serve, or is refused by then, is told twice as fast

    serving.serve(
        settings, workers, ready=lambda: out.print(f"renkei serves on http://{settings.host}:{settings.port}")
    )


@app.command()
def demo() -> None:
    """Load the demo data (once) and serve them."""
    settings = Settings.read()
    from api import serving  # noqa: PLC0415 - as in serve
    from api.demo import load as demo_data  # noqa: PLC0415
    from api.demo.welcome import welcome  # noqa: PLC0415

    # The demo's password is published, so a second factor would guard nothing. Nowhere but here is it left out.
    settings = replace(settings, sign_in=msgspec.structs.replace(settings.sign_in, second_factor={}))

    earlier = False

    def load(opened: House) -> None:
        nonlocal earlier
        if demo_data.loaded(opened.tenancy):
            return
        with logs.at_hand(), opened.owner() as owner, bar("demo") as progress:
            earlier = demo_data.load(owner, opened.tenancy, storage_of(settings), progress).earlier

    serving.serve(settings, 1, load, lambda: welcome(out, settings, earlier=earlier))


@app.command()
def migrate() -> None:
    """Bring the database up to date; safe while others serve."""
    with house():
        out.print("The database is up to date.")


@app.command()
def doctor(lang: Annotated[str, typer.Option(help="ja or en; otherwise the system's language.")] = "") -> None:
    """Tell what is unsafe or broken in this deployment, one line each; status 1 when something must change."""
    from api.doctor import Level, examination  # noqa: PLC0415 - it knows the demo, which takes a moment to load

    settings = Settings.read()
    colours, worst = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}, Level.OK
    for line in examination.examine(settings):
        found = line.finding
        text = found.ja if (lang or settings.language) == "ja" else found.en
        out.print(f"{found.level.name.lower():4} {line.name}: {text}", style=colours[found.level], **PLAIN)
        worst = max(worst, found.level)
    if worst is Level.FAIL:
        raise typer.Exit(1)


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Only compare with the files.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Write the two GraphQL schemas into api/schema, or compare them with the code."""
    from api import serving  # noqa: PLC0415 - as in serve

    differing = serving.write_schemas(check=check)
    if check and differing:
        fail(f"{' and '.join(differing)} differ from the code. Run `make schema` and commit.")


@app.command()
def matrix(
    check: Annotated[bool, typer.Option("--check", help="Only compare with the file.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Write who may do and read what into api/desk/README.md, or compare it with the code."""
    from api.desk import matrix as tables  # noqa: PLC0415 - as in serve

    if tables.write(check=check) and check:
        fail("api/desk/README.md differs from the code. Run `renkei matrix` and commit.")


@app.command()
def chart(
    check: Annotated[bool, typer.Option("--check", help="Only compare with the file.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Draw the state chart of every process into domain/README.md, or compare it with the code."""
    import domain  # noqa: PLC0415 - as in serve
    from domain.chart import written  # noqa: PLC0415
    from domain.events import DECIDERS  # noqa: PLC0415

    file = Path(domain.__path__[0]) / "README.md"
    page = file.read_text("utf-8")
    now = written(page, DECIDERS)
    if not check:
        file.write_text(now, "utf-8")
    elif now != page:
        fail("domain/README.md differs from the code. Run `renkei chart` and commit.")


def main() -> None:
    """Entry point: errors become one sentence that says how to go on."""
    logs.configure()
    try:
        typer.main.get_command(app)()  # not app(), which would print the values of an unforeseen error
    except (DatabaseFault, SettingInvalid) as error:
        text = str(error)
    except RenkeiError as error:
        text = f"{error.message('ja')}\n  {error.message('en')}"
    except psycopg.Error as error:
        text = f"The database refused ({type(error).__name__}). See its log, then try again."
    except OSError as error:
        text = f"{error.filename or 'A file'} cannot be used: {error.strerror}."
    else:
        return
    err.print(f"✗ {text}", style="red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(1)
