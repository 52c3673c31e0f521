"""Who may use this start, where it is found, and what HTTPS is spoken with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, cast

from app.assembly.files import NOT_READ, names
from app.assembly.history import passing_folder
from app.assembly.library import Opening
from app.bundle import packages
from app.errors import AssistantError, BadSettings
from app.language import Text
from app.security.addresses import EVERYWHERE, reachable
from app.security.hosts import Hosts, is_loopback, own_names
from app.settings import Settings, is_writable

if TYPE_CHECKING:
    from app.security.certificates import Certificates, OwnFiles
    from app.security.devices import Devices
    from app.security.security import Security

FOLDER = "security"
LOOPBACK = "127.0.0.1"

NO_KEYS = Text(
    "There is no key in {path} (--api-key-file).", "{path} 中没有密钥（--api-key-file）。"
)
NO_CERTIFICATE = Text(
    "--ssl-key-file is the key of a certificate: name that too, with --ssl-cert-file.",
    "--ssl-key-file 是证书的私钥，请同时用 --ssl-cert-file 指定证书。",
)

NO_PAIR = Text(
    "The certificate in {path} and the key in {key} cannot be used: both have to be PEM, without "
    "a password, and to belong together (--ssl-cert-file, --ssl-key-file). OpenSSL says: {reason}",
    "{path} 中的证书和 {key} 中的私钥无法使用：两者都应为不带密码的 PEM，并且互相匹配"
    "（--ssl-cert-file、--ssl-key-file）。OpenSSL 的说明：{reason}",
)


def listened_on(host: str) -> str:
    """What to listen on: this machine's people reach it in any case, as those that it knows."""
    each = [name.strip() for name in host.split(",")]
    if any(name in EVERYWHERE or is_loopback(name) for name in each):
        return host
    return f"{host},{LOOPBACK}"


@contextmanager
def security(settings: Settings) -> Iterator[Security]:
    """All of it; without a folder for data, devices are known as long as this start lasts.

    Raises: BadSettings.
    """
    with ExitStack() as until_the_end:
        folder = _Folder(settings, until_the_end)
        from app.security.security import Security

        hosts = Hosts(settings.host, names(settings.allowed_hosts))
        certificates = _certificates(settings, hosts, folder)
        devices = Opening(lambda: _opened(folder))
        until_the_end.callback(devices.close)
        if not hosts.only_here:
            Thread(target=_warm, args=(certificates,), name="certificates", daemon=True).start()
        yield Security(
            hosts=hosts,
            keys=_keys(settings),
            open_to_all=not settings.auth,
            devices=cast("Devices", devices),
            certificates=certificates,
            reachable=partial(_found_at, settings.host, hosts),
        )


def _found_at(host: str, hosts: Hosts) -> list[str]:
    return [*reachable(host), *filter(None, [hosts.announced])]


def _certificates(settings: Settings, hosts: Hosts, folder: _Folder) -> Certificates:
    from app.security.certificates import Certificates

    def called() -> list[str]:
        found = () if hosts.only_here else (*own_names(), *reachable(settings.host))
        return [*dict.fromkeys(("localhost", LOOPBACK, "::1", *found, *sorted(hosts.more)))]

    return Certificates(folder, called, packages.activate, _own_files(settings))


def _own_files(settings: Settings) -> OwnFiles | None:
    """Raises: BadSettings."""
    from app.security.certificates import OwnFiles, context_of

    certificate, key = settings.ssl_cert_file, settings.ssl_key_file
    if certificate is None:
        if key is not None:
            raise BadSettings(NO_CERTIFICATE)
        return None
    for path, flag in ((certificate, "--ssl-cert-file"), (key, "--ssl-key-file")):
        if path is not None and not _is_readable(path):
            raise BadSettings(NOT_READ.filled(path=path, flag=flag))
    found = OwnFiles(certificate, key)
    packages.activate()  # OpenSSL is among them
    try:
        context_of(found)
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise BadSettings(
            NO_PAIR.filled(path=certificate, key=key or certificate, reason=reason)
        ) from error
    return found


def _keys(settings: Settings) -> tuple[str, ...]:
    """Raises: BadSettings."""
    path = settings.api_key_file
    if path is None:
        return names(settings.api_key)
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(NOT_READ.filled(path=path, flag="--api-key-file")) from error
    found = tuple(each for line in lines if (each := line.strip()))
    if not found:  # else whoever wanted it closed would have it open
        raise BadSettings(NO_KEYS.filled(path=path))
    return (*names(settings.api_key), *found)


def _opened(folder: Callable[[], Path]) -> Devices:
    from app.security.devices import Devices  # which few starts on this machine alone need

    return Devices(folder())


def _warm(certificates: Certificates) -> None:
    """The first device does not wait until all that is unpacked and made."""
    with suppress(OSError, AssistantError):  # whoever needs it is told
        certificates.context(LOOPBACK)


class _Folder:
    """Where secrets are kept: chosen when someone first asks."""

    def __init__(self, settings: Settings, until_the_end: ExitStack) -> None:
        self._data = settings.data
        self._until_the_end = until_the_end
        self._chosen: Path | None = None

    def __call__(self) -> Path:
        if self._chosen is None:
            kept = self._data is not None and is_writable(self._data)
            base = self._data if kept and self._data else passing_folder(self._until_the_end)
            self._chosen = base / FOLDER
        return self._chosen


def _is_readable(path: Path) -> bool:
    with suppress(OSError), path.open("rb"):
        return True
    return False
