"""gdlc on Windows against gdlc here, in what a system decides: files and their names, arguments, ends of lines. For tools/portability.

Each step is a command line, run by both in folders of their own: exit status, what is printed and all files must be the same to the
byte. On Windows paths are said with `\\`, and still come out with `/`.

Usage: windows.py GDLC COMMAND     (COMMAND: the gdlc for Windows, with what runs it before it)
"""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

LIBRARY = """fact age "Age" : 0..120 years
"""

CASE = '{"smoker": true, "age": 40}'

NOWHERE = "NUL"  # on Windows

# A command line, and what is on standard input. `@` begins a path.
STEPS = [
    (["--version"], ""),
    (["new", "@Größe 日本"], ""),
    (["new", "@Größe 日本"], ""),
    (["check", "@Größe 日本/guideline.gdl"], ""),
    (["check", "@Größe 日本/guideline.gdl", "--format", "json", "--counts", "--output", "@text=Größe 日本/found.txt"], ""),
    (["test", "@Größe 日本/guideline.gdl", "--coverage"], ""),
    (["build", "@Größe 日本/guideline.gdl", "-o", "@Größe 日本/ä.gdlb"], ""),
    (["build", "@Größe 日本/guideline.gdl", "-o", "@Größe 日本/ä.gdlb", "--strip"], ""),  # in place of what is there
    (["build", "@Größe 日本/guideline.gdl", "-o", "@Größe 日本/guideline.gdl"], ""),
    (["build", "@Größe 日本/guideline.gdl", "-o", "@none/a.gdlb"], ""),
    (["build", "-", "-o", "@piped.gdlb"], "@Größe 日本/guideline.gdl"),
    (["verify", "@Größe 日本/guideline.gdl", "@Größe 日本/ä.gdlb"], ""),
    (["dump", "@Größe 日本/ä.gdlb", "--stage", "bytecode"], ""),
    (["eval", "@piped.gdlb", "--case", "-", "--explain"], CASE),
    (["eval", "@piped.gdlb", "--case", "-", "--audit", "@ü.audit"], CASE),
    (["eval", "@piped.gdlb", "--case", "-", "--audit", "@ü.audit"], CASE),  # behind the first
    (["eval", "@piped.gdlb", "--replay", "@ü.audit"], ""),
    (["eval", "@piped.gdlb", "--case", "@Größe 日本"], ""),
    (["eval", "@nothing.gdlb", "--case", "-"], CASE),
    (["check", "@parts/main.gdl"], ""),
    (["build", "@parts/main.gdl", "-o", "@parts.gdlb"], ""),
    (["dump", "@parts.gdlb", "--stage", "bytecode"], ""),
    (["check", "@parts/lines.gdl"], ""),
    (["run", "@piped.gdlb", "--input", "@rows.csv", "--output", "@öut.csv"], ""),
    (["run", "@piped.gdlb", "--input", "@rows.csv", "--output", "@öut.csv"], ""),
    (["run", "@piped.gdlb", "--input", "-", "--from", "csv", "--output", "-", "--to", "ndjson", "--rejected", "@bad.ndjson"],
     "@rows.csv"),
    (["run", "@piped.gdlb", "--input", "@rows.csv", "--output", "@rows.csv"], ""),
    (["run", "@piped.gdlb", "--input", "@good.csv", "--output", "@good.ndjson", "--rejected", NOWHERE], ""),
    (["diff", "@Größe 日本/guideline.gdl", "@parts/lines.gdl"], ""),
    (["check", "@_care.gdl", "--effort", "20000", "--proof", "@proofs"], ""),
    (["check", "@_care.gdl", "--effort", "20000", "--proof", "@empty"], ""),  # the place of a folder that is there
    (["check", "@_care.gdl", "--effort", "20000", "--proof", "@empty"], ""),
    (["explain", "GDL4005"], ""),
    (["explain", "none"], ""),
    (["chekc"], ""),
]


def prepare(folder):
    shutil.copy("tests/golden/proof/_care.gdl", folder)
    (folder / "empty").mkdir()
    (folder / "parts" / "ü").mkdir(parents=True)
    (folder / "parts" / "ü" / "common.gdl").write_text(LIBRARY, encoding="utf-8")
    (folder / "good.csv").write_bytes(b"smoker,age\nyes,40\n")
    (folder / "rows.csv").write_bytes(b"smoker,age\r\nyes,40\r\nno,40\nperhaps,3\nyes,\n")


def rest(folder):
    """What is made of a guideline that `new` wrote: with a part in another folder, and with Windows' ends of lines."""
    text = (folder / "Größe 日本" / "guideline.gdl").read_text(encoding="utf-8")
    main = text.replace('fact age    "Age"            : 0..120 years\n', 'import "ü/common.gdl"\n')
    (folder / "parts" / "main.gdl").write_bytes(main.encode())
    (folder / "parts" / "lines.gdl").write_bytes(text.replace("\n", "\r\n").encode())


def said(step, slash):
    nowhere = NOWHERE if slash == "\\" else os.devnull
    return [nowhere if word == NOWHERE else word[1:].replace("/", slash) if word.startswith("@") else word for word in step]


def outcome(command, step, given, folder, slash):
    data = (folder / given[1:]).read_bytes() if given.startswith("@") else given.encode()
    # Files, not pipes: Wine's own processes, which live on for a while, would hold the ends of these open.
    with tempfile.TemporaryFile() as given_in, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given_in.write(data)
        given_in.seek(0)
        status = subprocess.run([*command, *said(step, slash)], cwd=folder, stdin=given_in, stdout=out, stderr=err).returncode
        texts = []
        for file in out, err:
            file.seek(0)
            texts.append(file.read())
    return status, *texts


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def main():
    here, there = [os.path.abspath(sys.argv[1])], shlex.split(sys.argv[2])
    passed = failed = 0
    with tempfile.TemporaryDirectory() as top:
        ours, theirs = pathlib.Path(top, "here"), pathlib.Path(top, "there")
        for folder in ours, theirs:
            folder.mkdir()
            prepare(folder)
        for step, given in STEPS:
            expected = outcome(here, step, given, ours, "/"), files(ours)
            got = outcome(there, step, given, theirs, "\\"), files(theirs)
            if expected == got:
                passed += 1
            else:
                failed += 1
                changed = [name for name in expected[1].keys() | got[1].keys() if expected[1].get(name) != got[1].get(name)]
                print(f"{step}: {expected[0]} here, {got[0]} there; files that differ: {sorted(changed)}", file=sys.stderr)
            if step[0] == "new":
                for folder in ours, theirs:
                    rest(folder)
    print(f"gdlc on Windows, as here: {passed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
