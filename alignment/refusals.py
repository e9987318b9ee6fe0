"""How a service says no: one sentence, one stable code, and where."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its name, a stable code, and what to do about it."""

    field: str
    code: str
    detail: str


@dataclass
class Refused(Exception):
    """A request that was understood and not carried out; nothing changed.

    `code` is stable: pages, API and commands key on it. `status` is what HTTP answers. `stands`: what was found on the way was put
    right and stays so, whoever asked; a transaction around it ends well.
    """

    code: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    status: int = 400
    stands: bool = False

    def __str__(self) -> str:
        return self.detail
