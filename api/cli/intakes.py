"""`renkei intake`: what an intake apart from the desk's network hands over (封書の取込み)."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
import typer

from api.cli.terminal import PLAIN, bar, err, fail, house, out, printable
from api.house import intakes_of
from domain.errors import Conflict, Refusal
from domain.values import city_code
from tenants.checkpoint import Signer
from tenants.database.files import flush_folder, write_private
from tenants.intake.arrival import arrival_number
from tenants.intake.envelope import LARGEST, Envelope, sealed
from tenants.intake.taking_in import TakenIn, take_in
from tenants.intake.trusted import NAME, TrustedIntakes
from tenants.tenancy import Tenancy

intake_app = typer.Typer(no_args_is_help=True, help="An intake apart from the desk's network.")


@intake_app.command("import")
def intake_import(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Envelopes, or folders with *.json of them.")],
    remove: Annotated[bool, typer.Option("--remove", help="Remove each file once it is recorded.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Record envelopes, each once however often it comes; status 1 if any was refused, which stays where it is."""
    found = list(_envelopes(files))
    refused = 0
    with house() as opened, bar("intake") as progress:
        for done, file in enumerate(found):
            progress(printable(file.name), done, len(found))
            refused += not imported(opened.tenancy, intakes_of(opened.settings), file, remove=remove)
        progress("intake", len(found), len(found))
        opened.tenancy.keep_checkpoints()
    if refused:
        fail(f"{refused} of {len(found)} envelopes were refused; they lie where they were.")


@intake_app.command("trust")
def intake_trust(
    city: str,
    key: Annotated[str, typer.Argument(help="The public key, as `renkei intake key` prints it.")],
    replace: Annotated[bool, typer.Option("--replace", help="In place of those registered before.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Register the public key of a city's intake, beside those before or in their place."""
    with house() as opened:
        code = opened.tenancy.find(city)
        trusted = intakes_of(opened.settings)
        trusted.trust(code, key, replace=replace)
        out.print(f"{code} takes in what was signed with: {', '.join(trusted.of(code))}", **PLAIN)


@intake_app.command("key")
def intake_key(file: Path) -> None:
    """Make the private key of an intake, on its own side, and print the public one; an existing key is kept."""
    Signer.create(file)
    out.print(Signer(file, NAME).verifier, **PLAIN)


@intake_app.command("seal")
def intake_seal(
    file: Annotated[Path, typer.Argument(help="JSON: what the command's input has, without ids and `entry`.")],
    key: Annotated[Path, typer.Option(help="The intake's private key.")],
    city: Annotated[str, typer.Option(help="Code of the city.")],
    command: Annotated[str, typer.Option(help="receiveProposal or receiveConsultation.")] = "receiveProposal",
    party: Annotated[UUID | None, typer.Option(help="Who handed it in; a new party when left out.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the envelope goes.")] = Path(),
) -> None:
    """Write a signed envelope; needs no deployment. Prints the arrival number, which the proposer is told."""
    told = {
        "city": city_code(city),
        "id": uuid4(),
        "command": command,
        "record": uuid4(),
        "party": party or uuid4(),
        "cameAt": datetime.now(UTC).replace(microsecond=0),
        "content": _content(file),
    }
    try:
        envelope = msgspec.convert(told, Envelope)
    except msgspec.ValidationError:
        fail("Name receiveProposal or receiveConsultation as the command, and give an object as the content.")
    write_private(folder / f"{envelope.id}.json", sealed(envelope, Signer(key, NAME)))
    out.print(f"{envelope.id}.json: {arrival_number(envelope.record)}", **PLAIN)


def _envelopes(files: list[Path]) -> Iterator[Path]:
    for file in files:
        if file.is_dir():
            yield from sorted(each for each in file.glob("*.json") if each.is_file())
        else:
            yield file


def imported(tenancy: Tenancy, trusted: TrustedIntakes, file: Path, *, remove: bool) -> bool:
    """Whether a file is recorded now. What it says is told to nobody; what stops everything is raised."""
    try:
        document = _read(file)
        told = take_in(tenancy, trusted, document)
        if remove:
            _remove(file, document)
    except (Refusal, Conflict) as refusal:
        if "value" in refusal.details:  # what stands there is not for a log
            refusal.details["value"] = "…"
        problem = f"{refusal.message('ja')}\n  {refusal.message('en')}"
    except FileNotFoundError:
        out.print(f"{printable(file.name)}: no longer there; another import removed it", **PLAIN)
        return True
    except OSError as error:
        problem = f"{error.strerror}."
    else:
        out.print(f"{printable(file.name)}: {_became(told)}", **PLAIN)
        return True
    err.print(f"✗ {printable(str(file))}: {problem}", style="red", **PLAIN)
    return False


def _read(file: Path) -> bytes:
    with file.open("rb") as source:
        return source.read(LARGEST + 1)


def _remove(file: Path, recorded: bytes) -> None:
    """Unless another envelope lies there by now."""
    with suppress(FileNotFoundError):  # another import removed it
        if _read(file) == recorded:
            file.unlink()
            flush_folder(file.parent)


def _became(told: TakenIn) -> str:
    number = told.receipt
    label = f" as {number.kind} no. {number.serial} of fiscal {number.fiscal_year}" if number else ""
    return f"{told.city}: {'was here already' if told.repeated else 'recorded'}{label}; arrival number {told.arrival}"


def _content(file: Path) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes())
    except (ValueError, RecursionError):
        fail(f"{file} is not JSON.")
