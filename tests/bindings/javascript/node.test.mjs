// The npm package in Node: the corpus (tests/bindings/corpus.py, in CORPUS) byte for byte, and what is said of mistakes.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";

// The package's one instance of the runtime, to look at its memory.
let instance;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => (instance = await instantiate(...given));
const { GdlError, load, version } = await import("gdlrt");

const corpus = process.env.CORPUS;
const file = (name) => readFileSync(`${corpus}/${name}`);
const lines = file("cases.txt").toString().trim().split("\n").map((line) => line.split(" "));
const optional = (word) => (word === "-" ? undefined : word);

test("every case of the corpus has gdlc's answer", async () => {
  assert.ok(lines.length > 100);
  const programs = new Map();
  for (const [program, facts, audience, locale, explain, answer] of lines) {
    if (!programs.has(program)) programs.set(program, await load(file(program)));
    const options = { audience: optional(audience), locale: optional(locale), explain: explain === "1" };
    const text = programs.get(program).evaluateText(file(facts).toString(), options);
    assert.equal(text, file(answer).toString(), facts);
    assert.deepEqual(programs.get(program).evaluate(JSON.parse(file(facts)), options), JSON.parse(text));
  }
  for (const program of programs.values()) program.free();
});

test("values are said as a case says them", async () => {
  const program = await load(file("nsclc.gdlb"));
  const known = (value) => program.evaluateText(JSON.stringify(value));
  const same = (given, said) => assert.equal(JSON.stringify(program.evaluate(given)), JSON.stringify(JSON.parse(known(said))));
  same({ age: 74n, sites: new Set(["bone"]) }, { age: 74, sites: ["bone"] });
  same({ age: undefined, ps: null }, { ps: null });
  same({ pdl1: "1/3", neutrophils: { value: 1500, unit: "/uL" } }, { pdl1: "1/3", neutrophils: 1.5 });
  same({ age: { above: { value: 600, unit: "months" }, at_most: 80n } }, { age: { above: 50, at_most: 80 } });
  same({ age: { in: [{ value: 600, unit: "months" }, { above: { value: 720, unit: "months" } }] } }, { age: { in: [50, { above: 60 }] } });
  same({ age: { in: [600, { above: 720 }], not: 960, unit: "months" } }, { age: { in: [50, { above: 60 }], not: 80 } });
  for (const facts of [{ pdl1: { not: [{ below: 5 }] } }, { pdl1: { in: [{ below: 5, unit: "%" }] } }]) {
    assert.throws(() => program.evaluate(facts), GdlError);
  }
  for (const facts of [{ age: NaN }, { age: Infinity }, { pdl1: { below: NaN } }, { sites: new Map() }, { age: () => 1 }]) {
    assert.throws(() => program.evaluate(facts), TypeError);
  }
  // What JSON would pass over, or unwrap: it would be taken for nothing known.
  class Patient {
    get age() {
      return 71;
    }
  }
  const age = (value) => ({ age: value });
  for (const [facts, said] of [
    [Promise.resolve({ age: 71 }), /the case .*await it/],
    [{ sites: Promise.resolve(["bone"]) }, /`sites` .*await it/],
    [new Patient(), /the case is no value/],
    [Object.create({ age: 71 }), /the case is no value/],
    [Object.create(Object.assign(Object.create(null), { age: 71 })), /the case is no value/],
    ...[new Number(NaN), new Number(71), new String("x"), new Date(0), new Patient()].map((value) => [age(value), /`age` is no/]),
    ...[/x/, new WeakSet(), new Uint8Array(1), new Map()].map((value) => [{ sites: value }, /`sites` is no/]),
    [{ sites: { toJSON: () => new WeakSet() } }, /`sites` is no/],
    [{ pdl1: { below: new Number(1) } }, /`below` is no/],
    [{ sites: [Promise.resolve("bone")] }, /await it/],
    [{ sites: new Set([new String("bone")]) }, /no value/],
  ]) {
    assert.throws(() => program.evaluate(facts), (e) => e instanceof TypeError && said.test(e.message));
  }
  same(Object.assign(Object.create(null), { age: 71 }), { age: 71 });
  same(runInNewContext('({ age: 71, sites: ["bone"], pdl1: { below: 1 } })'), { age: 71, sites: ["bone"], pdl1: { below: 1 } });
  for (const steps of [0, -1, 0.5, NaN, 2 ** 53]) assert.throws(() => program.evaluate({}, { steps }), RangeError);
  for (const name of ["audience", "locale"]) {
    assert.throws(() => program.evaluate({}, { [name]: "patient\0zzz" }), RangeError);
    for (const value of [["patient"], 1, true]) assert.throws(() => program.evaluate({}, { [name]: value }), TypeError);
  }
  assert.throws(() => program.evaluate({}, { steps: "5" }), TypeError);
  const usual = { audience: undefined, locale: null, steps: undefined };
  assert.equal(program.evaluateText("{}", usual), program.evaluateText("{}"));
  assert.throws(() => program.evaluateText({}), TypeError);
});

