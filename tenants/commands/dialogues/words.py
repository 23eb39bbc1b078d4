"""Messages, notes, and what the city hands over (連絡・メモ・市情報の提供)."""

from dataclasses import dataclass
from typing import Annotated, Any

from domain import dialogue as domain
from domain.circumstances import Act
from domain.dialogue import Dialogue
from domain.values import Audience, Mark
from tenants.commands.dialogues.wish import Deciding, DialogueWish, Talking, Visitor
from tenants.saying import Says, ToDepartment, ToProposer
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Talking):
    """Write to the proposer."""

    name = "dialogue.sendMessage"
    ja = "提案者に連絡する"
    records = domain.MessageSent

    text: ToProposer

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"message": context.new_id("message")}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterMessage(Talking):
    """Enter what the proposer wrote or said, on the day it came."""

    name = "dialogue.enterMessage"
    ja = "提案者からの連絡を記録する"
    records = domain.MessageReceived

    text: Annotated[str, Says(Audience.PROPOSER, (Mark.KNOW_HOW,), own=True)]

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"message": context.new_id("message")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(DialogueWish):
    """Note something that the proposer does not see: for the departments, or for the desk and the council alone."""

    name = "dialogue.note"
    ja = "内部メモを残す"
    records = domain.Noted

    text: ToDepartment
    read_by: domain.NoteFor = domain.NoteFor.DEPARTMENT

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id, and the text for whom it is."""
        del state
        text = Says(Audience(self.read_by.value)).sealed("text", self.text, context.file)
        return {"note": context.new_id("note"), "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose(Deciding):
    """Hand information of the city to the proposer, who keeps it secret: what, to whom, on which condition."""

    name = "dialogue.disclose"
    ja = "市の情報を提供する"
    records = domain.Disclosed

    what: Annotated[str, Says(Audience.DEPARTMENT, (Mark.NON_DISCLOSURE,))]
    recipient: Visitor
    condition: ToProposer

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"disclosure": context.new_id("disclosure")}

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.DISCLOSE
