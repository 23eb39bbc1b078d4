"""Documents that are known before they are asked for: of our own pages, and those an operator adds (信頼済み文書).

Each is a file with the ending ``.graphql``. Its id is ``sha256:`` and the SHA-256 of its text, as in the appendix
"Persisted Documents" of GraphQL over HTTP (draft of 2026): a request names it as ``documentId`` in place of ``query``.
Nothing can be added by a request.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from api.graphql.asking import Asked
from api.graphql.refusals import DocumentsTrustedOnly, DocumentUnknown

ENDING: Final = ".graphql"


def id_of(text: str) -> str:
    """``sha256:`` and 64 hexadecimal digits: the SHA-256 of a document's text in UTF-8."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Id to text. ``only``: whether nothing else is carried out."""

    texts: Mapping[str, str] = field(default_factory=dict)
    only: bool = False

    def text_of(self, asked: Asked) -> str:
        """The document that a request means. Raises DocumentUnknown, DocumentsTrustedOnly."""
        if asked.document_id is not None:
            text = self.texts.get(asked.document_id)
            if text is None:
                raise DocumentUnknown(id=asked.document_id[:100])
            return text
        text = asked.query or ""
        if self.only and id_of(text) not in self.texts:
            raise DocumentsTrustedOnly
        return text


NOTHING: Final = Trusted()
"""Every document is taken, and none has an id."""


def read(folders: Iterable[Traversable | Path]) -> dict[str, str]:
    """Name of a document (its file's name without the ending) to its text; a folder that is not there holds none."""
    files = (file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.name.endswith(ENDING))
    return {file.name.removesuffix(ENDING): file.read_text(encoding="utf-8") for file in files}


def trusted(texts: Iterable[str], *, only: bool = False) -> Trusted:
    """These documents by their ids."""
    return Trusted({id_of(text): text for text in texts}, only)
