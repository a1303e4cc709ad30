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
const NO_MEMORY = STATUS.indexOf("no-memory");
// Result of wasm/exports.cpp: a program and two texts, each of an address, a size and a capacity.
const RESULT_BYTES = 28;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * An instance of the runtime, and how bytes go in and out of its memory. What is thrown out of its midst (the engine has no
 * stack left) leaves it as it is then, with a stack pointer that nobody puts back: such an instance is not used again.
 */
class Runtime {
  /** Whether a call is under way; if so when the next begins, one was thrown out of. */
  inside = false;

  constructor(module, instance) {
    this.module = module;
    this.wasm = instance.exports;
  }

  // The memory's buffer is another one whenever the memory has grown: it is asked for each time.
  bytes(at, size) {
    return new Uint8Array(this.wasm.memory.buffer, at, size);
  }

  /**
   * Makes a call that fills a Result, with blocks of the runtime's memory that hold these bytes, or 0 for none. Gives its
   * program, its text and the addresses of the first `keep` blocks, which stay the caller's; throws what it says instead.
   */
  call(blocks, keep, make) {
    this.inside = true;
    const held = [];
    let [status, program, written, said] = [NO_MEMORY, 0, "", ""];
    for (const bytes of [...blocks, new Uint8Array(RESULT_BYTES)]) {
      const at = bytes === undefined ? 0 : this.wasm.alloc(Math.max(bytes.length, 1)) >>> 0;
      if (at === 0 && bytes !== undefined) break;
      if (at !== 0) this.bytes(at, bytes.length).set(bytes);
      held.push(at);
    }
    if (held.length > blocks.length) {
      status = make(...held);
      const result = held[blocks.length];
      const [made, text, textSize, , errors, errorsSize] = new Uint32Array(
        this.wasm.memory.buffer.slice(result, result + RESULT_BYTES),
      );
      program = made;
      written = decoder.decode(this.bytes(text, textSize));
      said = decoder.decode(this.bytes(errors, errorsSize));
      this.wasm.free(text);
      this.wasm.free(errors);
    }
    const kept = status === 0 ? held.splice(0, keep) : [];
    for (const at of held) this.wasm.free(at);
    this.inside = false;
    if (status !== 0) {
      const lines = said.split("\n").filter((line) => line !== "");
      throw new GdlError(STATUS[status] ?? "unknown-status", lines.map((line) => JSON.parse(line)));
    }
    return { program, text: written, kept };
  }

  /** A program: where it is, and where its bytes are. */
  load(bytes) {
    const { program, kept } = this.call([bytes], 1, (at, result) => this.wasm.load(at, bytes.length, result));
    return { runtime: this, program, at: kept[0], size: bytes.length };
  }
}

let starting; // the promise of the first instance
let latest; // the instance

/** The instance, another one if the last is not to be used again. */
function current() {
  if (latest.inside) latest = new Runtime(latest.module, new WebAssembly.Instance(latest.module));
  return latest;
}

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
  starting ??= wasmOf(wasm)
    .then(async (module) => {
      latest = new Runtime(module, await WebAssembly.instantiate(module));
    })
    .catch((error) => {
      starting = undefined; // it may be tried again
      throw error;
    });
  return starting;
}

/** The version of the runtime, as in "0.1.0". */
export async function version() {
  await init();
  const v = latest.wasm.version();
  return `${Math.floor(v / 10000)}.${Math.floor(v / 100) % 100}.${v % 100}`;
}

/** Whether an object is what braces make, of whatever window or context. */
function isPlain(object) {
  const made = Object.getPrototypeOf(object);
  return made === null || (Object.getPrototypeOf(made) === null && Object.hasOwn(made, "isPrototypeOf"));
}

/** Refuses an object of which JSON would show nothing, or something else. */
function refuseKind(key, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Set || isPlain(value)) return;
  const what = key === "" ? "the case" : `\`${key}\``;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const hint = typeof value.then === "function" ? "await it"
    : "give an object as braces make it, an array, a set, a text or a number";
  throw new TypeError(`${what} is no value of a case, but an object of another kind (${kind}): ${hint}`);
}

/** What JSON would change without a word is refused, or said as a case says it. */
function plain(key, value) {
  refuseKind(key, this[key]); // as it was given
  refuseKind(key, value); // what its toJSON made of it
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

/** An option that is a text, as C has it: ended by a zero character. */
function textOption(name, value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new TypeError(`\`${name}\` is a text`);
  if (value.includes("\0")) throw new RangeError(`\`${name}\` has a zero character`);
  return encoder.encode(`${value}\0`);
}

/** 0, which is as many as are usual, or what was said. */
function stepsOption(steps) {
  if (steps === undefined || steps === null) return 0;
  if (typeof steps !== "number") throw new TypeError("`steps` is a number");
  if (!Number.isSafeInteger(steps) || steps < 1) throw new RangeError("`steps` is a whole number, at least 1");
  return steps;
}

/** Frees a program, unless it has been. With an instance that is not used again all goes that was in it. */
function release(held) {
  if (held.loaded === undefined) return;
  const { runtime, program, at } = held.loaded;
  held.loaded = undefined;
  if (runtime.inside) return;
  runtime.inside = true;
  runtime.wasm.unload(program);
  runtime.wasm.free(at);
  runtime.inside = false;
}

const forgotten = new FinalizationRegistry(release);

export class Program {
  #held;

  /** Use `load`. */
  constructor(loaded) {
    this.#held = { loaded };
    forgotten.register(this, this.#held, this);
  }

  evaluate(facts, options = {}) {
    return JSON.parse(this.evaluateText(JSON.stringify(facts, plain), options));
  }

  evaluateText(json, { audience, locale, explain = false, steps } = {}) {
    if (this.#held.loaded === undefined) throw new TypeError("the program has been freed");
    if (typeof json !== "string") throw new TypeError("a case is an object, or JSON as text");
    const [speaksTo, speaks, work] = [textOption("audience", audience), textOption("locale", locale), stepsOption(steps)];
    const text = encoder.encode(json);
    const runtime = current();
    // It comes into another instance out of the memory of its last one, where nothing ever writes to it.
    if (this.#held.loaded.runtime !== runtime) {
      const { runtime: last, at, size } = this.#held.loaded;
      this.#held.loaded = runtime.load(last.bytes(at, size));
    }
    const { program } = this.#held.loaded;
    return runtime.call([text, speaksTo, speaks], 0, (at, who, where, result) =>
      runtime.wasm.evaluate(program, at, text.length, who, where, work, explain ? 1 : 0, result),
    ).text;
  }

  free() {
    release(this.#held);
    forgotten.unregister(this);
  }
}
if (Symbol.dispose) Program.prototype[Symbol.dispose] = Program.prototype.free;

/** Loads a program: the bytes of a .gdlb. */
export async function load(bytes) {
  await init();
  if (!(bytes instanceof ArrayBuffer) && !ArrayBuffer.isView(bytes)) {
    throw new TypeError("a program is given as its bytes: an ArrayBuffer or a view of one");
  }
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Program(current().load(view));
}
