"""Lets another device in: a QR code and a PIN, at the start and by `assistant pair`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import assembly
from app.cli import port
from app.cli.client import Client
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.language import Text
from app.security import qr

if TYPE_CHECKING:
    from app.security.security import Security

PIN = Text(
    "To let a device in, scan this, or open {url} on it and enter {pin}. It is good for one device "
    "and {minutes} minutes; another: assistant pair",
    "要让设备接入，请扫描二维码，或在设备上打开 {url} 并输入 {pin}。仅供一台设备使用，"
    "{minutes} 分钟内有效；再次获取：assistant pair",
)
HINT = Text(
    "Devices have to be paired first: assistant pair shows a code for one.",
    "设备需要先配对：assistant pair 会显示配对码。",
)


def run(start: Start) -> int:
    """Returns the exit status. Raises: Refused; AssistantError where no assistant answers."""
    settings = start.settings
    folder = assembly.folder_of(settings)
    other = assembly.holder(folder) if folder else None
    url = (other and other.url) or port.url(settings.host, settings.port)
    client = Client(url, settings.api_key, start.terminal.language)
    found = client.get("/v1/pairing")
    _show(start.terminal, found["links"][0]["url"], found["pin"], found["qr"], found["expires_in"])
    return 0


def invite(security: Security, urls: list[str], terminal: Terminal) -> None:
    """Show how a device gets in, where a person is watching; a log is to hold no PIN."""
    if not terminal.out.isatty():
        terminal.say(HINT)
        return
    invitation = security.pairing.current()
    picture = qr.rows(f"{urls[0]}/pair#{invitation.code}")
    _show(terminal, urls[0], invitation.pin, picture, 600)


def _show(terminal: Terminal, url: str, pin: str, picture: list[str], seconds: float) -> None:
    if "utf" in (getattr(terminal.out, "encoding", None) or "").lower():
        terminal.say("\n".join(qr.printed(picture)))
    digits = f"{pin[:3]} {pin[3:]}"
    terminal.say(PIN.filled(url=f"{url}/", pin=digits, minutes=max(1, round(seconds / 60))))