test("few steps leave an answer undecided, never wrong", async () => {
  const program = await load(file("nsclc.gdlb"));
  assert.match(program.evaluateText("{}", { steps: 1 }), /"status":"undecided"/);
  assert.doesNotMatch(program.evaluateText("{}"), /"status":"undecided"/);
});

test("mistakes in a case are all told", async () => {
  const program = await load(file("nsclc.gdlb"));
  const caught = (call) => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const error = caught(() => program.evaluate({ stag: "IV", age: 17, frail: "no" }));
  assert.ok(error instanceof GdlError);
  assert.equal(error.status, "bad-case");
  assert.deepEqual(error.problems.map((p) => p.fact), [undefined, "age", "frail"]);
  assert.match(error.message, /did you mean `stage`/);
  assert.equal(error.problems[0].code, "GDL7001");
  assert.equal(caught(() => program.evaluateText("{")).status, "bad-case");
  assert.equal(caught(() => program.evaluate([])).status, "bad-case");
  // A patient who cannot be, with the reason.
  assert.match(caught(() => program.evaluate({ stage: "I", metastases: 1 })).problems[0].because, /stage IV/);
});

test("what is no program is refused", async () => {
  const bytes = new Uint8Array(file("nsclc.gdlb"));
  const refused = async (given, message) =>
    assert.rejects(load(given), (e) => e instanceof GdlError && e.status === "bad-program" && message.test(e.message));
  await refused(new Uint8Array(0), /empty/);
  await refused(file("cases.txt"), /not a program/);
  await refused(bytes.slice(0, 1000), /cut short/);
  for (let i = 100; i < bytes.length; i += 997) {
    const damaged = bytes.slice();
    damaged[i] ^= 1;
    await refused(damaged, /checksum/);
  }
  await assert.rejects(load("nsclc.gdlb"), TypeError);
});

test("memory is given back", async () => {
  const bytes = file("nsclc.gdlb");
  const program = await load(bytes);
  const text = file("nsclc-1.json").toString();
  const used = () => {
    for (let i = 0; i < 20; ++i) {
      program.evaluateText(text, { explain: true });
      assert.throws(() => program.evaluate({ age: 1 }), GdlError);
    }
    return instance.exports.memory.buffer.byteLength;
  };
  const before = used();
  for (let i = 0; i < 200; ++i) {
    (await load(bytes)).free();
    await assert.rejects(load(bytes.subarray(8)), GdlError);
  }
  assert.equal(used(), before);
  program.free();
  program.free();
  assert.throws(() => program.evaluate({}), TypeError);
});

test("a call that the stack has no room for harms no other", async () => {
  const [nsclc, news2, unused] = [await load(file("nsclc.gdlb")), await load(file("news2.gdlb")), await load(file("nsclc.gdlb"))];
  const ask = (program) => program.evaluateText("{}", { explain: true });
  const wanted = [ask(nsclc), ask(news2)];
  let thrown = 0;
  // Goes to the end of the stack, and makes the call there and in the frames before it, of which the first few do not do.
  const overflow = (call) => {
    const deeper = () => {
      try {
        deeper();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        ++thrown;
        call();
      }
    };
    deeper();
  };
  for (let i = 0; i < 30; ++i) {
    overflow(() => ask(nsclc));
    assert.deepEqual([ask(nsclc), ask(news2)], wanted);
    const other = await load(file("nsclc.gdlb"));
    overflow(() => other.free());
    assert.throws(() => ask(other), TypeError);
    other.free();
  }
  assert.ok(thrown > 300, `${thrown}`);
  assert.equal(ask(unused), wanted[0]);
  for (const program of [nsclc, news2, unused]) program.free();
  assert.throws(() => ask(nsclc), TypeError);
});

test("a view of a larger buffer is what it shows", async () => {
  const bytes = file("news2.gdlb");
  const larger = new Uint8Array(bytes.length + 24);
  larger.set(bytes, 3);
  (await load(new Uint8Array(larger.buffer, 3, bytes.length))).free();
  (await load(new DataView(larger.buffer, 3, bytes.length))).free();
  (await load(larger.buffer.slice(3, 3 + bytes.length))).free();
});

test("the runtime is no larger than docs/embedding.md says", () => {
  const { size } = statSync(fileURLToPath(import.meta.resolve("gdlrt/gdlrt.wasm")));
  assert.ok(size < 105_500, `${size} bytes`);
});

test("the version is the package's", async () => {
  const manifest = readFileSync(new URL("./node_modules/gdlrt/package.json", import.meta.url));
  assert.equal(await version(), JSON.parse(manifest).version);
});
