"""What stands around a process, and what does not, and why."""

from __future__ import annotations

from dataclasses import dataclass

from app.language import Text


@dataclass(frozen=True, slots=True)
class Wall:
    """One means of confinement. `why`: what keeps it from standing; None where it stands."""

    name: str
    title: Text
    why: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it is on."""
        return self.why is None
