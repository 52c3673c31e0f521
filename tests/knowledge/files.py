"""Small documents of many formats, made from scratch, and the words that are in them."""

from __future__ import annotations

import base64
import struct
import zipfile
from email.message import EmailMessage
from io import BytesIO

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(members: dict[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str) -> bytes:
    styles = (
        f'<w:styles {W}><w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>'
    )
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": styles,
        }
    )


def word_paragraph(text: str, style: str = "", before: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r>{before}<w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: list[list[str]]) -> str:
    cells = ["".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def pptx(titles: list[str]) -> bytes:
    """Slides that are shown in this order, and stored in the opposite one."""
    count = len(titles)
    stored = {title: count - at for at, title in enumerate(titles)}
    shown = "".join(
        f'<p:sldId id="{at}" r:id="r{stored[title]}"/>' for at, title in enumerate(titles)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="x/slide" Target="slides/slide{n}.xml"/>'
        for n in range(1, count + 1)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "ppt/presentation.xml": f"<p:deck {P}><p:sldIdLst>{shown}</p:sldIdLst></p:deck>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    for title, number in stored.items():
        shape = (
            '<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        members[f"ppt/slides/slide{number}.xml"] = f"<p:sld {P}><p:cSld>{shape}</p:cSld></p:sld>"
    return zipped(members)


def odt(body: str) -> bytes:
    names = 'xmlns:text="urn:t" xmlns:office="urn:o" xmlns:table="urn:tb"'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:body {names}><office:text>{body}</office:text></office:body>",
        }
    )


def epub(chapters: list[str]) -> bytes:
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml"/>' for n in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
        "OPS/book.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    for number, chapter in enumerate(chapters):
        members[f"OPS/c{number}.xhtml"] = f"<html><body>{chapter}</body></html>"
    return zipped(members)


def mail(subject: str, text: str, attachments: dict[str, bytes] | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "ann@example.org",
        "bo@example.org",
    )
    message["Date"] = "Fri, 16 Dec 2022 17:04:16 -0500"
    message.set_content(text)
    for name, content in (attachments or {}).items():
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


def mbox(messages: list[bytes]) -> bytes:
    return b"".join(
        b"From ann@example.org Fri Dec 16 17:04:16 2022\n" + m + b"\n" for m in messages
    )


def enex(title: str, text: str, attachments: dict[str, bytes] | None = None) -> bytes:
    resources = "".join(
        f"<resource><data encoding='base64'>{base64.b64encode(content).decode()}</data>"
        f"<resource-attributes><file-name>{name}</file-name></resource-attributes></resource>"
        for name, content in (attachments or {}).items()
    )
    note = f"<![CDATA[<en-note><div>{text}</div></en-note>]]>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><en-export><note>'
        f"<title>{title}</title><content>{note}</content>{resources}</note></en-export>"
    ).encode()


def pdf(pages: list[list[tuple[float, str]]]) -> bytes:
    """Pages of lines, each (size, text) in Latin letters, from the top downwards."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for lines in pages:
        y, drawn = 780.0, ""
        for size, text in lines:
            y -= size * 1.4
            drawn += f"BT /F {size} Tf 72 {y:.1f} Td ({text}) Tj ET\n"
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents "
            f"{len(objects)} 0 R /Resources << /Font << /F 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _pdf_file(objects)


def _pdf_file(objects: list[str]) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return out + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    ).encode("latin-1")


def bitmap(width: int = 8, height: int = 8) -> bytes:
    """A white picture."""
    row = b"\xff" * (width * 3 + (-width * 3) % 4)
    pixels = row * height
    header = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    return (
        header
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
        + pixels
    )
