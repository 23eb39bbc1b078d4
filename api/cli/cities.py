"""`renkei city`: cities are added, renewed, listed, moved (自治体)."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.terminal import bar, house, out, outside, private_file
from tenants import moving, onboarding, register
from tenants.identity import enrolment

city_app = typer.Typer(no_args_is_help=True, help="Cities of this deployment.")


@city_app.command("add")
def city_add(file: Path) -> None:
    """Onboard a city from its TOML file, also while the deployment serves."""
    content = register.load_city(file)
    with house() as opened, opened.owner() as owner:
        added = onboarding.add_city(owner, opened.tenancy, content)
        state = "is open" if added.new else "was open already, with the same policy"
        out.print(f"{content.name.ja} ({added.city}) {state}: /desk/{content.slug}/graphql")


@city_app.command("policy")
def city_policy(file: Path) -> None:
    """Put the next version of a city's policy in force."""
    content = register.load_city(file)
    with house() as opened:
        version = onboarding.renew_policy(opened.tenancy, content)
        out.print(f"Policy version {version} of {content.name.ja} is in force.")


@city_app.command("list")
def city_list() -> None:
    """Code, slug and log size of every city."""
    table = Table("code", "slug", "events")
    with house() as opened:
        for city, slug in opened.cities():
            table.add_row(city, slug, str(opened.tenancy.size(city)))
    out.print(table)


@city_app.command("sign-out")
def city_sign_out(city: str) -> None:
    """End every session and token of everybody in a city, personal ones included."""
    with house() as opened, opened.owner() as owner:
        code = opened.tenancy.find(city)
        enrolment.sign_out(owner, code)
        out.print(f"Everybody in {code} is signed out.")


@city_app.command("export")
def city_export(city: str, file: Path) -> None:
    """Write a city's whole log, sealed values and wrapped keys to a file."""
    with house() as opened, bar("export") as progress, private_file(file) as sink:
        sink.writelines(moving.export_city(opened.tenancy, opened.tenancy.find(city), partial(progress, city)))


@city_app.command("import")
def city_import(
    file: Path,
    against: Annotated[Path | None, typer.Option(help="A signed checkpoint of the city, kept outside.")] = None,
) -> None:
    """Take in a city that another deployment exported, with its positions, times and hashes."""
    with file.open("rb") as source, house() as opened, opened.owner() as owner:
        tenancy, signed = opened.tenancy, outside(opened, against)
        checkpoint = moving.import_city(owner, source, opened.keys, tenancy.checkpoints, tenancy.today(), signed)
        tenancy.check_log(checkpoint.city)
        out.print(f"{checkpoint.city} is here with {checkpoint.size} events.")
