"""What gdlc says and writes on other machines, against what it does here: for tools/portability.

Every guideline of the repository and of FOLDER, with and without mistakes, is built, checked and made into sets by gdlc here and
by each of the others; their exit status, what they print and the bytes of the program must be the same.

Usage: same.py GDLC FOLDER NAME[/N]=COMMAND...     (COMMAND: a gdlc for another machine, with what runs it before it; it gets
                                                    every Nth guideline of FOLDER, all if N is not said)
"""

import concurrent.futures
import difflib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

# What `build` says more on a big-endian machine, where the runtime reads no program.
NOT_VERIFIED = (b"gdlc: not verified: this machine is big-endian, and the runtime reads no program there; "
                b"`gdlc verify` on another machine does it\n")


def guidelines(folder):
    """Those of the repository, and those of the folder."""
    own = [*pathlib.Path("guidelines").rglob("*.gdl"), *pathlib.Path("tests").rglob("*.gdl")]
    return sorted(map(str, own)), sorted(map(str, pathlib.Path(folder).glob("*.gdl")))


def outcome(command, guideline, folder):
    """What a gdlc makes of a guideline: each part by its name."""
    program = os.path.join(folder, "program.gdlb")
    # In spite of findings, so that a guideline with mistakes of the analysis has a program too.
    build = run([*command, "build", "--unchecked", guideline, "-o", program], folder)
    check = run([*command, "check", "--format", "json", "--counts", guideline], folder)
    # The nodes and steps of its sets: were they made in another order, other findings would be undecided once effort is short.
    space = run([*command, "dump", "--stage", "space", guideline], folder)
    out = {"build": build, "check": check, "space": space}
    if os.path.exists(program):
        with open(program, "rb") as file:
            out["program"] = file.read()
        os.remove(program)
    return out


def run(command, folder):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return f"exit status {done.returncode}\n".encode() + done.stdout.replace(folder.encode(), b"").replace(NOT_VERIFIED, b"")


def difference(here, there):
    """The first part that is not the same, told; None where all are."""
    for part in sorted(here.keys() | there.keys()):
        a, b = here.get(part), there.get(part)
        if a == b:
            continue
        if a is None or b is None:
            return f"a {part} {'there' if a is None else 'here'} only"
        if part == "program":
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            return f"programs of {len(a)} and {len(b)} bytes, not the same from byte {at}"
        lines = difflib.unified_diff(a.decode(errors="replace").splitlines(), b.decode(errors="replace").splitlines(),
                                     f"{part}, here", f"{part}, there", lineterm="", n=0)
        return "\n".join(line[:300] for line in list(lines)[:8])
    return None


class Other:
    """A gdlc for another machine, and how it fares."""

    def __init__(self, said):
        name, command = said.split("=", 1)
        self.name, _, every = name.partition("/")
        self.every = int(every or 1)
        self.command = shlex.split(command)
        self.compared = self.programs = self.failed = 0

    def count(self, guideline, built, said):
        self.compared += 1
        self.programs += built
        if said is not None:
            self.failed += 1
            print(f"gdlc on {self.name}, {guideline}: {said}", file=sys.stderr)


def compare(here, others, guideline):
    """Whether it has a program here; and of each of the others what is not the same."""
    with tempfile.TemporaryDirectory() as folder:
        expected = outcome([here], guideline, folder)
        return "program" in expected, [difference(expected, outcome(other.command, guideline, folder)) for other in others]


def main():
    here, folder, *rest = sys.argv[1:]
    others = [Other(said) for said in rest]
    own, more = guidelines(folder)
    jobs = [(file, others) for file in own]
    jobs += [(file, [other for other in others if i % other.every == 0]) for i, file in enumerate(more)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (file, asked), (built, differences) in zip(jobs, pool.map(lambda job: compare(here, job[1], job[0]), jobs)):
            for other, said in zip(asked, differences):
                other.count(file, built, said)
    for other in others:
        print(f"gdlc on {other.name}: {other.compared} guidelines, {other.programs} of them with a program: "
              f"{other.compared - other.failed} passed, {other.failed} failed")
    if not all(other.programs for other in others):
        sys.exit("no guideline was built: nothing has been compared")
    if any(other.failed for other in others):
        sys.exit(1)


if __name__ == "__main__":
    main()
