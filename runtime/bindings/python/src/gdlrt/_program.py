"""Programs: loading, and the answer to one case."""

from __future__ import annotations

import functools
import json
import os
import weakref
from collections.abc import Mapping
from ctypes import byref, c_void_p, create_string_buffer, sizeof
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Union

from . import _native
from ._answer import Answer
from ._case import to_json
from ._error import error_of

if TYPE_CHECKING:
    from ._rows import Rows

Source = Union[bytes, bytearray, memoryview, str, "os.PathLike[str]"]


def version() -> str:
    """The version of the runtime, as in "0.1.0"."""
    number = _native.core.gdlrt_version()
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def load(source: Source) -> Program:
    """Loads a program: a file's path, or the bytes of a .gdlb. Raises GdlError ("bad-program") with the reason, and OSError if
    the file cannot be read."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Program(source)
    if not isinstance(source, (str, os.PathLike)):  # open() would take an integer for an open file
        raise TypeError(f"a program is given as its file's path or its bytes, not as a {type(source).__name__}")
    with open(source, "rb") as file:
        return Program(file.read())


def _text(name: str, value: str | None) -> bytes | None:
    if value is not None and "\0" in value:
        raise ValueError(f"`{name}` has a zero character")
    return None if value is None else value.encode()


def _case(case: str | bytes) -> bytes:
    if isinstance(case, str):
        return case.encode()
    if isinstance(case, (bytes, bytearray, memoryview)):
        return bytes(case)
    raise TypeError(f"a case is JSON as text, not a {type(case).__name__}")


def _options(audience: str | None, locale: str | None, explain: bool, steps: int | None) -> _native.EvalOptions:
    if steps is not None and not 0 < steps < 1 << 64:
        raise ValueError("`steps` is at least 1")
    size = sizeof(_native.EvalOptions)
    return _native.EvalOptions(size, _text("audience", audience), _text("locale", locale), steps or 0, explain)


class Program:
    """A loaded and verified program. It never changes, and may be used from any number of threads. Its memory is given back
    when the last reference to it goes."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"a Program is made of bytes, not of a {type(data).__name__}")
        data = bytes(data)
        handle = c_void_p()
        status, (errors,) = _native.written(1, _native.core.gdlrt_program_load, data, len(data), byref(handle))
        if status != 0:
            raise error_of(status, errors)
        self._handle = handle
        # Not at the interpreter's exit: a thread that goes on until then may still be in a call.
        weakref.finalize(self, _native.core.gdlrt_program_free, handle).atexit = False

    def __copy__(self) -> Program:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: Any) -> Program:
        """Itself: it never changes."""
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a Program is not pickled: hand its file's path or bytes over, and load them there")

    def _names(self, part: int, call: Any) -> tuple[str, ...]:
        out = list[str]()
        for i in range(_native.core.gdlrt_program_count(self._handle, part)):
            about = _native.Rule(sizeof(_native.Rule))
            status = call(self._handle, i, byref(about))
            if status != 0:
                raise error_of(status, b"")
            out.append(about.name.decode() or f"#{i}")
        return tuple(out)

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules, in the order of the source, which is that of the masks in Rows. Those of a stripped program are
        "#0", "#1" and so on."""
        return self._names(_native.RULES, _native.core.gdlrt_program_rule)

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the decisions, likewise."""
        return self._names(_native.DECISIONS, _native.core.gdlrt_program_decision)

    def evaluate(
        self,
        facts: Mapping[str, Any],
        *,
        audience: str | None = None,
        locale: str | None = None,
        explain: bool = False,
        steps: int | None = None,
    ) -> Answer:
        """The answer to a case.

        `facts` says what is known of the patient, fact by fact, as "A case" in docs/cli.md of gdlc tells: True, "name", 1.5,
        Decimal("0.1"), Fraction(1, 3), {"below": 1}, {"at_least": {"value": 600, "unit": "months"}}, {"brain", "bone"}. A
        fact that is left out is unknown, or has its default; None is unknown in any case. Missing is never false. A float is
        the shortest decimal that gives it back.

        `audience` and `locale` choose the texts; `explain` adds why each offer stands, and what would bring the rules that do
        not; `steps` bounds the work, and what they do not decide is answered as "undecided".

        Fractions of numbers in the answer are Decimals, and text ("1/3") where a decimal cannot say them. Raises GdlError
        ("bad-case") with everything that is wrong.
        """
        text = self._evaluate(to_json(facts), audience, locale, explain, steps)
        answer: Answer = json.loads(text, parse_float=Decimal)
        return answer

    def evaluate_json(
        self,
        case: str | bytes,
        *,
        audience: str | None = None,
        locale: str | None = None,
        explain: bool = False,
        steps: int | None = None,
    ) -> str:
        """The same with texts: a case as JSON, and the answer as JSON."""
        return self._evaluate(_case(case), audience, locale, explain, steps).decode()

    def audit_json(
        self,
        case: str | bytes,
        *,
        audience: str | None = None,
        locale: str | None = None,
        explain: bool = False,
        steps: int | None = None,
    ) -> tuple[str, str]:
        """The audit record of an evaluation, a line of JSON as "An audit record" in docs/cli.md of gdlc tells, and the answer as
        JSON. A case that is not valid has a record too: it is the `record` of the GdlError."""
        text = _case(case)
        options = _options(audience, locale, explain, steps)
        status, (record, answer, errors) = _native.written(
            3, _native.core.gdlrt_audit_json, self._handle, self._hash, text, len(text), byref(options)
        )
        if status != 0:
            error = error_of(status, errors)
            error.record = record.decode() or None
            raise error
        return record.decode(), answer.decode()

    @functools.cached_property
    def _hash(self) -> bytes:
        out = create_string_buffer(32)
        status = _native.core.gdlrt_program_hash(self._handle, out)
        if status != 0:
            raise error_of(status, b"")
        return out.raw

    def _evaluate(self, case: bytes, audience: str | None, locale: str | None, explain: bool, steps: int | None) -> bytes:
        options = _options(audience, locale, explain, steps)
        status, (answer, errors) = _native.written(
            2, _native.core.gdlrt_evaluate_json, self._handle, case, len(case), byref(options)
        )
        if status != 0:
            raise error_of(status, errors)
        return answer

    def evaluate_table(self, table: Any, *, engine: str = "best", threads: int = 1) -> Rows:
        """Many patients at once, out of an Arrow table: pyarrow's Table or RecordBatch, or whatever hands its data over by the
        Arrow C interface. The table is not copied: some types are converted by chunks of rows.

        A column with the name of a fact holds this fact; others are passed over. Every fact that some condition reads needs
        one. A null is an unknown value. Yes/no: bool, or integers of 0 and 1; enumeration: strings, a dictionary of them, or
        the integers 0, 1, ... in the order of declaration; whole number: integers; decimal: float64, float32, or integers; set:
        uint64, the lowest bit is the first element.

        Raises GdlError ("bad-argument") for a table that does not fit the program. A row that is no possible patient is no
        error: see Rows.
        """
        from . import _rows

        return _rows.from_table(self, table, engine, threads)

    def evaluate_columns(
        self,
        columns: Mapping[str, Any],
        *,
        valid: Mapping[str, Any] | None = None,
        scales: Mapping[str, int] | None = None,
        engine: str = "best",
        threads: int = 1,
    ) -> Rows:
        """Many patients at once, out of arrays: numpy's, or whatever has `__array_interface__`. Values are not copied.

        `columns` has an array of one length for each fact: bool or uint8 for yes/no; uint8, int32 or int64 for an enumeration
        (0, 1, ... in the order of declaration) and for whole numbers; float64 for decimals, or integers with a scale, where the
        value is the integer times 10**-scale; uint64 for a set, the lowest bit is the first element.

        `valid` has, for facts that are not known of everybody, an array of bools: False is unknown. A masked array of numpy's
        says so itself; with both, a value is known where both say so. Not-a-number is a bad value, not an unknown one.
        """
        from . import _rows

        return _rows.from_columns(self, columns, valid or {}, scales or {}, engine, threads)

    def disassemble(self) -> str:
        """The program as text, for people: its form is no contract."""
        status, (text,) = _native.written(1, _native.core.gdlrt_disassemble, self._handle)
        if status != 0:
            raise error_of(status, b"")
        return text.decode()
