"""What HTTPS is spoken with: a certificate for every address of this machine, kept up to date."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.security.hosts import address_of

if TYPE_CHECKING:
    import ssl

    from app.security.authority import Authority

_log = logging.getLogger(__name__)

FILE = "https.pem"
LOOKED_AT_EACH_S = 86_400.0


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Somebody's own certificate, with its chain, and its key."""

    certificate: Path
    key: Path | None


class Certificates:
    """Gives each connection what it is secured with; makes that when it is first asked for.

    `folder` gives where keys are kept; `names`: what this machine is called and where it is found;
    `prepare` makes the packages importable that all this takes.
    """

    def __init__(
        self,
        folder: Callable[[], Path],
        names: Callable[[], list[str]],
        prepare: Callable[[], None] = lambda: None,
        own: OwnFiles | None = None,
    ) -> None:
        self._folder = folder
        self._names = names
        self._prepare = prepare
        self._own = own
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._covered: frozenset[str] = frozenset()
        self._seen: set[str] = set()  # addresses that connections came to
        self._made_at = 0.0

    @property
    def authority(self) -> bytes | None:
        """The certificate for devices to trust; None: somebody's own is used. Raises: OSError."""
        return None if self._own else self._authority.certificate_der

    @property
    def fingerprint(self) -> str:
        """Of that certificate, for people to compare. Raises: OSError."""
        return self._authority.fingerprint

    def context(self, address: str) -> ssl.SSLContext:
        """For a connection that came to an address of this machine.

        Raises: OSError, also where somebody's own files are not what they should be.
        """
        with self._lock:
            if found := address_of(address):
                self._seen.add(str(found))
            if self._context is None:
                self._context = self._new()
            elif not self._is_current():
                try:
                    self._context = self._new()
                except OSError as error:
                    if self._own is None:
                        raise
                    # One of two files is renewed before the other.
                    _log.warning("the certificate stays what it was: %s", error)
            return self._context

    def _new(self) -> ssl.SSLContext:
        self._prepare()
        made = context_of(self._current_file())
        self._made_at = time.time()
        return made

    def renew(self) -> None:
        """It may be called otherwise now: the next connection gets a certificate that says so."""
        self._made_at = 0.0

    def _is_current(self) -> bool:
        if self._own:
            return self._own.certificate.stat().st_mtime < self._made_at  # else it was renewed
        known = self._covered >= self._seen
        return known and abs(time.time() - self._made_at) < LOOKED_AT_EACH_S

    def _current_file(self) -> OwnFiles:
        if self._own:
            return self._own
        path, wanted = self._folder() / FILE, self._wanted()
        if not wanted <= self._covered_by(path):
            from app.security.authority import write_secret

            _log.info("a new certificate for %s", ", ".join(sorted(wanted)))
            write_secret(path, self._authority.leaf(sorted(wanted)))
        self._covered = self._covered_by(path)
        return OwnFiles(path, None)

    def _wanted(self) -> frozenset[str]:
        # Behind port forwarding, say, this machine does not know all its addresses.
        return frozenset(filter(self._authority.covers, {*self._names(), *self._seen}))

    def _covered_by(self, path: Path) -> frozenset[str]:
        from app.security.authority import is_signed_by, names_in

        try:
            content = path.read_bytes()
            return names_in(content) if is_signed_by(content, self._authority) else frozenset()
        except (FileNotFoundError, ValueError):
            return frozenset()

    @cached_property
    def _authority(self) -> Authority:
        self._prepare()
        from app.security.authority import Authority

        return Authority.in_folder(self._folder())


def context_of(files: OwnFiles) -> ssl.SSLContext:
    """What speaks HTTPS with these files. Raises: OSError, where they are not what they should."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # Nobody is asked for a password: there may be no one there.
    context.load_cert_chain(files.certificate, files.key, password=b"")
    return context
