"""The wheel: many patients at once, by Arrow tables and by numpy arrays, against the answers to the same patients one by one."""

import os
import pathlib
import random

import numpy
import pyarrow
import pytest

import gdlrt
from gdlrt import _rows

CORPUS = pathlib.Path(os.environ["CORPUS"])
ENUMERATIONS = {
    "stage": ["I", "II", "III", "IV"],
    "line": ["first", "second"],
    "histology": ["squamous", "nonsquamous"],
    "egfr": ["activating", "wild_type"],
    "alk": ["rearranged", "negative"],
    "organ_function": ["adequate", "impaired"],
    "liver_function": ["normal", "abnormal"],
    "prior_platinum": ["none", "failed", "other"],
    "phase": ["work_up", "treatment", "follow_up"],
    "regimen": ["single_agent", "combination", "no_chemotherapy"],
}
YES_NO = [
    "comorbid", "frail", "bevacizumab_contraindicated", "palliative_setting", "adrenal_proven", "resectable", "locoregional_option",
]
WHOLE = {"ps": (0, 4), "age": (18, 120), "cycles_given": (0, 6), "metastases": (0, 3), "brain_metastases": (0, 1)}
DECIMAL = {"pdl1": (0, 3), "neutrophils": (0, 3)}
SETS = {
    "sites": ["brain", "bone", "adrenal", "contralateral_lung", "liver", "other"],
    "symptoms": ["bone_symptoms", "brain_symptoms", "chest_wall_pain", "soft_tissue_pain", "nerve_pain"],
}


@pytest.fixture(scope="module")
def program() -> gdlrt.Program:
    return gdlrt.load(CORPUS / "nsclc.gdlb")


def patients(count: int, unknown: float, seed: int) -> list[dict]:
    """Random patients; many of them are not possible, which is to be seen too."""
    r = random.Random(seed)

    def one() -> dict:
        site = r.choice([[], ["bone"], ["brain"]])
        out: dict = {name: r.choice(values) for name, values in ENUMERATIONS.items()}
        out["stage"] = "IV" if site or r.random() < 0.3 else out["stage"]
        out |= {name: r.random() < 0.3 for name in YES_NO}
        out["adrenal_proven"] = False
        out |= {name: r.randint(*ends) for name, ends in WHOLE.items()}
        out["metastases"] = len(site)
        out["brain_metastases"] = site.count("brain")
        out |= {name: round(r.uniform(*ends), 1) for name, ends in DECIMAL.items()}
        out |= {"sites": site, "symptoms": ["bone_symptoms"] if site == ["bone"] else []}
        if r.random() < 0.1:
            out["metastases"] = r.randint(0, 3)
        return {name: None if r.random() < unknown else value for name, value in out.items()}

    return [one() for _ in range(count)]


def column(name: str, values: list) -> pyarrow.Array:
    if name in ENUMERATIONS:
        return pyarrow.array(values, pyarrow.string()).dictionary_encode()
    if name in YES_NO:
        return pyarrow.array(values, pyarrow.bool_())
    if name in WHOLE:
        return pyarrow.array(values, pyarrow.int32())
    if name in DECIMAL:
        return pyarrow.array(values, pyarrow.float64())
    bits = [None if v is None else sum(1 << SETS[name].index(e) for e in v) for v in values]
    return pyarrow.array(bits, pyarrow.uint64())


def table(rows: list[dict]) -> pyarrow.Table:
    return pyarrow.table({name: column(name, [row[name] for row in rows]) for name in rows[0]})


