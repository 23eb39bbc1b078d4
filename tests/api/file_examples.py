"""Files to be sent, for the tests of attachments: such as are taken, unusual ones that are, and such as are not."""

import zipfile
from io import BytesIO
from typing import Final

from tenants.files.kinds import OFFICE

END_OF_PDF: Final = b"\n%%EOF\n"
PDF: Final = b"%PDF-1.7\n" + "見積 二百四十万円".encode() + END_OF_PDF
PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(100) + b"\0\0\0\0IEND\xaeB`\x82"
JPEG: Final = b"\xff\xd8\xff" + bytes(100) + b"\xff\xd9"
GIF: Final = b"GIF89a" + bytes(100) + b";"
WEBP: Final = b"RIFF" + (104).to_bytes(4, "little") + b"WEBP" + bytes(100)


def box(name: bytes, content: bytes, length: int | None = None) -> bytes:
    """A box of the ISO base media format."""
    return (8 + len(content) if length is None else length).to_bytes(4) + name + content


def picture(major: str, *brands: str, version: bytes = bytes(4), length: int | None = None, more: bytes = b"") -> bytes:
    """A picture of telephones that says to conform to these brands, as far as anybody looks at it; ``more``: boxes."""
    named = box(b"ftyp", major.encode() + version + "".join(brands).encode(), length)
    return named + more + box(b"meta", bytes(40)) + box(b"mdat", bytes(200))


HEIC: Final = picture("heic", "heic")


def office(
    ending: str = ".docx",
    main: str | None = None,
    more: dict[str, bytes] | None = None,
    before: bytes = b"",
    remark: bytes = b"",
) -> bytes:
    """A small Office file; ``main`` in place of the type of its main part, ``more`` parts beside it.

    ``before``: what stands before its zip, whose places count it; ``remark``: the zip's own, at its end.
    """
    told = {".docx": "wordprocessingml.document", ".xlsx": "spreadsheetml.sheet"}
    kind = told.get(ending, "presentationml.presentation")
    listed = f'<?xml version="1.0"?><Types><Override ContentType="{main or f"{OFFICE}.{kind}.main+xml"}"/></Types>'
    made = BytesIO(before)
    made.seek(len(before))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.comment = remark
        packed.writestr("word/document.xml", "<document/>")
        for name, content in (more or {}).items():
            packed.writestr(name, content)
        packed.writestr("[Content_Types].xml", listed)
    return made.getvalue()


def pointing_behind(whole: bytes) -> bytes:
    """A zip whose list of parts, by its directory, stands further on than the file is long."""
    at = whole.rindex(b"PK\x01\x02") + 42
    return whole[:at] + (0x7FFFFFF0).to_bytes(4, "little") + whole[at + 4 :]


