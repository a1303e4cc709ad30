"""What gdlc says and writes on other machines, against what it does here: for tools/portability.

Every guideline of the repository and of FOLDER, with and without mistakes, is built and checked by gdlc here and by each of
the others; their exit status, what they print and the bytes of the program must be the same.

Usage: same.py GDLC FOLDER NAME=COMMAND...     (COMMAND: a gdlc for another machine, with what runs it before it)
"""

import concurrent.futures
import difflib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile


def guidelines(folder):
    found = [*pathlib.Path("guidelines").rglob("*.gdl"), *pathlib.Path("tests").rglob("*.gdl"), *pathlib.Path(folder).glob("*.gdl")]
    return sorted(map(str, found))


def outcome(command, guideline, folder):
    """What a gdlc makes of a guideline: each part by its name."""
    program = os.path.join(folder, "program.gdlb")
    # In spite of findings, so that a guideline with mistakes of the analysis has a program too.
    build = run([*command, "build", "--unchecked", guideline, "-o", program], folder)
    check = run([*command, "check", "--format", "json", "--counts", guideline], folder)
    out = {"build": build, "check": check}
    if os.path.exists(program):
        with open(program, "rb") as file:
            out["program"] = file.read()
        os.remove(program)
    return out


def run(command, folder):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return f"exit status {done.returncode}\n".encode() + done.stdout.replace(folder.encode(), b"")


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


def compare(here, others, guideline):
    with tempfile.TemporaryDirectory() as folder:
        expected = outcome([here], guideline, folder)
        return "program" in expected, {name: difference(expected, outcome(command, guideline, folder))
                                       for name, command in others.items()}


def main():
    here, folder, *rest = sys.argv[1:]
    others = {name: shlex.split(command) for name, command in (other.split("=", 1) for other in rest)}
    files = guidelines(folder)
    programs = 0
    failed = dict.fromkeys(others, 0)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, (built, differences) in zip(files, pool.map(lambda file: compare(here, others, file), files)):
            programs += built
            for name, said in differences.items():
                if said is not None:
                    failed[name] += 1
                    print(f"gdlc on {name}, {file}: {said}", file=sys.stderr)
    for name in others:
        print(f"gdlc on {name}: {len(files)} guidelines, {programs} of them with a program: "
              f"{len(files) - failed[name]} passed, {failed[name]} failed")
    if programs == 0:
        sys.exit("no guideline was built: nothing has been compared")
    if any(failed.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
