"""A case as JSON: nothing is rounded, and nothing that a case cannot say passes for something else. The json module cannot write
a Decimal as the number that it is, so only its texts are used."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from decimal import Decimal
from fractions import Fraction
from typing import Any


def _number(value: float | Decimal) -> str:
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        raise ValueError(f"{value} is no value of a case: leave the fact out, or give None, if it is not known")
    return float.__repr__(value) if isinstance(value, float) else str(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a {type(key).__name__} is no name in a case")
    return _text(key)


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if isinstance(value, Fraction):
        return f'"{value.numerator}/{value.denominator}"'
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_name(key)}:{_plain(of)}" for key, of in value.items()) + "}"
    if isinstance(value, Set):
        return _plain(sorted(value))
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_plain, value)) + "]"
    # A number of numpy's: one of few bits is read as it prints itself, not as the double that it is nearest to.
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        item = value.item()
        if isinstance(item, float):
            return _number(Decimal(str(value)))
        if isinstance(item, (bool, int, str)):
            return _plain(item)
    raise TypeError(f"a {type(value).__name__} is no value of a case")


def to_json(facts: Mapping[str, Any]) -> bytes:
    if not isinstance(facts, Mapping):
        raise TypeError("a case is a mapping from the names of facts to what is known of them")
    try:
        return _plain(facts).encode()
    except RecursionError:
        raise ValueError("a case is not nested so deeply, and not in itself") from None
