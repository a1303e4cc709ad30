"""The C calls: gdlrt.h, record.h, batch.h and arrow.h, as ctypes sees them. Calls give up the interpreter's lock."""

from __future__ import annotations

import ctypes
import pathlib
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

_folder = pathlib.Path(__file__).parent / "_lib"
core = ctypes.CDLL(str(_folder / "libgdlrt.so.0"))
# It needs libgdlrt.so.0, which is found by its name, now that it is loaded.
batch = ctypes.CDLL(str(_folder / "libgdlrt-batch.so.0"))
_text = ctypes.CDLL(str(_folder / "libgdlrt-text.so"))


class Text(Structure):
    """What a call writes, as text.c collects it."""

    _fields_ = [("data", c_void_p), ("size", c_size_t), ("capacity", c_size_t)]


_append = ctypes.cast(_text.gdlrt_text_append, c_void_p)
_NO_MEMORY, _STOPPED = 3, 4  # gdlrt_status


def written(count: int, call: Callable[..., int], *arguments: Any) -> tuple[int, list[bytes]]:
    """Makes a call that takes `count` callbacks, each with its context, behind these arguments: its status, and what it wrote
    to each. What a signal raises meanwhile comes out when the call is over."""
    texts = (Text * count)()
    into = [argument for text in texts for argument in (_append, byref(text))]
    try:
        status = call(*arguments, *into)
        # Only want of memory makes text.c stop a call.
        return (_NO_MEMORY if status == _STOPPED else status), [ctypes.string_at(text.data, text.size) for text in texts]
    finally:
        for text in texts:
            _text.gdlrt_text_clear(text)


class EvalOptions(Structure):
    _fields_ = [("size", c_size_t), ("audience", c_char_p), ("locale", c_char_p), ("steps", c_uint64), ("explain", c_int)]


class Column(Structure):
    _fields_ = [("size", c_size_t), ("fact", c_char_p), ("raw", c_uint32), ("scale", c_int32)]


class ColumnData(Structure):
    _fields_ = [("size", c_size_t), ("values", c_void_p), ("valid", c_void_p), ("offset", c_size_t), ("codes", c_void_p), ("code_count", c_size_t)]


MASKS = ("rules", "offers", "domain", "gap", "stranded", "conflict")


class BatchMasks(Structure):
    _fields_ = [("size", c_size_t), *((name, c_void_p) for name in MASKS), ("offer_counts", c_void_p)]


class BatchResult(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("certain", POINTER(BatchMasks)),
        ("possible", POINTER(BatchMasks)),
        ("bad", c_void_p),
        ("undecided", c_void_p),
        ("bad_rows", c_uint64),
        ("undecided_rows", c_uint64),
    ]


class Offer(Structure):
    _fields_ = [("size", c_size_t), ("decision", c_uint32), ("leaves", c_uint32), ("decision_name", c_char_p), ("verb", c_char_p)]


class Rule(Structure):
    """Of gdlrt_rule and gdlrt_decision the first members, which is what their `size` then says."""

    _fields_ = [("size", c_size_t), ("name", c_char_p)]


RULES, DECISIONS = 2, 1  # gdlrt_part


class ArrowSchema(Structure):
    _fields_ = [
        ("format", c_char_p),
        ("name", c_char_p),
        ("metadata", c_void_p),
        ("flags", c_int64),
        ("n_children", c_int64),
        ("children", c_void_p),
        ("dictionary", c_void_p),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


class ArrowArray(Structure):
    _fields_ = [
        ("length", c_int64),
        ("null_count", c_int64),
        ("offset", c_int64),
        ("n_buffers", c_int64),
        ("n_children", c_int64),
        ("buffers", c_void_p),
        ("children", c_void_p),
        ("dictionary", c_void_p),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


class ArrowArrayStream(Structure):
    _fields_ = [
        ("get_schema", ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(ArrowSchema))),
        ("get_next", ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(ArrowArray))),
        ("get_last_error", ctypes.CFUNCTYPE(c_char_p, c_void_p)),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


def _declare(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> None:
    call = getattr(library, name)
    call.restype = result
    call.argtypes = arguments


_declare(_text, "gdlrt_text_clear", None, POINTER(Text))
_told = (c_void_p, POINTER(Text))  # a callback and its context
_declare(core, "gdlrt_version", c_uint32)
_declare(core, "gdlrt_program_load", c_uint32, c_char_p, c_size_t, POINTER(c_void_p), *_told)
_declare(core, "gdlrt_program_free", None, c_void_p)
_declare(core, "gdlrt_evaluate_json", c_uint32, c_void_p, c_char_p, c_size_t, POINTER(EvalOptions), *_told, *_told)
_declare(core, "gdlrt_program_hash", c_uint32, c_void_p, c_char_p)
_declare(
    core, "gdlrt_audit_json", c_uint32, c_void_p, c_char_p, c_char_p, c_size_t, POINTER(EvalOptions), *_told, *_told, *_told
)
_declare(core, "gdlrt_program_count", c_uint32, c_void_p, c_int)
_declare(core, "gdlrt_program_rule", c_uint32, c_void_p, c_uint32, POINTER(Rule))
_declare(core, "gdlrt_program_decision", c_uint32, c_void_p, c_uint32, POINTER(Rule))
_declare(core, "gdlrt_disassemble", c_uint32, c_void_p, *_told)
_plan = (c_uint32, c_uint32, POINTER(c_void_p), *_told)  # wanted, engine, out
_declare(batch, "gdlrt_batch_plan_make", c_uint32, c_void_p, POINTER(Column), c_size_t, *_plan)
_declare(batch, "gdlrt_arrow_plan_make", c_uint32, c_void_p, POINTER(ArrowSchema), *_plan)
_declare(batch, "gdlrt_batch_plan_free", None, c_void_p)
_declare(batch, "gdlrt_batch_engine_name", c_char_p, c_void_p)
_declare(batch, "gdlrt_batch_records", c_void_p, c_void_p)
_declare(batch, "gdlrt_batch_size", c_size_t, c_void_p)
_declare(batch, "gdlrt_batch_make", c_uint32, c_void_p, c_void_p, c_size_t, POINTER(c_void_p))
_declare(batch, "gdlrt_batch_run", c_uint32, c_void_p, c_void_p, POINTER(ColumnData), c_size_t, POINTER(BatchResult))
_declare(
    batch, "gdlrt_arrow_run", c_uint32, c_void_p, c_void_p, POINTER(ArrowSchema), POINTER(ArrowArray), POINTER(BatchResult), *_told
)
_declare(batch, "gdlrt_plan_rules", c_uint32, c_void_p)
_declare(batch, "gdlrt_plan_decisions", c_uint32, c_void_p)
_declare(batch, "gdlrt_plan_offers", c_uint32, c_void_p)
_declare(batch, "gdlrt_plan_offer", c_int, c_void_p, c_uint32, POINTER(Offer))
_declare(batch, "gdlrt_plan_offer_leaf", c_char_p, c_void_p, c_uint32, c_uint32)
