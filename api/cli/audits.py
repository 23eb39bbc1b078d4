"""`renkei audit`: the logs are checked (監査)."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli.terminal import PLAIN, bar, fail, house, out, outside
from api.house import House
from api.settings import storage_of
from domain.values import CityCode
from tenants import audit, sealed_audit
from tenants.files import verifying

audit_app = typer.Typer(no_args_is_help=True, help="Check the logs.")


@audit_app.command("verify")
def audit_verify(
    city: Annotated[str | None, typer.Argument(help="Code or slug; all cities when left out.")] = None,
    against: Annotated[Path | None, typer.Option(help="A signed checkpoint kept outside.")] = None,
    sealed: Annotated[bool, typer.Option("--sealed", help="Open every sealed value and file as well.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Recompute the tree of a city's log; names the first position that differs."""
    with house() as opened:
        signed = outside(opened, against)
        cities = [opened.tenancy.find(city)] if city else [code for code, _ in opened.cities()]
        for code in [signed.city] if signed and not city else cities:
            folder = opened.tenancy.checkpoints
            kept = [one for one in (folder.latest(code), *folder.days(code)[0]) if one is not None]
            with bar(code) as progress:
                verified = audit.verify(
                    opened.tenancy.pool, code, [signed] if signed else kept, partial(progress, code)
                )
            vouched = (
                f"as signed at {verified.signed}" if verified.signed is not None else "with no checkpoint to compare"
            )
            out.print(
                f"{code}: {verified.size} events, all as recorded, {vouched}; root {verified.root.hex()}", **PLAIN
            )
            if sealed:
                verify_sealed(opened, code)


def verify_sealed(opened: House, city: CityCode) -> None:
    """Say what became of the sealed values of a city; ends with status 1 at one that is neither whole nor erased."""
    with bar(city) as progress:
        found = sealed_audit.verify_sealed(opened.tenancy.pool, city, opened.keys, partial(progress, city))
    counted = ", ".join(f"{number} {fate}" for fate, number in found.counts.items())
    out.print(f"{city}: sealed values of {found.events} events: {counted}", **PLAIN)
    if found.first:
        first = found.first
        fail(f"{city}: position {first.position}: the value committed to as {first.commitment.hex()} is {first.fate}.")
    files = asyncio.run(verifying.verify_files(opened.tenancy, city, storage_of(opened.settings)))
    out.print(f"{city}: files: {', '.join(f'{number} {fate}' for fate, number in files.counts.items())}", **PLAIN)
    if files.first:
        position, file, fate = files.first
        fail(f"{city}: position {position}: the file {file} is {fate}.")


@audit_app.command("accept")
def audit_accept(city: str) -> None:
    """Sign a city's log as it is, after its newest checkpoint was lost; the whole log is verified first."""
    with house() as opened:
        tenancy = opened.tenancy
        code = tenancy.find(city)
        with bar(code) as progress:
            accepted = audit.accept(tenancy.pool, code, tenancy.checkpoints, tenancy.today(), partial(progress, code))
        tenancy.check_log(code)
        found = accepted.verified
        out.print(f"{code}: {found.size} events accepted and signed; root {found.root.hex()}")
        if found.signed is None:
            out.print("Nothing outside the database vouches for them: no signed checkpoint of any day was left.")
        else:
            out.print(f"The first {found.signed} are those that {accepted.days} signed checkpoints of days vouch for.")
        if accepted.unusable:
            out.print(f"Not signed by this deployment, and not looked at: {', '.join(accepted.unusable)}")
