"""gdlrt: the runtime of compiled clinical guidelines.

    import gdlrt

    program = gdlrt.load("nsclc.gdlb")
    answer = program.evaluate({"stage": "IV", "pdl1": {"below": 1}, "ps": 1})
    for decision in answer["decisions"]:
        for offer in decision["offers"]:
            print(decision["id"], offer["verb"], offer["label"], offer["status"])

A program is loaded once; it never changes and may be used from any number of threads. Answers are exact. Many patients at
once go as a table: `Program.evaluate_table` and `Program.evaluate_columns`.
"""

from ._answer import Advice, Answer, Ask, Decision, Offer
from ._error import GdlError, Problem
from ._program import Program, load, version
from ._rows import Mask, Masks, Rows, Way

__all__ = [
    "Advice",
    "Answer",
    "Ask",
    "Decision",
    "GdlError",
    "Mask",
    "Masks",
    "Offer",
    "Problem",
    "Program",
    "Rows",
    "Way",
    "load",
    "version",
]