def compare(program: gdlrt.Program, rows: list[dict], result: gdlrt.Rows) -> None:
    """Each row against the answer to the same patient by himself."""
    assert len(result) == len(rows)
    answered = 0
    for i, row in enumerate(rows):
        if result.undecided[i]:
            continue
        try:
            answer = program.evaluate(row)
        except gdlrt.GdlError:
            assert result.bad[i]
            assert not any(mask[i] for mask in result.possible.rules)
            continue
        assert not result.bad[i]
        answered += 1
        certain, possible, split = set(), set(), set()
        ids = [decision["id"] for decision in answer["decisions"] if decision["id"] != "safety"]
        assert tuple(ids) == program.decisions
        told = {a["rule"]: a["status"] != "possible" for d in answer["decisions"] for a in d["advice"]}
        for name, mask in zip(program.rules, result.possible.rules, strict=True):
            assert mask[i] or name not in told, (i, name)
        for name, mask in zip(program.rules, result.certain.rules, strict=True):
            assert mask[i] or not told.get(name, False), (i, name)
        for d, decision in enumerate(answer["decisions"]):
            if decision["id"] != "safety":
                for word, masks in (("applies", "domain"), ("gap", "gap"), ("stranded", "stranded")):
                    says = decision[word]
                    assert getattr(result.certain, masks)[d][i] == (says == "yes"), (i, decision["id"], word)
                    assert getattr(result.possible, masks)[d][i] == (says != "no"), (i, decision["id"], word)
            for offer in decision["offers"]:
                assert offer["status"] in ("certain", "assumed", "possible")
                way = gdlrt.Way(decision["id"], offer["verb"], tuple(offer["way"]))
                if way in possible:
                    split.add(way)  # its parameters may come out in several ways: an answer has an offer for each
                possible.add(way)
                # What only the constraints make certain is assumed: rows do not tell these apart.
                if offer["status"] != "possible":
                    certain.add(way)
        assert {way for way, mask in result.possible.offers.items() if mask[i]} == possible, i
        assert {way for way, mask in result.certain.offers.items() if mask[i]} - split == certain - split, i
    assert answered > len(rows) // 4


def equal(a: gdlrt.Rows, b: gdlrt.Rows) -> None:
    assert (list(a.bad), list(a.undecided)) == (list(b.bad), list(b.undecided))
    for x, y in ((a.certain, b.certain), (a.possible, b.possible)):
        assert [list(m) for m in x.rules] == [list(m) for m in y.rules]
        assert {w: list(m) for w, m in x.offers.items()} == {w: list(m) for w, m in y.offers.items()}
        for name in ("domain", "gap", "stranded", "conflict"):
            assert [list(m) for m in getattr(x, name)] == [list(m) for m in getattr(y, name)]


def test_a_table_is_what_its_patients_are(program):
    rows = patients(300, 0, 1)
    result = program.evaluate_table(table(rows))
    compare(program, rows, result)
    assert 0 < result.bad.count() < 300
    assert result.undecided.count() == 0
    for certain, possible in zip(result.certain.rules, result.possible.rules):
        assert list(certain) == list(possible)


def test_nulls_are_unknown_values(program):
    rows = patients(200, 0.04, 2)
    result = program.evaluate_table(table(rows))
    compare(program, rows, result)
    assert any(list(c) != list(p) for c, p in zip(result.certain.rules, result.possible.rules))


def test_enumerations_as_plain_text_and_as_integers(program):
    rows = patients(200, 0.02, 9)
    whole = table(rows)
    wanted = program.evaluate_table(whole)
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.int16()):
        other = whole
        for name, values in ENUMERATIONS.items():
            given = [row[name] for row in rows]
            if kind == pyarrow.int16():
                given = [None if v is None else values.index(v) for v in given]
            other = other.set_column(other.schema.get_field_index(name), name, pyarrow.array(given, kind))
        equal(program.evaluate_table(other), wanted)


