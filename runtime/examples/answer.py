"""Loads a program, answers a case, and prints what is offered.

pip install ./gdlrt-*.whl && python answer.py nsclc.gdlb case.json
"""

import json
import sys
from decimal import Decimal

import gdlrt

program_file, case_file = sys.argv[1:]
try:
    program = gdlrt.load(program_file)
    with open(case_file, encoding="utf-8") as file:
        facts = json.load(file, parse_float=Decimal)
    answer = program.evaluate(facts, audience="patient")
except gdlrt.GdlError as error:
    for problem in error.problems:
        print(problem["message"], problem.get("help", ""), sep="\n  ", file=sys.stderr)
    sys.exit(1)
for decision in answer["decisions"]:
    for offer in decision["offers"]:
        label = offer.get("label", " + ".join(offer["way"]))  # a stripped program has no labels
        print(f"{decision['id']}: {offer['verb']} {label} ({offer['status']})")
    for ask in decision["ask"]:
        print(f"{decision['id']}: ask for {ask['fact']}")
