"""The command line `renkei`: serve, demonstrate, and what only an operator does (運用コマンド)."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NoReturn
from uuid import UUID

import msgspec
import psycopg
import typer
from psycopg import Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api import logs
from api.house import House, open_house
from api.settings import SettingInvalid, Settings, storage_of
from domain.errors import AlreadyThere, NotFound, RenkeiError
from domain.values import CityCode
from projections import lag, rebuild
from projections.catalogue import READ_MODELS
from tenants import audit, moving, onboarding, register, sealed_audit
from tenants.checkpoint import Checkpoint
from tenants.database.errors import DatabaseFault
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.files import verifying
from tenants.identity import enrolment
from tenants.identity.resets import INVITATION
from tenants.identity.vault import Vault
from tenants.members import Role

app = typer.Typer(no_args_is_help=True, add_completion=False, help="renkei 連携: desks of public–private partnership.")
city_app = typer.Typer(no_args_is_help=True, help="Cities of this deployment.")
member_app = typer.Typer(no_args_is_help=True, help="Members of a city.")
project_app = typer.Typer(no_args_is_help=True, help="Read models: how far they are, build them anew.")
audit_app = typer.Typer(no_args_is_help=True, help="Check the logs.")
app.add_typer(city_app, name="city")
app.add_typer(member_app, name="member")
app.add_typer(project_app, name="project")
app.add_typer(audit_app, name="audit")

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


@contextmanager
def bar(title: str) -> Iterator[Any]:
    """A progress bar; yields a function that is told what, how many done, how many in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(title, total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total)


@app.command()
def serve(workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1) -> None:
    """Serve on HOST:PORT until Ctrl-C or SIGTERM. The runner works in this process."""
    from api import serving  # noqa: PLC0415 - commands that do not serve are there three times as fast

    settings = Settings.read()
    serving.serve(
        settings, workers, ready=lambda: out.print(f"renkei serves on http://{settings.host}:{settings.port}")
    )


@app.command()
def demo() -> None:
    """Load the demo data (once) and serve them."""
    from api import serving  # noqa: PLC0415 - as in serve
    from api.demo import load as demo_data  # noqa: PLC0415
    from api.demo.welcome import welcome  # noqa: PLC0415

    settings = Settings.read()
    # The demo's password is published, so a second factor would guard nothing. Nowhere but here is it left out.
    settings = replace(settings, sign_in=msgspec.structs.replace(settings.sign_in, second_factor={}))

    def load(opened: House) -> None:
        if demo_data.loaded(opened.tenancy):
            return
        with logs.at_hand(), opened.owner() as owner, bar("demo") as progress:
            demo_data.load(owner, opened.tenancy, progress)

    serving.serve(settings, 1, load, lambda: welcome(out, settings))


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


@member_app.command("add")
def member_add(
    city: str,
    login: str,
    name: str,
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    department: Annotated[
        UUID | None, typer.Option(help="Bounds what an officer or approver of a department may do.")
    ] = None,
    party: Annotated[
        list[UUID] | None,
        typer.Option(help="A proposer for whom the person stands, instead of roles; may be given several times."),
    ] = None,
) -> None:
    """Add a member to a city; gives a code with which the member chooses a password."""
    with house() as opened, opened.owner() as owner:
        code = opened.tenancy.find(city)
        member = enter_member(opened.tenancy, code, login, name, role or (), department, parties=party or ())
        out.print(f"Member {member.id} is entered as {login!r}.", markup=False)
        tell_invitation(opened, owner, code, member.id)


def tell_invitation(opened: House, owner: Connection[Row], city: CityCode, member: UUID) -> None:
    """Say where a member chooses a password, and the code for it, which ends the one before."""
    code, hours = enrolment.invite(owner, city, member), int(INVITATION.total_seconds()) // 3600
    address = opened.settings.sign_in.address or f"http://{opened.settings.host}:{opened.settings.port}"
    out.print(f"A password is chosen at {address}/desk/{city}/reset/use", **PLAIN)
    out.print(f"with this code, which is good once, for {hours} hours. Hand it to the member alone:", **PLAIN)
    out.print(code, **PLAIN)


@contextmanager
def member_of(city: str, login: str) -> Iterator[tuple[House, Connection[Row], CityCode, UUID]]:
    """The deployment with a connection of the owner, the city's code and the id of the member with a login."""
    with house() as opened, opened.owner() as owner:
        code = opened.tenancy.find(city)
        try:
            member = enrolment.member_id(owner, code, login)
        except NotFound:
            fail(f"Nobody in {city} has the login {login!r}. See that it is spelled as it was entered.")
        yield opened, owner, code, member


@member_app.command("invite")
def member_invite(city: str, login: str) -> None:
    """Give a member a code to choose a password with, the first or another; a code given before ends."""
    with member_of(city, login) as (opened, owner, code, member):
        tell_invitation(opened, owner, code, member)


@member_app.command("sign-out")
def member_sign_out(city: str, login: str) -> None:
    """End every session and token of a member, personal ones included."""
    with member_of(city, login) as (_, owner, code, member):
        enrolment.sign_out(owner, code, member)
        out.print(f"{login!r} is signed out everywhere.", markup=False)


@member_app.command("mail")
def member_mail(city: str, login: str, address: str) -> None:
    """Say where a member gets mail about the account, such as to choose a new secret."""
    with member_of(city, login) as (opened, owner, code, member):
        enrolment.set_mail_address(owner, Vault(opened.keys), code, member, address)
        out.print(f"Mail about the account of {login!r} goes to the address given.", markup=False)


@member_app.command("link")
def member_link(city: str, login: str, issuer: str, subject: str) -> None:
    """Say who a person of an OpenID provider is: ISSUER and SUBJECT as the provider's ID token has them."""
    with member_of(city, login) as (opened, owner, code, member):
        issuers = [provider.issuer for provider in opened.settings.sign_in.of(code)]
        if issuer not in issuers:
            fail(
                f"{city} has no provider with the issuer {issuer!r}, so nobody could sign in by it."
                f" Use one of: {', '.join(issuers) or 'none yet'}; or add the provider to sign-in.toml first."
            )
        try:
            enrolment.link(owner, code, member, issuer, subject)
        except AlreadyThere:
            fail(f"{login!r} or that person is linked with this issuer already. Use `renkei member unlink` first.")
        out.print(f"That person signs in as {login!r}.", markup=False)


@member_app.command("unlink")
def member_unlink(city: str, login: str, issuer: str) -> None:
    """Take a link to an OpenID provider back; whoever is signed in by it is signed out."""
    with member_of(city, login) as (_, owner, code, member):
        try:
            enrolment.unlink(owner, code, member, issuer)
        except NotFound:
            fail(f"{login!r} is not linked with that issuer.")
        out.print(f"Nobody of that issuer signs in as {login!r} any more.", markup=False)


@member_app.command("reset-factor")
def member_reset_factor(city: str, login: str) -> None:
    """Let a member whose authenticator app and recovery codes are lost sign in without; see first that it is they."""
    with member_of(city, login) as (_, owner, code, member):
        enrolment.reset_second_factor(owner, code, member)
        out.print(f"{login!r} signs in without a second factor until one is set up anew.", markup=False)


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
    from api import serving  # noqa: PLC0415 - as in serve

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
