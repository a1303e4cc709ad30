"""What goes wrong, as the runtime says it."""

from __future__ import annotations

import json
from typing import TypedDict

# By gdlrt_status.
_STATUS = ("ok", "bad-program", "bad-case", "no-memory", "stopped", "bad-argument", "undecided", "bad-file")


class _Told(TypedDict):
    code: str
    name: str
    severity: str
    line: int
    column: int
    message: str


class Problem(_Told, total=False):
    """One thing that is wrong with a case, a program or a table. Members may be added."""

    fact: str
    because: str
    help: str


class GdlError(Exception):
    """A call failed: `status` names the kind ("bad-program", "bad-case", "bad-argument", ...), `problems` has everything
    that is wrong, each with a message, and where it is known the fact, the reason of a constraint that the patient
    violates, and help. `record` is the audit record of a case that is not valid, where one was asked for."""

    status: str
    problems: list[Problem]
    record: str | None = None

    def __init__(self, status: str, problems: list[Problem] | None = None) -> None:
        self.status = status
        self.problems = problems or []
        super().__init__("; ".join(p["message"] for p in self.problems) or status.replace("-", " "))

    def __reduce__(self) -> tuple[type[GdlError], tuple[str, list[Problem]], dict[str, str | None]]:
        return GdlError, (self.status, self.problems), {"record": self.record}


def error_of(status: int, said: bytes) -> GdlError:
    """The error that a call's status and lines of JSON tell."""
    name = _STATUS[status] if status < len(_STATUS) else f"status {status}"
    return GdlError(name, [json.loads(line) for line in said.splitlines() if line])
