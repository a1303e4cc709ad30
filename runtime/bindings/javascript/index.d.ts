// gdlrt for JavaScript: the runtime of compiled clinical guidelines (.gdlb). Version 0.x: names and shapes may still
// change. The members of a case and of an answer are told in docs/cli.md of gdlc, their meaning in docs/semantics.md.

/** One thing that is wrong with a case or a program. Members may be added. */
export interface Problem {
  code: string;
  name: string;
  severity: "error";
  /** Of the case's text, from 1; columns count characters. */
  line: number;
  column: number;
  message: string;
  fact?: string;
  /** The reason of a constraint that the patient violates. */
  because?: string;
  help?: string;
}

/**
 * - `bad-program`: not a program, of another version, damaged, or not sound
 * - `bad-case`: `problems` has everything that is wrong with it
 */
export type Status = "bad-program" | "bad-case" | "no-memory" | "bad-argument" | "stopped" | "undecided" | "unknown-status";

export class GdlError extends Error {
  readonly status: Status;
  readonly problems: Problem[];
}

/** A number; as text or bigint nothing of it is rounded: "1.5", "1/3". */
export type CaseNumber = number | string | bigint;
/** A number in the fact's own unit, or in another. */
export type Quantity = CaseNumber | { value: CaseNumber; unit?: string };
type Sides = {
  below?: Quantity;
  at_most?: Quantity;
  above?: Quantity;
  at_least?: Quantity;
};
/** In a list: their unit stands at each of them, or beside the list. */
export type Bounds = Sides & { unit?: never };
/** All that is said together. `unit` is that of every number that has none of its own. */
export type Description = Sides & {
  in?: ReadonlyArray<Quantity | Bounds>;
  not?: Quantity | ReadonlyArray<Quantity>;
  unit?: string;
};
/** What is known of a fact; see "A case" in docs/cli.md. */
export type FactValue =
  | null
  | boolean
  | Quantity
  | Description
  | readonly string[]
  | ReadonlySet<string>
  | { readonly [element: string]: boolean | null };
/** A fact that is left out is unknown, or has its default; null is unknown in any case. Missing is never false. */
export type Case = { readonly [fact: string]: FactValue | undefined };

export interface EvaluateOptions {
  /** Whose texts to show; without it titles and labels only. */
  audience?: string;
  /** In which locale; where there is no text in it, or without it, those without a locale. */
  locale?: string;
  /** Why each offer stands, and what would bring the rules that do not. */
  explain?: boolean;
  /** Of work, at least 1; what they do not decide is answered as "undecided". 4,000,000 if not said, some tenths of a second. */
  steps?: number;
}

export type Truth = "yes" | "no" | "unknown";
export type Certainty = "certain" | "assumed" | "possible" | "undecided";

export interface Ask {
  fact: string;
  settles?: number;
}
export interface Offer {
  verb: "recommend" | "consider";
  way: string[];
  /** Where an action of the way has one; none has in a stripped program. */
  label?: string;
  parameters: { [name: string]: unknown };
  status: Certainty;
  hangs_on?: string[];
  rules: string[];
  because?: { [fact: string]: unknown };
  [member: string]: unknown;
}
export interface Advice {
  rule: string;
  verb: string;
  action?: string;
  status: Certainty;
  conflict?: Truth;
  text?: string;
  cite?: unknown[];
  [member: string]: unknown;
}
export interface Decision {
  id: string;
  title?: string;
  applies: Truth;
  settled: boolean;
  gap: Truth;
  stranded: Truth;
  offers: Offer[];
  advice: Advice[];
  withdrawn: unknown[];
  accepted: unknown[];
  ask: Ask[];
  [member: string]: unknown;
}
export interface Answer {
  guideline: {
    name: string;
    version: string;
    source_hash: string;
    unchecked: boolean;
    title?: string;
    [member: string]: unknown;
  };
  decisions: Decision[];
  cautions: unknown[];
  assumed: unknown[];
  [member: string]: unknown;
}

export class Program {
  private constructor();
  /**
   * The answer to a case. Throws GdlError ("bad-case") with everything that is wrong with it, TypeError for what is no
   * value of a case (NaN, a Map, a promise, an object of a class) or of an option, RangeError for an option that is none
   * (steps of 0, a zero character), and for a call that the engine has no stack left for, which may be made again.
   */
  evaluate(facts: Case, options?: EvaluateOptions): Answer;
  /** The same with texts: a case as JSON, and the answer as JSON, in which no number is rounded. */
  evaluateText(json: string, options?: EvaluateOptions): string;
  /** Gives the memory back; else it is given back some time after the last use. */
  free(): void;
}

/** Loads a program: the bytes of a .gdlb, which are copied. Throws GdlError ("bad-program") with the reason. */
export function load(bytes: ArrayBuffer | ArrayBufferView): Promise<Program>;

/**
 * Loads the runtime from elsewhere than gdlrt.wasm beside index.js: its address, its bytes, or the compiled module.
 * Only the first call counts, so call it before `load`.
 */
export function init(wasm?: string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module): Promise<void>;

/** The version of the runtime, as in "0.1.0". */
export function version(): Promise<string>;
