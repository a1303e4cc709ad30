"""A case as JSON: nothing is rounded, and nothing that a case cannot say passes for something else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from fractions import Fraction
from typing import Any


def _plain(value: Any) -> Any:
    """What the json module does not know, as a case says it. Numbers as text are read exactly."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no value of a case: leave the fact out, or give None, if it is not known")
        return str(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    # A number of numpy's: one of few bits is read as it prints itself, not as the double that it is nearest to.
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        item = value.item()
        return str(value) if isinstance(item, float) and item == item and abs(item) != float("inf") else _known(item)
    raise TypeError(f"a {type(value).__name__} is no value of a case")


def _known(item: Any) -> Any:
    if isinstance(item, (bool, int, str)):
        return item
    raise ValueError(f"{item!r} is no value of a case: leave the fact out, or give None, if it is not known")


def to_json(facts: Mapping[str, Any]) -> bytes:
    if not isinstance(facts, Mapping):
        raise TypeError("a case is a mapping from the names of facts to what is known of them")
    try:
        return json.dumps(dict(facts), default=_plain, allow_nan=False, ensure_ascii=False).encode()
    except ValueError as error:
        if "JSON compliant" in str(error):
            message = "not-a-number and infinity are no values of a case: leave the fact out, or give None, if it is not known"
            raise ValueError(message) from None
        raise
