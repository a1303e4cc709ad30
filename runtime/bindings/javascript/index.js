// gdlrt for JavaScript: loads compiled guidelines and answers cases. index.d.ts tells each call.
// The work is done by gdlrt.wasm, which has no imports; all programs of a page or process share one instance of it.

/** What a call says that fails: `status` names the kind, `problems` tells each thing that is wrong. */
export class GdlError extends Error {
  constructor(status, problems) {
    super(problems.length > 0 ? problems.map((p) => p.message).join("; ") : status.replaceAll("-", " "));
    this.name = "GdlError";
    this.status = status;
    this.problems = problems;
  }
}

// By gdlrt_status.
const STATUS = ["ok", "bad-program", "bad-case", "no-memory", "stopped", "bad-argument", "undecided"];
// Result of wasm/exports.cpp: a program and two texts, each of an address, a size and a capacity.
const RESULT_BYTES = 28;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An instance of the runtime, and how bytes go in and out of its memory. */
class Runtime {
  constructor(instance) {
    this.wasm = instance.exports;
  }

  // The memory's buffer is another one whenever the memory has grown: it is asked for each time.
  bytes(at, size) {
    return new Uint8Array(this.wasm.memory.buffer, at, size);
  }

  /** The bytes, in the runtime's memory; the caller frees them. */
  put(bytes) {
    const at = this.wasm.alloc(Math.max(bytes.length, 1)) >>> 0;
    if (at === 0) throw new GdlError("no-memory", []);
    this.bytes(at, bytes.length).set(bytes);
    return at;
  }

  /** A text with a zero byte after it, or 0 for none. */
  putText(text) {
    return text === undefined || text === null ? 0 : this.put(encoder.encode(`${text}\0`));
  }

  /** Makes a call that fills a Result: its program and text. Throws what it says instead. */
  call(make) {
    const result = this.put(new Uint8Array(RESULT_BYTES));
    try {
      const status = make(result);
      const [program, text, textSize, , errors, errorsSize] = new Uint32Array(
        this.wasm.memory.buffer.slice(result, result + RESULT_BYTES),
      );
      const said = decoder.decode(this.bytes(errors, errorsSize));
      const written = decoder.decode(this.bytes(text, textSize));
      this.wasm.free(text);
      this.wasm.free(errors);
      if (status !== 0) {
        const lines = said.split("\n").filter((line) => line !== "");
        throw new GdlError(STATUS[status] ?? "unknown-status", lines.map((line) => JSON.parse(line)));
      }
      return { program, text: written };
    } finally {
      this.wasm.free(result);
    }
  }
}

let shared; // the one instance, or the promise of it

async function wasmOf(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const url = source ?? new URL("./gdlrt.wasm", import.meta.url);
  if (typeof process !== "undefined" && process.versions?.node && String(url).startsWith("file:")) {
    const { readFile } = await import("node:fs/promises");
    return WebAssembly.compile(await readFile(new URL(url)));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`gdlrt: ${url} cannot be fetched (${response.status})`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Loads the runtime itself; `load` does so unless it has been done. */
export function init(wasm) {
  shared ??= wasmOf(wasm)
    .then((module) => WebAssembly.instantiate(module))
    .then(
      (instance) => new Runtime(instance),
      (error) => {
        shared = undefined; // it may be tried again
        throw error;
      },
    );
  return shared.then(() => undefined);
}

/** The version of the runtime, as in "0.1.0". */
export async function version() {
  await init();
  const v = (await shared).wasm.version();
  return `${Math.floor(v / 10000)}.${Math.floor(v / 100) % 100}.${v % 100}`;
}

/** What JSON would change without a word is refused, or said as a case says it. */
function plain(key, value) {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`\`${key}\` is ${value}: leave the fact out, or give null, if it is not known`);
  }
  if (value instanceof Set) return [...value];
  if (typeof value === "function" || typeof value === "symbol" || value instanceof Map) {
    throw new TypeError(`\`${key}\` is no value of a case`);
  }
  return value;
}

/** An option that is a text: C ends one at a zero character. */
function textOption(name, value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new TypeError(`\`${name}\` is a text`);
  if (value.includes("\0")) throw new RangeError(`\`${name}\` has a zero character`);
  return value;
}

/** 0, which is as many as are usual, or what was said. */
function stepsOption(steps) {
  if (steps === undefined || steps === null) return 0;
  if (typeof steps !== "number") throw new TypeError("`steps` is a number");
  if (!Number.isSafeInteger(steps) || steps < 1) throw new RangeError("`steps` is a whole number, at least 1");
  return steps;
}

const forgotten = new FinalizationRegistry(({ runtime, program, bytes }) => {
  runtime.wasm.unload(program);
  runtime.wasm.free(bytes);
});

export class Program {
  #held;

  /** Use `load`. */
  constructor(held) {
    this.#held = held;
    forgotten.register(this, held, this);
  }

  evaluate(facts, options = {}) {
    return JSON.parse(this.evaluateText(JSON.stringify(facts, plain), options));
  }

  evaluateText(json, { audience, locale, explain = false, steps } = {}) {
    if (this.#held === undefined) throw new TypeError("the program has been freed");
    if (typeof json !== "string") throw new TypeError("a case is an object, or JSON as text");
    const [speaksTo, speaks, work] = [textOption("audience", audience), textOption("locale", locale), stepsOption(steps)];
    const { runtime, program } = this.#held;
    const held = [];
    const keep = (at) => (held.push(at), at);
    try {
      const text = encoder.encode(json);
      const at = keep(runtime.put(text));
      const who = keep(runtime.putText(speaksTo));
      const where = keep(runtime.putText(speaks));
      return runtime.call((result) =>
        runtime.wasm.evaluate(program, at, text.length, who, where, work, explain ? 1 : 0, result),
      ).text;
    } finally {
      for (const at of held) runtime.wasm.free(at);
    }
  }

  free() {
    if (this.#held === undefined) return;
    const { runtime, program, bytes } = this.#held;
    this.#held = undefined;
    forgotten.unregister(this);
    runtime.wasm.unload(program);
    runtime.wasm.free(bytes);
  }
}
if (Symbol.dispose) Program.prototype[Symbol.dispose] = Program.prototype.free;

/** Loads a program: the bytes of a .gdlb. */
export async function load(bytes) {
  await init();
  const runtime = await shared;
  if (!(bytes instanceof ArrayBuffer) && !ArrayBuffer.isView(bytes)) {
    throw new TypeError("a program is given as its bytes: an ArrayBuffer or a view of one");
  }
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = runtime.put(view);
  try {
    const { program } = runtime.call((result) => runtime.wasm.load(at, view.length, result));
    return new Program({ runtime, program, bytes: at });
  } catch (error) {
    runtime.wasm.free(at);
    throw error;
  }
}
