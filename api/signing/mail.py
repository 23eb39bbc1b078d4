"""Mails about a member's own account, handed to the deployment's mail server (メール送信)."""

import smtplib
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.signing.settings import MailServer

log: Final = structlog.get_logger("renkei.identity")

PATIENCE: Final = 10.0
TEXTS: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=False,  # noqa: S701 - plain text
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class Mail:
    """Sends; a mail that cannot be handed in is logged, since who asked for it is told nothing of it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, address: str, template: str, **told: str) -> bool:
        """Hand in a mail, its subject the first line of the template; whether the server took it."""
        return self.hand_in(address, TEXTS.get_template(template).render(**told))

    def hand_in(self, address: str, whole: str, name: str | None = None) -> bool:
        """Hand in a mail whose subject is its first line; whether the server took it.

        The same ``name`` gives the same Message-ID, by which a mail that was handed in twice is known as one.
        """
        subject, _, text = whole.partition("\n")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._server.sender, address, subject
        domain = self._server.sender.partition("@")[2]
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{name}@{domain}>" if name else make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.lstrip("\n"))
        try:
            self._hand_in(message)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            log.error("mail_not_sent", problem=type(error).__name__)  # noqa: TRY400 - its text may hold the address
            return False
        return True

    def _hand_in(self, message: EmailMessage) -> None:
        """Raises OSError, SMTPException and ValueError before the server took it, nothing after."""
        told = self._server
        if told.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                told.host, told.port, timeout=PATIENCE, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(told.host, told.port, timeout=PATIENCE)
        with closing(connection):
            if told.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if told.user is not None:
                connection.login(told.user, told.password)
            connection.send_message(message)
            with suppress(smtplib.SMTPException):  # it has the mail, however it takes its leave
                connection.quit()
