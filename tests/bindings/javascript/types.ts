// The types of the npm package: what an application writes compiles, and what is a mistake does not.
import { GdlError, init, load, version, type Answer, type Case, type Program } from "gdlrt";

export async function ask(bytes: Uint8Array): Promise<string[]> {
  await init(new URL("https://example.org/gdlrt.wasm"));
  const program: Program = await load(bytes);
  const facts: Case = {
    stage: "IV",
    pdl1: { below: 1 },
    ps: { in: [0, 1, { at_least: "3" }], not: { value: 2, unit: "1" }, unit: "1" },
    fever: { above: { value: 600, unit: "months" }, at_most: 80n },
    age: 74n,
    sites: new Set(["bone"]),
    symptoms: { bone_symptoms: true, nerve_pain: null },
    neutrophils: { value: 1.2, unit: "10*9/L" },
    frail: undefined,
    egfr: null,
    histology: { not: "squamous" },
  };
  const answer: Answer = program.evaluate(facts, { audience: "patient", locale: "en", explain: true, steps: 1000 });
  const text: string = program.evaluateText("{}");
  program.free();
  const v: string = await version();
  return [text, v, ...answer.decisions.flatMap((d) => d.offers.map((o) => `${d.id} ${o.verb} ${o.label ?? o.way.join(" + ")} ${o.status}`))];
}

export function label(answer: Answer): string {
  // @ts-expect-error an offer of a stripped program has none
  return answer.decisions[0].offers[0].label;
}

export function told(error: unknown): string[] {
  if (!(error instanceof GdlError)) throw error;
  const status: "bad-case" | undefined = error.status === "bad-case" ? error.status : undefined;
  return [status ?? "", ...error.problems.map((p) => `${p.line}:${p.column} ${p.message} ${p.help ?? ""}`)];
}

export async function mistakes(program: Program): Promise<void> {
  // @ts-expect-error a program is given as bytes
  await load("nsclc.gdlb");
  // @ts-expect-error a function is no value
  program.evaluate({ age: () => 1 });
  // @ts-expect-error bounds are not what a number is not
  program.evaluate({ pdl1: { not: [{ below: 5 }] } });
  // @ts-expect-error a unit of one of several stands at the number itself, or beside the list
  program.evaluate({ pdl1: { in: [{ below: 5, unit: "%" }] } });
  // @ts-expect-error there is no such option
  program.evaluate({}, { verbose: true });
  // @ts-expect-error programs come from load
  new (Object.getPrototypeOf(program).constructor as typeof Program)();
}
