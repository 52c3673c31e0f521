"""`assistant`: serves the page and the API until it is told to end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread
from typing import TYPE_CHECKING

from app import assembly
from app.cli import port
from app.cli.browser import Opener, has_desktop, open_page
from app.cli.ending import Ending
from app.cli.loading import preparing, wait_ready
from app.cli.pair import invite
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import AddressTaken
from app.language import Text
from app.security.addresses import url
from app.settings import Rank, Settings, is_writable

if TYPE_CHECKING:
    from app.assembly import Assistant

AT = Text("The assistant is at {url}", "助手的地址：{url}")
NEIGHBOURS = Text(
    "Other devices in the network reach it at {urls}", "网络中其他设备的访问地址：{urls}"
)
NAMED = Text("It is found there as {url} as well", "在网络中也可以用 {url} 访问")
OPEN_TO_ALL = Text(
    "Warning: everyone in this network can use the assistant, and read what is kept (--no-auth).",
    "警告：此网络中的任何人都能使用这个助手并读取所保存的内容（--no-auth）。",
)
READY = Text("Ready. Ctrl-C ends it.", "已就绪。按 Ctrl-C 结束。")
RUNS_ALREADY = Text(
    "An assistant is running already, at {url}", "已经有一个助手在运行，地址：{url}"
)
NEXT_PORT = Text(
    "Port {taken} is taken by another program; port {port} is used instead.",
    "端口 {taken} 已被其他程序占用，改用端口 {port}。",
)
NOT_KEPT = Text(
    "Nothing will be kept: {folder} is not writable. --data names another folder.",
    "不会保存任何数据：{folder} 不可写。可用 --data 指定其他文件夹。",
)
NO_FOLDER = Text(
    "Nothing will be kept: there is no folder for data. --data names one.",
    "不会保存任何数据：没有数据文件夹。可用 --data 指定一个。",
)
GOODBYE = Text("Ended.", "已结束。")


def run(start: Start) -> int:
    """Returns the exit status. Raises: AddressTaken; what the loading of the model fails with."""
    try:
        return _run(start)
    except AddressTaken as error:
        if is_given(start.settings, "port") or not error.taken:
            raise
        return _run(start)  # another start was a moment faster, and is seen now


def _run(start: Start) -> int:
    settings, terminal = start.settings, start.terminal
    chosen = settings.port
    if not is_given(settings, "port") and not port.is_free(settings.host, chosen):
        if _asks_for_nothing(settings) and port.is_assistant(settings.host, chosen):
            return _open_other(settings, terminal)
        chosen = port.next_free(settings.host, chosen)
        terminal.note(NEXT_PORT.filled(taken=settings.port, port=chosen))
    with ExitStack() as until_the_end:
        opener = until_the_end.enter_context(Opener(os.environ)) if _may_open(settings) else None
        if settings.sandbox:
            assembly.confine(settings)
        with preparing(terminal):
            assistant = until_the_end.enter_context(assembly.assistant(settings, chosen))
        with Ending() as ending:
            _serve(assistant, terminal, ending, opener)
        if terminal.is_watched and ending.number == signal.SIGINT:
            terminal.note("")  # below the “^C” that the terminal shows
        terminal.note(GOODBYE)
    return ending.status


def is_given(settings: Settings, name: str) -> bool:
    """Whether anyone chose this setting: a person, or whoever made this file."""
    return name in settings.ranks


def _asks_for_nothing(settings: Settings) -> bool:
    """Started by itself, as a double-click does: any running assistant will do."""
    wishes = [name for name, rank in settings.ranks.items() if rank is Rank.COMMAND_LINE]
    return set(wishes) <= {"no_browser", "lang"}


def _open_other(settings: Settings, terminal: Terminal) -> int:
    address = port.url(settings.host, settings.port)
    terminal.say(RUNS_ALREADY.filled(url=address))
    if _may_open(settings):
        open_page(address, os.environ)
    return 0


def _may_open(settings: Settings) -> bool:
    return not settings.no_browser and has_desktop(os.environ)


def _serve(assistant: Assistant, terminal: Terminal, ending: Ending, opener: Opener | None) -> None:
    """Serves until it is told to end."""
    server = assistant.server
    server.start()
    serving = Thread(target=server.serve, name="server")
    serving.start()
    told = _told(assistant, terminal)
    try:
        with assembly.announced(assistant.settings, assistant.security, server.port, told):
            _attend(assistant, terminal, ending, opener)
    finally:
        ending.within_limit()
        server.stop()
        serving.join()


def _told(assistant: Assistant, terminal: Terminal) -> Callable[[str], None]:
    """Says the name that the network knows it by, as soon as it has one."""
    port_ = assistant.server.port
    return lambda name: terminal.say(NAMED.filled(url=f"{url(name, port_)}/"))


def _attend(
    assistant: Assistant, terminal: Terminal, ending: Ending, opener: Opener | None
) -> None:
    """Says where it is and how it is doing, until it is time to end."""
    settings = assistant.settings
    address = port.url(settings.host, assistant.server.port)
    assistant.announce(address)
    _announce(assistant, address, terminal)
    if wait_ready(assistant.loading, terminal, ended=lambda: ending.number is not None):
        terminal.say(READY)
        if opener is not None:
            opener.open(address)
        ending.wait()


def _announce(assistant: Assistant, address: str, terminal: Terminal) -> None:
    settings, security = assistant.settings, assistant.security
    terminal.say(AT.filled(url=address))
    if names := security.reachable():
        urls = [url(each, assistant.server.port) for each in names]
        terminal.say(NEIGHBOURS.filled(urls="  ".join(f"{each}/" for each in urls)))
        if security.open_to_all and not security.keys:
            terminal.note(OPEN_TO_ALL)
        else:
            invite(security, urls, terminal)
    if settings.data is None:
        terminal.note(NO_FOLDER)
    elif not is_writable(settings.data):
        terminal.note(NOT_KEPT.filled(folder=settings.data))
