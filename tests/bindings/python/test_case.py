"""The wheel: one case. The corpus (tests/bindings/corpus.py, in CORPUS) byte for byte, values, mistakes, threads, memory."""

import copy
import hashlib
import json
import os
import pathlib
import pickle
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import numpy
import pytest

import gdlrt

CORPUS = pathlib.Path(os.environ["CORPUS"])
LINES = [line.split() for line in (CORPUS / "cases.txt").read_text().splitlines()]


@pytest.fixture(scope="module")
def nsclc() -> gdlrt.Program:
    return gdlrt.load(CORPUS / "nsclc.gdlb")


def optional(word: str):
    return None if word == "-" else word


def answered(line: list[str], programs: dict[str, gdlrt.Program]) -> tuple[str, str]:
    program, case, audience, locale, explain, answer = line
    text = programs[program].evaluate_json(
        (CORPUS / case).read_text(), audience=optional(audience), locale=optional(locale), explain=explain == "1"
    )
    return text, (CORPUS / answer).read_text()


def test_corpus():
    assert len(LINES) > 100
    programs = {line[0]: gdlrt.load(str(CORPUS / line[0])) for line in LINES}
    for line in LINES:
        got, wanted = answered(line, programs)
        assert got == wanted, line
    # A program is used by many threads at once.
    with ThreadPoolExecutor(4) as pool:
        for got, wanted in pool.map(lambda line: answered(line, programs), LINES):
            assert got == wanted


def test_answers_are_read_without_rounding(nsclc):
    answer = nsclc.evaluate({"neutrophils": {"below": Decimal("1.49999999999999999999")}, "stage": "IV"}, explain=True)
    settles = [ask["settles"] for d in answer["decisions"] for ask in d["ask"] if "settles" in ask]
    assert any(isinstance(s, Decimal) for s in settles)
    assert not any(isinstance(s, float) for s in settles)


@pytest.mark.parametrize(
    "given, said",
    [
        ({"pdl1": 0.1}, '{"pdl1": 0.1}'),
        ({"pdl1": Decimal("0.1")}, '{"pdl1": 0.1}'),
        ({"pdl1": Decimal("1E+1")}, '{"pdl1": 10}'),
        ({"pdl1": Decimal("1e-7")}, '{"pdl1": 0.0000001}'),
        ({"pdl1": Fraction(1, 3)}, '{"pdl1": "1/3"}'),
        ({"pdl1": numpy.float64(0.1)}, '{"pdl1": 0.1}'),
        ({"pdl1": numpy.float32(0.1)}, '{"pdl1": 0.1}'),
        ({"ps": numpy.int64(2), "frail": numpy.bool_(True)}, '{"ps": 2, "frail": true}'),
        ({"pdl1": {"at_least": Decimal("0.5"), "below": Fraction(3, 2)}}, '{"pdl1": {"at_least": 0.5, "below": 1.5}}'),
        ({"ps": {"in": [Decimal(0), numpy.uint8(3)]}}, '{"ps": {"in": [0, 3]}}'),
        ({"sites": {"bone", "liver"}, "metastases": 3}, '{"sites": ["bone", "liver"], "metastases": 3}'),
        ({"age": None}, '{"age": null}'),
        ({"neutrophils": {"value": 1500, "unit": "/uL"}}, '{"neutrophils": 1.5}'),
    ],
)
def test_values(nsclc, given, said):
    wanted = nsclc.evaluate_json(said, explain=True)
    assert nsclc.evaluate(given, explain=True) == json.loads(wanted, parse_float=Decimal)


@pytest.mark.parametrize("given", [Decimal("60.5"), Decimal("605e-1"), numpy.float32(60.5), 60.5])
def test_numbers_come_back_as_numbers(nsclc, given):
    case = {"stage": "IV", "line": "first", "histology": "squamous", "egfr": "wild_type", "alk": "negative", "ps": 1, "age": 66}
    answer = nsclc.evaluate({**case, "pdl1": given}, explain=True)
    because = [offer["because"] for d in answer["decisions"] for offer in d["offers"] + d["advice"] if "because" in offer]
    said = [b["pdl1"] for b in because if "pdl1" in b]
    assert said
    assert all(isinstance(s, Decimal) and s == Decimal("60.5") for s in said)


