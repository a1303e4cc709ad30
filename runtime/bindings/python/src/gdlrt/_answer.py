"""The shape of an answer, as docs/cli.md of gdlc tells it. Members may be added."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Truth = Literal["yes", "no", "unknown"]
Certainty = Literal["certain", "assumed", "possible", "undecided"]


class Ask(TypedDict, total=False):
    fact: str
    settles: Any


class _Offer(TypedDict):
    verb: Literal["recommend", "consider"]
    way: list[str]
    parameters: dict[str, Any]
    status: Certainty
    rules: list[str]


class Offer(_Offer, total=False):
    label: str  # where an action of the way has one; none has in a stripped program
    hangs_on: list[str]
    because: dict[str, Any]


class _Advice(TypedDict):
    rule: str
    verb: str
    status: Certainty


class Advice(_Advice, total=False):
    action: str
    conflict: Truth
    text: str
    cite: list[Any]
    reason: str


class _Decision(TypedDict):
    id: str
    applies: Truth
    settled: bool
    gap: Truth
    stranded: Truth
    offers: list[Offer]
    advice: list[Advice]
    withdrawn: list[Any]
    accepted: list[Any]
    ask: list[Ask]


class Decision(_Decision, total=False):
    title: str
    partial: bool
    not_standing: list[Any]


class Guideline(TypedDict, total=False):
    name: str
    version: str
    source_hash: str
    unchecked: bool
    title: str
    status: str
    updated: str
    disclaimer: str


class Answer(TypedDict):
    guideline: Guideline
    decisions: list[Decision]
    cautions: list[Any]
    assumed: list[Any]