def test_chunks_slices_threads_and_engines_make_no_difference(program):
    rows = patients(1000, 0.02, 3)
    whole = table(rows)
    wanted = program.evaluate_table(whole)
    assert len(wanted.bad.bits) == 1
    chunked = pyarrow.concat_tables([whole.slice(0, 77), whole.slice(77, 0), whole.slice(77, 523), whole.slice(600)])
    equal(program.evaluate_table(chunked), wanted)
    equal(program.evaluate_table(whole, threads=4), wanted)
    equal(program.evaluate_table(chunked, threads=3), wanted)
    equal(program.evaluate_table(whole.to_batches()[0]), wanted)
    engines = {"best": wanted.engine}
    for engine in ("scalar", "avx2", "avx512"):
        try:
            result = program.evaluate_table(whole, engine=engine)
        except ValueError as error:
            assert "does not have the instructions" in str(error)
            continue
        assert result.engine == engine
        equal(result, wanted)
    assert engines
    part = program.evaluate_table(whole.slice(130, 200))
    for mask, of in zip(part.certain.rules, wanted.certain.rules):
        assert list(mask) == of[130:330]


def test_arrays(program):
    rows = patients(500, 0, 4)
    columns: dict = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in ENUMERATIONS:
            columns[name] = numpy.array([ENUMERATIONS[name].index(v) for v in values], numpy.uint8)
        elif name in YES_NO:
            columns[name] = numpy.array(values)
        elif name in WHOLE:
            columns[name] = numpy.array(values, [numpy.int32, numpy.int64, numpy.uint8][len(columns) % 3])
        elif name == "pdl1":
            columns[name] = numpy.array([round(v * 10) for v in values], numpy.int64)
        elif name in DECIMAL:
            columns[name] = numpy.array(values)
        else:
            columns[name] = numpy.array([sum(1 << SETS[name].index(e) for e in v) for v in values], numpy.uint64)
    scales = {"pdl1": 1}
    wanted = program.evaluate_table(table(rows))
    equal(program.evaluate_columns(columns, scales=scales), wanted)
    equal(program.evaluate_columns(columns, scales=scales, threads=3), wanted)

    known = numpy.random.default_rng(5).random(500) < 0.9
    for row, is_known in zip(rows, known):
        row["age"] = row["age"] if is_known else None
    wanted = program.evaluate_table(table(rows))
    equal(program.evaluate_columns(columns, scales=scales, valid={"age": known}), wanted)
    masked = {**columns, "age": numpy.ma.masked_array(columns["age"], ~known)}
    equal(program.evaluate_columns(masked, scales=scales, threads=2), wanted)
    # Both together: known where both say so.
    here = numpy.arange(500) % 3 > 0
    for mine, other in ((known | here, known | ~here), (known, numpy.ones(500, bool)), (numpy.ones(500, bool), known)):
        masked["age"] = numpy.ma.masked_array(columns["age"], ~mine)
        equal(program.evaluate_columns(masked, scales=scales, valid={"age": other}), wanted)
        equal(program.evaluate_columns(columns, scales=scales, valid={"age": numpy.ma.masked_array(other, ~mine)}), wanted)

    for change, error, said in (
        ({"age": columns["age"].astype(numpy.float32)}, TypeError, "cast it"),
        ({"age": columns["age"][:10]}, ValueError, "lengths"),
        ({"age": numpy.zeros((500, 2), numpy.int32)}, TypeError, "dimensions"),
        ({"age": numpy.zeros(1000, numpy.int32)[::2]}, TypeError, "one after another"),
        ({"age": [1] * 500}, TypeError, "no array"),
        ({"weight": numpy.zeros(500)}, gdlrt.GdlError, "weight"),
    ):
        with pytest.raises(error, match=said):
            program.evaluate_columns({**columns, **change}, scales=scales)
    for name, error in (("age\0x", ValueError), (b"age", TypeError), (7, TypeError)):
        with pytest.raises(error, match="name"):
            program.evaluate_columns({name if n == "age" else n: c for n, c in columns.items()}, scales=scales)
    with pytest.raises(ValueError, match="no column"):
        program.evaluate_columns(columns, scales=scales, valid={"weight": known})
    with pytest.raises(TypeError, match="bools"):
        program.evaluate_columns(columns, scales=scales, valid={"age": known[:5]})
    with pytest.raises(gdlrt.GdlError, match="age"):
        program.evaluate_columns({n: c for n, c in columns.items() if n != "age"}, scales=scales)
    # Not-a-number is a bad value.
    columns["neutrophils"] = columns["neutrophils"].copy()
    columns["neutrophils"][7] = numpy.nan
    assert program.evaluate_columns(columns, scales=scales).bad[7]