GOOD: Final = {
    "a.pdf": PDF,
    "a.docx": office(".docx"),
    "a.xlsx": office(".xlsx"),
    "a.pptx": office(".pptx"),
    "a.png": PNG,
    "a.JPG": JPEG,
    "a.gif": GIF,
    "a.webp": WEBP,
    "IMG_0042.HEIC": picture("heic", "mif1", "MiHB", "MiHE", "MiPr", "miaf", "heic", "tmap"),
    "a.heif": picture("mif1", "mif1", "avif"),
    "a.hif": picture("heix", "mif1", "heix"),
}
HONEST: Final = {
    "a pdf with blanks and padding behind": ("a.pdf", PDF + b"\r\n \0" + bytes(900), None),
    "a pdf that was added to": ("a.pdf", PDF + b"2 0 obj\nendobj" + END_OF_PDF, None),
    "a pdf that holds a zip": ("a.pdf", b"%PDF-1.7\n" + office() + b"\nendstream" + END_OF_PDF, None),
    "a telephone's jpeg with a film behind": ("a.jpg", JPEG + box(b"ftyp", b"mp42") + box(b"mdat", bytes(50)), None),
    "a padded gif": ("a.gif", GIF + bytes(9), None),
    "a webp of odd length": ("a.webp", WEBP[:4] + (105).to_bytes(4, "little") + WEBP[8:] + b"\1", None),
    "a padded webp of odd length": ("a.webp", WEBP[:4] + (105).to_bytes(4, "little") + WEBP[8:] + b"\1\0", None),
    "a heic that says so first and not in its list": ("a.heic", picture("heic", "mif1"), None),
    "a heic with a long list": ("a.heic", picture("isom", *["mif1"] * 40, "heic"), None),
    "a heic by the wider name": ("a.heic", HEIC, "image/heif"),
    "a heic with a long box": (
        "a.heic",
        HEIC + b"\0\0\0\1free" + (26).to_bytes(8) + bytes(10),
        None,
    ),
    "a heic with a box up to its end": ("a.heic", HEIC + b"\0\0\0\0mdat" + bytes(9), None),
}
BAD: Final = {
    "html as pdf": ("a.pdf", b"<!DOCTYPE html><script>alert(1)</script>", None),
    "html before pdf": ("a.pdf", b"<html>" + PDF, None),
    "html": ("a.html", b"<html></html>", "text/html"),
    "svg": ("a.svg", b"<svg/>", "image/svg+xml"),
    "program": ("a.exe", b"MZ", "application/octet-stream"),
    "old office": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    "encrypted office": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), None),
    "declared otherwise": ("a.pdf", PDF, "text/html"),
    "declared not at all": ("a.pdf", PDF, "application/octet-stream"),
    "named otherwise": ("a.png", PDF, None),
    "with macros by name": ("a.docm", office(), "application/vnd.ms-word.document.macroEnabled.12"),
    "with macros by type": ("a.docx", office(main="application/vnd.ms-word.document.macroEnabled.main+xml"), None),
    "with macros inside": ("a.docx", office(more={"word/vbaProject.bin": b"x"}), None),
    "with hidden macros": ("a.docx", office(main="application/vnd.ms-word.document.&#109;acroEnabled.main+xml"), None),
    "sheet as document": ("a.docx", office(".xlsx"), None),
    "any zip": ("a.docx", office(main="text/plain"), None),
    "zip cut off": ("a.docx", office()[:-30], None),
    "zip with more behind": ("a.docx", office() + b"<script>", None),
    "zip that points behind its end": ("a.docx", pointing_behind(office()), None),
    "zip bomb": ("a.docx", office(main="0" * 50_000_000), None),
    "zip with something before": ("a.docx", office(before=b"PK\x03\x04<script>alert(1)</script>"), None),
    "script behind a pdf": ("a.pdf", PDF + b"<script>alert(1)</script>", None),
    "page far behind a pdf": ("a.pdf", PDF + b"<html>" + bytes(2000), None),
    "pdf that ends a kibibyte before its end": ("a.pdf", PDF + bytes(1024), None),
    "pdf cut off": ("a.pdf", PDF[:-7], None),
    "zip behind a pdf": ("a.pdf", PDF + office(), None),
    "zip behind a pdf, with its end in a remark": ("a.pdf", office(before=PDF, remark=END_OF_PDF), None),
    "blank before a pdf": ("a.pdf", b"\n" + PDF, None),
    "zip behind a png": ("a.png", PNG + office(), None),
    "script behind a png": ("a.png", PNG + b"<script>", None),
    "png cut off": ("a.png", PNG[:-1], None),
    "zip behind a jpeg": ("a.jpg", JPEG + office(), None),
    "script behind a gif": ("a.gif", GIF + b"<script>", None),
    "script behind a webp": ("a.webp", WEBP + b"<script>", None),
    "webp cut off": ("a.webp", WEBP[:-1], None),
    "webp without webp": ("a.webp", WEBP[:8] + b"WAVE" + WEBP[12:], None),
    "film as heic": ("a.heic", picture("mp42", "isom"), None),
    "avif as heic": ("a.heic", picture("avif", "mif1"), None),
    "heic without mif1 as heif": ("a.heif", HEIC, None),
    "sequence as heif": ("a.heif", picture("msf1", "hevc"), None),
    "brand in the version": ("a.heic", picture("isom", "isom", version=b"heic"), None),
    "brand behind the list": ("a.heic", picture("isom", "isom", more=box(b"free", b"heic")), None),
    "brands in another box": ("a.heic", box(b"free", b"heic\0\0\0\0heic") + picture("isom", "isom"), None),
    "brand list of odd length": ("a.heic", picture("isom", "heic", length=19), None),
    "heic behind something": ("a.heic", box(b"free", b"<script>") + HEIC, None),
    "script behind a heic": ("a.heic", HEIC + b"<script>alert(1)</script>", None),
    "heic cut off": ("a.heic", HEIC[:-1], None),
    "heic of endless boxes": ("a.heic", HEIC + box(b"free", b"") * 100, None),
    "zip inside the last box of a heic": ("a.heic", HEIC + box(b"free", office()), None),
    "jpeg as heic": ("a.heic", JPEG, None),
    "heic declared as jpeg": ("a.heic", HEIC, "image/jpeg"),
    "empty": ("a.pdf", b"", None),
    "slash in its name": ("a/b.pdf", PDF, None),
    "turned name": ("a\u202efdp.pdf", PDF, None),
    "no name": (" ", PDF, "application/pdf"),
}
