"""Which encoding a text is in, by its bytes alone."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LEGACY = ("gb18030", "big5hkscs", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1252")
SAMPLE_BYTES = 65_536

# What every other character of a running text is one of, where encodings share their bytes.
FREQUENT = {
    "gb18030": (
        "，。、；：？！“”《》（）的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也"
        "你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起"
        "看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情"
        "明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身"
        "果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义"
        "各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管"
        "期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且"
        "权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识"
        "候带导争运"
    ),
    "big5hkscs": (
        "，。、；：？！「」《》（）的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也"
        "你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起"
        "看定天分還進好小部其些主樣理心本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情"
        "明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身"
        "果加西斯月話合回特代內信表化老給世位次度門任"
    ),
    "euc_kr": (
        "이다는의가을를에하고한지기사대로도인자서어은리해그나시아일있정보수부공과전라요것만주니스"
        "들으게여상적면제조성구동생안장마신년원당용세문습했화할선물내중모유방연우개인합방무경위관"
        "실분국소러치명발영금오비"
    ),
    "shift_jis": (
        "、。「」のにはをたがでてとしれさいるあなもこりっまかすらんくきけそ年日大本人国中一出学生"
        "時会分月"
    ),
}
FREQUENT["euc_jp"] = FREQUENT["shift_jis"]

DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of bytes in any encoding; what cannot be decoded becomes U+FFFD.

    `declared` is believed where it fits: a mail header's charset, say.
    """
    for bom, name in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    if wide := _utf16_without_mark(data[:SAMPLE_BYTES]):
        return data.decode(wide, "replace")
    for named in (declared, "utf-8"):
        if named and (text := _strictly(data, named)) is not None:
            return text
    return data.decode(guess(data[:SAMPLE_BYTES]), "replace")


def declared_in(data: bytes) -> str | None:
    """The encoding that an HTML or XML text names in its first kilobyte."""
    found = DECLARED.search(data[:1024])
    return found.group(1).decode("ascii") if found else None


def guess(sample: bytes) -> str:
    """The likeliest encoding of a text that is neither UTF-8 nor UTF-16."""
    scores = {name: _plausibility(sample, name) for name in LEGACY}
    return max(LEGACY, key=lambda name: scores[name])


def looks_like_text(sample: bytes) -> bool:
    """Whether bytes are text in some encoding, rather than a binary file."""
    if sample.startswith(tuple(bom for bom, _ in BOMS)) or _utf16_without_mark(sample):
        return True
    control = sum(sample.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f\x1b")
    return control <= len(sample) // 200


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _utf16_without_mark(sample: bytes) -> str | None:
    """Half of a Western text's bytes in UTF-16 are zero, all on one side."""
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(sample) >= 4 and zeros.count(0) > len(zeros) * 0.4:
            return name
    return None


def _plausibility(sample: bytes, name: str) -> float:
    """How much the decoded sample looks like what people write, per character."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        text = decoder.decode(sample)  # not final: the sample may end inside a character
    except UnicodeDecodeError:
        return -1.0
    foreign = [character for character in text if character > "\x7f"]
    if not foreign:
        return 0.0
    common, frequent = _common(name), FREQUENT.get(name, "")
    score = 0.0
    for character in foreign:
        if character in common:
            score += 1.0 if not frequent or character in frequent else 0.6
        elif unicodedata.category(character) in ("Co", "Cn", "Cc", "So", "Sk", "Sm"):
            score -= 1.0
    return score / len(foreign) - _mixed_words(text) / len(foreign)


@lru_cache
def _common(name: str) -> frozenset[str]:
    """The characters that texts in this encoding are mostly made of."""
    return frozenset(b"".join(_rows(name)).decode(name, "ignore")) | frozenset(
        "，。、；：？！“”《》（）「」"
    )


def _rows(name: str) -> list[bytes]:
    """Each standard puts its frequent characters first: a level of its own.

    Source: GB 2312 level 1 (rows 16 to 55), Big5 frequent characters (0xA440 to 0xC67E),
    JIS X 0208 level 1 (rows 16 to 47) and kana, KS X 1001 Hangul (rows 16 to 40).
    """
    if name == "gb18030":
        return [bytes((a, b)) for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF)]
    if name == "big5hkscs":
        trail = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
        return [bytes((a, b)) for a in range(0xA4, 0xC7) for b in trail if (a, b) <= (0xC6, 0x7E)]
    if name in ("shift_jis", "euc_jp"):
        rows = [bytes((a, b)) for a in (0xA4, 0xA5, *range(0xB0, 0xD0)) for b in range(0xA1, 0xFF)]
        return [row.decode("euc_jp", "ignore").encode(name, "ignore") for row in rows]
    if name == "euc_kr":
        return [bytes((a, b)) for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF)]
    if name == "cp1251":
        return [
            bytes((code,)) for code in (*range(0xC0, 0x100), 0xA8, 0xB8, 0xAB, 0xBB, 0x97, 0xB9)
        ]
    return [
        bytes((code,))
        for code in (
            *range(0xC0, 0x100),
            *b"\x80\x85\x91\x92\x93\x94\x96\x97\xa3\xa7\xa9\xab\xae\xb0\xbb\xbf\xa1\xdf\x9c\x8c\xb7\xe9",
        )
    ]


def _mixed_words(text: str) -> int:
    """Words whose Latin letters stand directly beside ideographs or Cyrillic: wrongly read ones."""
    return len(re.findall(r"[A-Za-z][\u0400-\u04ff\u3400-\u9fff\uac00-\ud7a3][A-Za-z]", text))
