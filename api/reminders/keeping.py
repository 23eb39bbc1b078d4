"""The work beside the serving: put in what is due, send what was put in, again and again."""

from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Final

import psycopg
import structlog
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from api.reminders.letters import letters
from api.signing.mail import Mail
from api.signing.settings import SignIn
from domain.days_in_words import in_japanese
from domain.errors import RenkeiError
from domain.organisation import Organisation
from domain.policy import Reminders
from domain.values import CityCode
from domain.words import WORDS
from projections.due import waiting
from tenants.lookups import policy_in_force
from tenants.outbox import Handed, Outbox
from tenants.standing import standing
from tenants.tenancy import JAPAN, Tenancy

log: Final = structlog.get_logger("renkei.reminders")

EVERY: Final = 60.0
"""Seconds between two rounds."""
CITIES: Final = "select city from renkei.cities order by city"
OWN: Final = Path(__file__).parent
UNWRITTEN: Final = (TemplateError, OSError, ValueError)
"""What a template of a city's own raises that is wrong, cannot be opened, or is not UTF-8."""


def keep_reminders(tenancy: Tenancy, told: SignIn, data: Path, stop: Event) -> None:
    """Look after the outbox of every city until told to stop; what fails is told and tried again."""
    while not stop.wait(EVERY):
        try:
            with tenancy.pool.connection() as connection:
                cities = [CityCode(city) for (city,) in connection.execute(CITIES).fetchall()]
            for city in cities:
                remind(tenancy, city, told, data)
        except RenkeiError as error:
            log.warning("reminders", problem=error.code)
        except psycopg.Error as error:
            log.warning("reminders", problem=type(error).__name__)


def remind(tenancy: Tenancy, city: CityCode, told: SignIn, data: Path) -> None:
    """One round for one city, if its policy wants any. Raises RenkeiError."""
    rule = policy_in_force(tenancy, city).reminders
    if rule is None:
        return
    put_in(tenancy, city, rule)
    if told.mail is not None:
        send(tenancy, city, rule, Mail(told.mail), told.address or "", data)


def put_in(tenancy: Tenancy, city: CityCode, rule: Reminders) -> int:
    """What is due today and not in the outbox yet; gives how many."""
    now, today = standing(tenancy, city), tenancy.today()
    found = waiting(tenancy, city, datetime.now(JAPAN) - timedelta(days=1))
    organisation: Organisation = now.organisation.state
    return Outbox(tenancy, city).put(letters(rule, today, found, now.rights_on(today), organisation))


def send(tenancy: Tenancy, city: CityCode, rule: Reminders, mail: Mail, address: str, data: Path) -> None:
    """Hand the mails whose time has come to the mail server; what it does not take comes again later."""
    texts = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([data / "mail" / city, OWN]),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    outbox = Outbox(tenancy, city)
    for each in outbox.due():
        try:
            whole = text_of(texts, city, each, address, english=rule.english)
        except UNWRITTEN as error:
            log.error("reminder_not_written", city=city, kind=each.letter.kind, problem=type(error).__name__)  # noqa: TRY400
            continue
        if mail.hand_in(each.address, whole, str(each.id)):
            outbox.sent(each.id)


def text_of(
    texts: ImmutableSandboxedEnvironment, city: CityCode, handed: Handed, address: str, *, english: bool
) -> str:
    """A mail, its subject the first line. Raises what ``UNWRITTEN`` names."""
    letter = handed.letter
    kind, due_on = letter.facts["kind"], letter.facts["due_on"]
    return texts.get_template(f"{letter.kind}.{'en' if english else 'ja'}.txt").render(
        kind=kind if english else WORDS.get(kind, kind),
        due_on=due_on if english or due_on is None else in_japanese(date.fromisoformat(due_on)),
        about=letter.about,
        link=f"{address}/desk/{city}/sign-in",
    )
