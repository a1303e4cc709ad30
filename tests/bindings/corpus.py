#!/usr/bin/env python3
"""Writes cases with the answers that gdlc gives, for the runtime elsewhere: other languages, other machines.

Usage: corpus.py GDLC GUIDELINES OUT

OUT gets NAME.gdlb and NAME.stripped.gdlb for each guideline GUIDELINES/NAME/NAME.gdl, and cases.txt with a line for each case:

    PROGRAM CASE AUDIENCE LOCALE EXPLAIN ANSWER

files of OUT but for AUDIENCE and LOCALE (`-`: none) and EXPLAIN (0 or 1). What stands in ANSWER is to come out byte for byte.
"""

import json
import pathlib
import subprocess
import sys


def variants(facts: dict) -> list[dict]:
    """The case itself, and cases of which less is known, from nearly all to nothing."""
    names = list(facts)
    out = [facts, {}]
    for step in (2, 3, 5):
        for start in range(step):
            open_ones = set(names[start::step])
            out.append({n: v for n, v in facts.items() if n not in open_ones})
            out.append({n: None if n in open_ones else v for n, v in facts.items()})
    for name in names:  # one fact open
        out.append({n: v for n, v in facts.items() if n != name})
    return out


def main() -> None:
    gdlc, guidelines, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for folder in sorted(p for p in guidelines.iterdir() if p.is_dir()):
        name = folder.name
        program = f"{name}.gdlb"
        subprocess.run([gdlc, "build", folder / f"{name}.gdl", "-o", out / program], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([gdlc, "build", "--strip", folder / f"{name}.gdl", "-o", out / f"{name}.stripped.gdlb"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen = 0
        for facts in variants(json.loads((folder / "case.json").read_text())):
            options = [("-", "0"), ("patient", "1")][seen % 2]
            case, answer = f"{name}-{seen}.json", f"{name}-{seen}.answer"
            (out / case).write_text(json.dumps(facts))
            command = [gdlc, "eval", out / program, "--case", out / case, "--format", "json"]
            if options[0] != "-":
                command += ["--audience", options[0]]
            if options[1] == "1":
                command += ["--explain"]
            said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if said.returncode != 0:  # what is left is no possible patient
                continue
            (out / answer).write_bytes(said.stdout)
            lines.append(f"{program} {case} {options[0]} - {options[1]} {answer}")
            seen += 1
    (out / "cases.txt").write_text("".join(line + "\n" for line in lines))
    print(f"{len(lines)} cases in {out}")


if __name__ == "__main__":
    main()
