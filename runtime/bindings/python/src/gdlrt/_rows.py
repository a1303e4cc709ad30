"""Many patients at once: tables and columns in, bit masks out."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from ctypes import byref, c_uint64, c_void_p, sizeof
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _native
from ._error import GdlError, error_of

if TYPE_CHECKING:
    from ._program import Program

_ENGINES = {"best": 0, "scalar": 1, "avx2": 2, "avx512": 3}
_WANT_ALL = 7
# gdlrt_raw, by the type of an array's items in numpy's words.
_RAW = {"|b1": 1, "|u1": 1, "<i4": 2, "<i8": 3, "<f8": 4, "<u8": 5}


class Mask(Sequence[bool]):
    """A bit for each row. `numpy.asarray(mask)` gives an array of bools; `bits` gives the bits as they lie in memory."""

    def __init__(self, pieces: list[tuple[memoryview, int]]) -> None:
        self._pieces = pieces
        self._rows = sum(rows for _, rows in pieces)

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(self._rows))]
        if row < 0:
            row += self._rows
        if not 0 <= row < self._rows:
            raise IndexError("row out of range")
        for bits, rows in self._pieces:
            if row < rows:
                return bool(bits[row >> 3] >> (row & 7) & 1)
            row -= rows
        raise AssertionError("rows are counted wrong")

    def __iter__(self) -> Iterator[bool]:
        for bits, rows in self._pieces:
            for row in range(rows):
                yield bool(bits[row >> 3] >> (row & 7) & 1)

    def count(self, value: Any = True) -> int:
        """How many rows have the bit (or, of False, have it not)."""
        ones = sum(bin(int.from_bytes(bits, "little")).count("1") for bits, _ in self._pieces)
        return ones if value else self._rows - ones

    @property
    def bits(self) -> list[tuple[memoryview, int]]:
        """For each chunk of the table its bits, 8 to a byte, the lowest first (as Arrow's), and the number of its rows. Bits
        behind the last row are 0."""
        return list(self._pieces)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        import numpy

        parts = [numpy.unpackbits(numpy.frombuffer(bits, numpy.uint8), count=rows, bitorder="little") for bits, rows in self._pieces]
        out = numpy.concatenate(parts).view(bool) if parts else numpy.zeros(0, bool)
        return out if dtype is None else out.astype(dtype)

    def to_pyarrow(self) -> Any:
        """A chunked array of bools, without a copy."""
        import pyarrow

        arrays = [pyarrow.Array.from_buffers(pyarrow.bool_(), rows, [None, pyarrow.py_buffer(bits)]) for bits, rows in self._pieces]
        return pyarrow.chunked_array(arrays, pyarrow.bool_())

    def __repr__(self) -> str:
        return f"<Mask: {self.count()} of {self._rows} rows>"


@dataclass(frozen=True)
class Way:
    """What is offered: a way of an action (the actions that it is made of), with a verb, in a decision."""

    decision: str
    verb: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Masks:
    """For each rule (in the order of Program.rules) the rows for which it stands; for each way the rows to which it is
    offered; for each decision (in the order of Program.decisions) the rows that it is about, that it leaves without an answer,
    to whom all that it advises is ruled out, and in whom it conflicts."""

    rules: list[Mask]
    offers: dict[Way, Mask]
    domain: list[Mask]
    gap: list[Mask]
    stranded: list[Mask]
    conflict: list[Mask]


@dataclass(frozen=True)
class Rows:
    """What is so of each row: `certain`, for every patient who agrees with what is known of it, and `possible`, for some. Where
    every value is known both are the same.

    `bad`: rows that are no possible patient, or have a value that is none of its fact; they have no other bit. `undecided`:
    rows of which so much is unknown that they were not worked out; what is certain of them is certain, what is not possible is
    not possible, and what lies between is not known: `Program.evaluate` tells.
    """

    rows: int
    certain: Masks
    possible: Masks
    bad: Mask
    undecided: Mask
    engine: str

    def __len__(self) -> int:
        return self.rows


class _Plan:
    """A program prepared for columns of some types. It keeps the program."""

    def __init__(self, program: Program, make: Callable[..., int], *columns: Any, engine: str) -> None:
        self.handle = c_void_p()
        if engine not in _ENGINES:
            raise ValueError(f"`engine` is one of {', '.join(_ENGINES)}")
        self._program = program
        status, (errors,) = _native.written(
            1, make, program._handle, *columns, _WANT_ALL, _ENGINES[engine], byref(self.handle)
        )
        if status != 0:
            error = error_of(status, errors)
            if not errors and status == 5:
                raise ValueError(f"this machine does not have the instructions for `{engine}`")
            raise error
        records = _native.batch.gdlrt_batch_records(self.handle)
        self.rules: int = _native.batch.gdlrt_plan_rules(records)
        self.decisions: int = _native.batch.gdlrt_plan_decisions(records)
        self.ways = [self._way(records, i) for i in range(_native.batch.gdlrt_plan_offers(records))]
        if len(set(self.ways)) != len(self.ways):  # gdlc makes no such program, but the verifier lets it pass
            raise GdlError("bad-program", [_problem("the program offers one way twice", "GDL7003", "bad-program")])
        self.engine: str = _native.batch.gdlrt_batch_engine_name(self.handle).decode()

    def __del__(self) -> None:
        if self.handle:
            _native.batch.gdlrt_batch_plan_free(self.handle)

    @staticmethod
    def _way(records: int, index: int) -> Way:
        offer = _native.Offer(size=sizeof(_native.Offer))
        if not _native.batch.gdlrt_plan_offer(records, index, byref(offer)):
            raise AssertionError("offers are counted wrong")
        leaves = (_native.batch.gdlrt_plan_offer_leaf(records, index, leaf) for leaf in range(offer.leaves))
        return Way(offer.decision_name.decode(), offer.verb.decode(), tuple(leaf.decode() for leaf in leaves))

    def state(self) -> tuple[c_void_p, Any]:
        """The working memory of one thread: its handle, and what keeps it."""
        size = _native.batch.gdlrt_batch_size(self.handle)
        memory = ctypes.create_string_buffer(size + 64)
        at = (ctypes.addressof(memory) + 63) // 64 * 64
        state = c_void_p()
        status = _native.batch.gdlrt_batch_make(self.handle, at, size, byref(state))
        if status != 0:
            raise error_of(status, b"")
        return state, memory


class _Chunk:
    """The masks of some rows, all in one piece of memory: for each output a run of words."""

    def __init__(self, plan: _Plan, rows: int) -> None:
        self.rows = rows
        self.words = (rows + 63) // 64
        counts = [plan.rules, len(plan.ways)] + 4 * [plan.decisions]
        self.outputs = 2 * sum(counts) + 2
        self.memory = (c_uint64 * max(self.outputs * self.words, 1))()
        self.bits = memoryview(self.memory).cast("B")
        self.counts = counts

    def result(self, first: int) -> tuple[_native.BatchResult, list[Any]]:
        """Where the masks of the rows from `first` on (a multiple of 64) go, and what keeps the lists of addresses."""
        at = ctypes.addressof(self.memory) + first // 64 * 8
        sides = [_native.BatchMasks(size=sizeof(_native.BatchMasks)) for _ in range(2)]
        result, kept = _native.BatchResult(size=sizeof(_native.BatchResult)), list[Any]()
        output = 0
        for masks in sides:
            for name, count in zip(_native.MASKS, self.counts):
                pointers = (c_void_p * max(count, 1))(*(at + 8 * self.words * (output + i) for i in range(count)))
                kept.append(pointers)
                setattr(masks, name, ctypes.addressof(pointers))
                output += count
        result.certain, result.possible = (ctypes.pointer(masks) for masks in sides)
        result.bad = at + 8 * self.words * output
        result.undecided = at + 8 * self.words * (output + 1)
        return result, kept

    def mask(self, output: int) -> tuple[memoryview, int]:
        begin = 8 * self.words * output
        return self.bits[begin : begin + (self.rows + 7) // 8], self.rows


def _collect(plan: _Plan, chunks: list[_Chunk]) -> Rows:
    output = 0

    def take(count: int) -> list[Mask]:
        nonlocal output
        masks = [Mask([chunk.mask(i) for chunk in chunks]) for i in range(output, output + count)]
        output += count
        return masks

    def side() -> Masks:
        d = plan.decisions
        return Masks(take(plan.rules), dict(zip(plan.ways, take(len(plan.ways)))), take(d), take(d), take(d), take(d))

    certain, possible = side(), side()
    bad, undecided = take(2)
    return Rows(sum(chunk.rows for chunk in chunks), certain, possible, bad, undecided, plan.engine)


def _run(plan: _Plan, chunk: _Chunk, threads: int, run: Callable[[c_void_p, int, int, _native.BatchResult], None]) -> None:
    """Runs a chunk in parts, one for each thread, at multiples of 64 rows: run(state, first, rows, result)."""
    if threads < 1:
        raise ValueError("`threads` is at least 1")
    part = max(64, math.ceil(chunk.rows / threads / 64) * 64)

    def work(first: int) -> None:
        state, memory = plan.state()
        result, kept = chunk.result(first)
        run(state, first, min(part, chunk.rows - first), result)
        del memory, kept

    firsts = range(0, chunk.rows, part)
    if len(firsts) <= 1:
        for first in firsts:
            work(first)
        return
    with ThreadPoolExecutor(len(firsts)) as pool:
        list(pool.map(work, firsts))


# -- arrays ---------------------------------------------------------------------------------------------


def _check_name(name: Any) -> None:
    """C ends a name at a zero character: it would be another's."""
    if not isinstance(name, str):
        raise TypeError(f"a {type(name).__name__} is no name of a column")
    if "\0" in name:
        raise ValueError(f"the column {name!r} has a zero character in its name")


def _address(name: str, array: Any) -> tuple[int, str, int]:
    """Where an array's items lie, their type, and how many there are."""
    about = getattr(array, "__array_interface__", None)
    if about is None:
        raise TypeError(f"`{name}` is no array: it has no `__array_interface__`")
    if len(about["shape"]) != 1:
        raise TypeError(f"`{name}` has {len(about['shape'])} dimensions: a column has one")
    if about.get("strides") is not None and about["shape"][0] > 1 and about["strides"][0] != int(about["typestr"][2:]):
        raise TypeError(f"the items of `{name}` do not lie one after another: copy it (numpy.ascontiguousarray)")
    return about["data"][0], about["typestr"], about["shape"][0]


def from_columns(
    program: Program, columns: Mapping[str, Any], valid: Mapping[str, Any], scales: Mapping[str, int], engine: str, threads: int
) -> Rows:
    kept: list[Any] = [columns]
    described = (_native.Column * max(len(columns), 1))()
    data = (_native.ColumnData * max(len(columns), 1))()
    for given, what in ((valid, "valid"), (scales, "scales")):
        for name in given:
            if name not in columns:
                raise ValueError(f"`{what}` names `{name}`, of which there is no column")
    lengths = set[int]()
    for i, (name, array) in enumerate(columns.items()):
        _check_name(name)
        address, kind, length = _address(name, array)
        lengths.add(length)
        if kind not in _RAW:
            raise TypeError(f"`{name}` has items of type {kind}: cast it to bool, uint8, int32, int64, float64, or uint64 for a set")
        described[i] = _native.Column(sizeof(_native.Column), name.encode(), _RAW[kind], scales.get(name, 0))
        data[i].size = sizeof(_native.ColumnData)
        data[i].values = address
        known = valid.get(name)
        mask = getattr(array, "mask", None)
        if getattr(mask, "ndim", 0) != 1:  # of no item
            mask = None
        if known is not None or mask is not None:
            import numpy

            # What a masked array, of values or of bools, says nothing of is unknown.
            known = numpy.ones(length, bool) if known is None else numpy.asarray(numpy.ma.filled(known, False))
            if known.dtype != bool or known.shape != (length,):
                raise TypeError(f"`valid` of `{name}` is an array of {length} bools")
            if mask is not None:
                known = known & ~numpy.asarray(mask, bool)
            packed = numpy.packbits(known, bitorder="little")
            kept.append(packed)
            data[i].valid = packed.ctypes.data
    if len(lengths) > 1:
        raise ValueError(f"the columns have different lengths: {', '.join(map(str, sorted(lengths)))}")
    plan = _Plan(program, _native.batch.gdlrt_batch_plan_make, described, len(columns), engine=engine)
    chunk = _Chunk(plan, lengths.pop() if lengths else 0)

    def run(state: c_void_p, first: int, rows: int, result: _native.BatchResult) -> None:
        mine = type(data).from_buffer_copy(data)
        for i in range(len(columns)):
            mine[i].offset = first
        status = _native.batch.gdlrt_batch_run(plan.handle, state, mine, rows, byref(result))
        if status != 0:
            raise error_of(status, b"")

    _run(plan, chunk, threads, run)
    del kept
    return _collect(plan, [chunk])


# -- Arrow ----------------------------------------------------------------------------------------------

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_Release = ctypes.CFUNCTYPE(None, c_void_p)


def _release(structure: Any) -> None:
    """Gives back what came from a stream, as its producer wants it."""
    if structure.release:
        _Release(structure.release)(ctypes.addressof(structure))


def _check_names(table: Any) -> None:
    """Arrow's interface has names as C does, so they are looked at before, where a table, its schema or a frame says them."""
    for said in (getattr(table, "column_names", ()), getattr(getattr(table, "schema", None), "names", ()), getattr(table, "columns", ())):
        for name in said if not isinstance(said, str) and hasattr(said, "__iter__") else ():
            if isinstance(name, str):
                _check_name(name)


def from_table(program: Program, table: Any, engine: str, threads: int) -> Rows:
    _check_names(table)
    if hasattr(table, "__arrow_c_array__"):
        schema_capsule, array_capsule = table.__arrow_c_array__()  # these release what they hold when they go
        schema = _native.ArrowSchema.from_address(_pointer(schema_capsule, b"arrow_schema"))
        array = _native.ArrowArray.from_address(_pointer(array_capsule, b"arrow_array"))
        plan = _Plan(program, _native.batch.gdlrt_arrow_plan_make, byref(schema), engine=engine)
        return _collect(plan, [_run_array(plan, schema, array, threads)])
    if not hasattr(table, "__arrow_c_stream__"):
        raise TypeError("a table hands its data over by `__arrow_c_stream__` or `__arrow_c_array__`, as those of pyarrow 14 do")
    capsule = table.__arrow_c_stream__()
    at = _pointer(capsule, b"arrow_array_stream")
    stream = _native.ArrowArrayStream.from_address(at)

    def check(code: int) -> None:
        if code != 0:
            said = stream.get_last_error(at)
            raise GdlError("bad-argument", [_problem(said.decode() if said else f"the table's stream fails with {code}")])

    schema = _native.ArrowSchema()
    check(stream.get_schema(at, byref(schema)))
    try:
        plan = _Plan(program, _native.batch.gdlrt_arrow_plan_make, byref(schema), engine=engine)
        chunks = list[_Chunk]()
        while True:
            array = _native.ArrowArray()
            check(stream.get_next(at, byref(array)))
            if not array.release:
                return _collect(plan, chunks)
            try:
                chunks.append(_run_array(plan, schema, array, threads))
            finally:
                _release(array)
    finally:
        _release(schema)


def _problem(message: str, code: str = "GDL7001", name: str = "invalid-case") -> Any:
    return {"code": code, "name": name, "severity": "error", "line": 1, "column": 1, "message": message}


def _run_array(plan: _Plan, schema: _native.ArrowSchema, array: _native.ArrowArray, threads: int) -> _Chunk:
    chunk = _Chunk(plan, array.length)

    def run(state: c_void_p, first: int, rows: int, result: _native.BatchResult) -> None:
        part = _native.ArrowArray.from_buffer_copy(array)
        part.offset += first
        part.length = rows
        status, (errors,) = _native.written(
            1, _native.batch.gdlrt_arrow_run, plan.handle, state, byref(schema), byref(part), byref(result)
        )
        if status != 0:
            raise error_of(status, errors)

    _run(plan, chunk, threads, run)
    return chunk
