"""A sample file: one page that says that it is a sample, made by code alone and always the same (見本の書類).

PDF 1.4 (ISO 32000-1) without fonts inside: a reader shows the text in a Japanese font of its own.
"""

from typing import Final

A4: Final = "0 0 595 842"
FONT: Final = "/HeiseiKakuGo-W5"
JAPANESE: Final = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
MEASURES: Final = (
    "/Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114"
)
HEAD: Final = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def page(lines: tuple[str, ...]) -> bytes:
    """A page with these lines of text, without signs beyond the first 65,536 of Unicode."""
    shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 20 TL 56 770 Td {shown} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{A4}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Type /Font /Subtype /Type0 /BaseFont {FONT} /Encoding /UniJIS-UCS2-H /DescendantFonts [6 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont {FONT} /DW 1000 /FontDescriptor 7 0 R {JAPANESE} >>",
        f"<< /Type /FontDescriptor /FontName {FONT} {MEASURES} >>",
    )
    made, places = bytearray(HEAD), list[int]()
    for number, told in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{told}\nendobj\n".encode("ascii")
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    made += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{rows}{trailer}".encode("ascii")
    return bytes(made)