def test_masks(program):
    rows = patients(200, 0, 6)
    whole = table(rows)
    result = program.evaluate_table(pyarrow.concat_tables([whole.slice(0, 70), whole.slice(70)]))
    mask = max(result.certain.rules, key=lambda m: m.count())
    bools = list(mask)
    assert 0 < mask.count() < 200 and mask.count() == sum(bools) and mask.count(False) == 200 - sum(bools)
    assert numpy.asarray(mask).tolist() == bools and numpy.asarray(mask).dtype == bool
    assert mask.to_pyarrow().to_pylist() == bools
    assert [mask[i] for i in range(-200, 0)] == bools and mask[10:90:7] == bools[10:90:7]
    assert whole.filter(mask.to_pyarrow()).num_rows == mask.count()
    for row in (200, -201):
        with pytest.raises(IndexError):
            mask[row]


def test_a_program_that_offers_one_way_twice(program, monkeypatch):
    """gdlc makes none; the verifier does not look for it."""
    monkeypatch.setattr(_rows._Plan, "_way", staticmethod(lambda records, index: gdlrt.Way("a", "recommend", ("b",))))
    with pytest.raises(gdlrt.GdlError, match="twice") as caught:
        program.evaluate_table(table(patients(3, 0, 7)))
    assert caught.value.status == "bad-program"


def test_no_rows(program):
    result = program.evaluate_table(table(patients(3, 0, 7)).slice(0, 0))
    assert len(result) == 0 and result.bad.count() == 0 and list(result.bad) == []
    assert numpy.asarray(result.bad).tolist() == [] and result.bad.to_pyarrow().to_pylist() == []


def test_tables_that_do_not_fit(program):
    whole = table(patients(20, 0, 8))
    cases = [
        (whole.drop_columns(["age"]), "age"),
        (whole.set_column(whole.schema.get_field_index("age"), "age", pyarrow.array(["x"] * 20)), "age"),
        (whole.set_column(whole.schema.get_field_index("stage"), "stage", pyarrow.array([1.0] * 20)), "stage"),
    ]
    for given, said in cases:
        with pytest.raises(gdlrt.GdlError, match=said) as caught:
            program.evaluate_table(given)
        assert caught.value.status == "bad-argument"
    for given in (whole, whole.to_batches()[0], whole.to_reader()):
        names = ["age\0x" if name == "age" else name for name in given.schema.names]
        if isinstance(given, pyarrow.RecordBatchReader):
            given = pyarrow.RecordBatchReader.from_batches(pyarrow.schema(zip(names, given.schema.types)), [])
        else:
            given = given.rename_columns(names)
        with pytest.raises(ValueError, match="zero character"):
            program.evaluate_table(given)
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        program.evaluate_table({"age": [1]})
    with pytest.raises(ValueError, match="engine"):
        program.evaluate_table(whole, engine="fast")
    with pytest.raises(ValueError, match="threads"):
        program.evaluate_table(whole, threads=0)
    # Columns that are no facts are passed over; a name that is no enumerator makes its row bad.
    other = whole.append_column("id", pyarrow.array(range(20)))
    stages = pyarrow.array(["V"] + [s.as_py() for s in whole["stage"]][1:]).dictionary_encode()
    other = other.set_column(other.schema.get_field_index("stage"), "stage", stages)
    result = program.evaluate_table(other)
    assert result.bad[0]
