"""Recordings of kinds that are known, but that no library here decodes."""

from __future__ import annotations

from app.speech.media.stream import Foreign

_TRANSPORT_PACKET = 188
_TRANSPORT_MARK = 0x47
_BEGINNINGS = (
    (b"#!AMR", "AMR"),
    (b"\x02#!SILK", "SILK (WeChat, QQ)"),
    (b"#!SILK", "SILK (WeChat, QQ)"),
    (bytes.fromhex("3026b2758e66cf11"), "WMA, WMV"),
    (b"FLV\x01", "FLV"),
    (b".RMF", "RealMedia"),
)
_CODECS = {
    "samr": "AMR",
    "sawb": "AMR-WB",
    "ac-3": "AC-3",
    "ec-3": "AC-3",
    "A_AC3": "AC-3",
    "A_EAC3": "AC-3",
    "A_DTS": "DTS",
}


def known(data: bytes) -> Foreign | None:
    """What a file is by its beginning, if that is one of them."""
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return Foreign("AVI")
    if data[:4] == b"OggS" and b"Speex   " in data[:64]:
        return Foreign("Speex")
    marks = data[::_TRANSPORT_PACKET]
    if len(marks) > 1 and set(marks) == {_TRANSPORT_MARK}:
        return Foreign("MPEG-TS")
    return next((Foreign(name) for start, name in _BEGINNINGS if data.startswith(start)), None)


def codec(name: str) -> Foreign:
    """What a container names as the kind of its sound."""
    return Foreign(_CODECS.get(name, name))