def test_a_threshold_is_met_exactly(nsclc):
    """PD-L1 from 1 % on: the last of 30 digits decides."""
    case = {"stage": "IV", "line": "second", "phase": "treatment", "prior_platinum": "failed"}
    below = nsclc.evaluate({**case, "pdl1": Decimal("0.99999999999999999999999999999")})
    at = nsclc.evaluate({**case, "pdl1": Decimal("1.00000000000000000000000000000")})
    assert below["decisions"] != at["decisions"]
    assert nsclc.evaluate({**case, "pdl1": 1})["decisions"] == at["decisions"]


nested: list = []
nested.append(nested)


@pytest.mark.parametrize(
    "facts, error",
    [
        ({"pdl1": float("nan")}, ValueError),
        ({"pdl1": float("inf")}, ValueError),
        ({"pdl1": Decimal("NaN")}, ValueError),
        ({"pdl1": Decimal("-Infinity")}, ValueError),
        ({"pdl1": numpy.float32("nan")}, ValueError),
        ({"pdl1": numpy.array([1.0])}, TypeError),
        ({"pdl1": 1j}, TypeError),
        ({1: True}, TypeError),
        ({"sites": {1: True}}, TypeError),
        ({"pdl1": {"in": nested}}, ValueError),
        ({"age": object()}, TypeError),
        ([], TypeError),
        ("{}", TypeError),
        ({"stage": "\ud800"}, ValueError),
    ],
)
def test_what_is_no_value(nsclc, facts, error):
    with pytest.raises(error):
        nsclc.evaluate(facts)


@pytest.mark.parametrize("number", [Decimal("1e400"), Decimal("-1e5000000"), Decimal("1e-400")])
def test_numbers_that_are_too_long_are_told_as_such(nsclc, number):
    with pytest.raises(gdlrt.GdlError, match="more digits"):
        nsclc.evaluate({"pdl1": number})


def test_mistakes_are_all_told(nsclc):
    with pytest.raises(gdlrt.GdlError) as caught:
        nsclc.evaluate({"stag": "IV", "age": 17, "frail": "no"})
    error = caught.value
    assert error.status == "bad-case"
    assert [p.get("fact") for p in error.problems] == [None, "age", "frail"]
    assert "did you mean `stage`" in str(error)
    assert error.problems[2]["help"]
    again = pickle.loads(pickle.dumps(error))
    assert (again.status, again.problems, str(again)) == (error.status, error.problems, str(error))
    with pytest.raises(gdlrt.GdlError, match="double quotes"):
        nsclc.evaluate_json("{")
    with pytest.raises(gdlrt.GdlError) as caught:
        nsclc.evaluate({"stage": "I", "metastases": 1})
    assert "stage IV" in caught.value.problems[0]["because"]


def test_a_copy_is_the_program_itself():
    data = (CORPUS / "nsclc.gdlb").read_bytes()
    program = gdlrt.load(data)
    wanted = program.evaluate_json("{}")
    for copied in (copy.copy(program), copy.deepcopy(program), copy.deepcopy({"by": [program]})["by"][0]):
        assert copied is program
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="load"):
            pickle.dumps(program, protocol)
    assert program.evaluate_json("{}") == wanted


