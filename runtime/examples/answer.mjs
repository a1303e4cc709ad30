// Loads a program, answers a case, and prints what is offered.
// npm install ./gdlrt-0.1.0.tgz && node answer.mjs nsclc.gdlb case.json
import { readFile } from "node:fs/promises";
import { GdlError, load } from "gdlrt";

const [programFile, caseFile] = process.argv.slice(2);
try {
  const program = await load(await readFile(programFile));
  const facts = JSON.parse(await readFile(caseFile, "utf8"));
  const answer = program.evaluate(facts, { audience: "patient" });
  for (const decision of answer.decisions) {
    for (const offer of decision.offers) {
      const label = offer.label ?? offer.way.join(" + "); // a stripped program has no labels
      console.log(`${decision.id}: ${offer.verb} ${label} (${offer.status})`);
    }
    for (const { fact } of decision.ask) console.log(`${decision.id}: ask for ${fact}`);
  }
} catch (error) {
  if (!(error instanceof GdlError)) throw error;
  for (const problem of error.problems) console.error(`${problem.message}\n  ${problem.help ?? ""}`);
  process.exitCode = 1;
}