def test_a_program_is_used_to_the_interpreters_end():
    threads = """
import sys, threading, time, gdlrt
program = gdlrt.load(sys.argv[1])
def ask():
    while True:
        program.evaluate_json("{}", explain=True)
for _ in range(3):
    threading.Thread(target=ask, daemon=True).start()
time.sleep(0.1)
"""
    late = """
import atexit, sys
def ask():
    other = [bytearray(b"\\xff" * 52500) for _ in range(200)]
    assert program.evaluate_json("{}") == wanted
atexit.register(ask)
import gdlrt
program = gdlrt.load(sys.argv[1])
wanted = program.evaluate_json("{}")
"""
    for script in [threads] * 5 + [late]:
        done = subprocess.run([sys.executable, "-c", script, CORPUS / "nsclc.gdlb"], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_audit_records(nsclc):
    case = '{ "stage": "IV",\n "ps": 1.0 }'
    record, answer = nsclc.audit_json(case, audience="patient")
    assert answer == nsclc.evaluate_json(case, audience="patient")
    said = json.loads(record)
    assert said["answer"] == json.loads(answer)
    assert '"case":{"stage":"IV","ps":1.0},' in record
    assert said["options"] == {"audience": "patient", "locale": None, "steps": 0, "explain": False}
    digest = hashlib.sha256((CORPUS / "nsclc.gdlb").read_bytes()).hexdigest()
    assert said["program"]["file_hash"] == f"sha256:{digest}"
    with pytest.raises(gdlrt.GdlError) as caught:
        nsclc.audit_json('{"stag": "IV"}')
    assert json.loads(caught.value.record)["problems"] == caught.value.problems
    assert pickle.loads(pickle.dumps(caught.value)).record == caught.value.record
    with pytest.raises(gdlrt.GdlError) as caught:
        nsclc.evaluate_json('{"stag": "IV"}')
    assert caught.value.record is None


def test_programs(nsclc, tmp_path):
    data = (CORPUS / "nsclc.gdlb").read_bytes()
    for given in (data, bytearray(data), memoryview(data)):
        assert gdlrt.load(given).evaluate({}) == nsclc.evaluate({})
    for given, said in ((b"", "empty"), (b"text" * 100, "not a program"), (data[:1000], "cut short"), (data[:-1] + b"x", "checksum")):
        with pytest.raises(gdlrt.GdlError, match=said) as caught:
            gdlrt.load(given)
        assert caught.value.status == "bad-program"
    with pytest.raises(FileNotFoundError):
        gdlrt.load(tmp_path / "none.gdlb")
    with open(CORPUS / "nsclc.gdlb", "rb") as file:
        for given in (file.fileno(), numpy.int64(file.fileno()), True, file, None):
            with pytest.raises(TypeError, match="path"):
                gdlrt.load(given)
        assert file.read() == data
    with pytest.raises(ValueError):
        gdlrt.load(f"{CORPUS}/nsclc.gdlb\0x")
    with pytest.raises(TypeError):
        gdlrt.Program(5)
    for call in (nsclc.evaluate_json, nsclc.audit_json):
        for case in (5, None, {}, ["{}"]):
            with pytest.raises(TypeError, match="text"):
                call(case)
        assert call(bytearray(b"{}")) == call(memoryview(b"{}")) == call("{}")
    assert nsclc.disassemble().startswith("gdlb ")
    assert gdlrt.version().split(".")[0] == "0"


class Rung(Exception):
    pass


def rings(*_: object) -> None:
    raise Rung


def test_what_a_signal_raises_comes_out_and_nothing_is_lost(nsclc):
    case = (CORPUS / "nsclc-0.json").read_text()
    calls = (
        lambda: nsclc.evaluate_json(case, explain=True),
        lambda: nsclc.audit_json(case, explain=True),
        nsclc.disassemble,
        lambda: error_of_case(nsclc),
    )
    before = signal.signal(signal.SIGALRM, rings)
    try:
        for call in calls:
            wanted = call()
            start = time.perf_counter()
            call()
            takes = time.perf_counter() - start
            rung = 0
            for i in range(500):
                try:
                    signal.setitimer(signal.ITIMER_REAL, takes * (0.3 + i % 100 / 125))
                    got = call()
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    assert got == wanted
                except Rung:
                    rung += 1
            assert rung > 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def error_of_case(program: gdlrt.Program) -> list:
    with pytest.raises(gdlrt.GdlError) as caught:
        program.evaluate_json(json.dumps({f"no{i}": i for i in range(90)}))
    return caught.value.problems


def test_stripped_programs(nsclc):
    stripped = gdlrt.load(CORPUS / "nsclc.stripped.gdlb")
    assert stripped.rules == tuple(f"#{i}" for i in range(len(nsclc.rules)))
    assert stripped.decisions == nsclc.decisions
    case = (CORPUS / "nsclc-0.json").read_text()
    whole, less = (json.loads(program.evaluate_json(case)) for program in (nsclc, stripped))
    named = dict(zip(nsclc.rules, stripped.rules, strict=True))
    offers = [[offer for d in answer["decisions"] for offer in d["offers"]] for answer in (whole, less)]
    assert offers[0]
    for has, lacks in zip(*offers, strict=True):
        assert "label" in has and "label" not in lacks
        assert lacks["way"] == has["way"] and lacks["rules"] == [named[rule] for rule in has["rules"]]


def test_options(nsclc):
    assert '"status":"undecided"' in nsclc.evaluate_json("{}", steps=1)
    for steps in (0, -1, 1 << 64):
        with pytest.raises(ValueError):
            nsclc.evaluate({}, steps=steps)
    with pytest.raises(ValueError):
        nsclc.evaluate({}, audience="pat\0ient")


def test_memory_is_given_back():
    data = (CORPUS / "nsclc.gdlb").read_bytes()

    def work(times: int) -> int:
        for _ in range(times):
            program = gdlrt.load(data)
            program.evaluate_json(b'{"stage": "IV"}')
            with pytest.raises(gdlrt.GdlError):
                program.evaluate({"age": 1})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = work(50)
    # 400 programs that were kept would take 20 MB and more.
    assert work(400) - before < 8_000
