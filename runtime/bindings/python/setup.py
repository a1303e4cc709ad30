"""Puts the shared libraries into the wheel: builds them with CMake from the sources that this folder lies in."""

import pathlib
import re
import shutil
import subprocess
import sys

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
RUNTIME = HERE.parents[1]
# Where the sources are, the targets, and the files that they make.
LIBRARIES = (
    (RUNTIME, ("gdlrt_shared", "gdlrt_batch_shared"), ("libgdlrt.so.0", "libgdlrt-batch.so.0")),
    (HERE, ("gdlrt_text",), ("libgdlrt-text.so",)),
)


def version() -> str:
    """That of the header, which is the one place where it stands."""
    number = int(re.search(r"#define GDLRT_VERSION (\d+)", (RUNTIME / "include/gdlrt/gdlrt.h").read_text())[1])
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


class BuildLibraries(build_py):
    def run(self) -> None:
        super().run()
        out = pathlib.Path(self.build_lib) / "gdlrt" / "_lib"
        out.mkdir(parents=True, exist_ok=True)
        for source, targets, names in LIBRARIES:
            built = pathlib.Path(self.get_finalized_command("build").build_temp) / source.name
            subprocess.check_call(["cmake", "-S", source, "-B", built, "-DCMAKE_BUILD_TYPE=Release"])
            subprocess.check_call(["cmake", "--build", built, "--parallel", "--target", *targets])
            for name in names:
                shutil.copyfile(built / name, out / name)
                subprocess.check_call(["strip", "--strip-unneeded", out / name])


class PlatformWheel(bdist_wheel):
    """For any Python 3, but for one platform: the oldest glibc that has what the libraries ask for."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        platform = super().get_tag()[2]
        asked = [17]  # the oldest that has a tag of this form
        for library in (pathlib.Path(self.bdist_dir) / "gdlrt" / "_lib").iterdir():
            asked += [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", library.read_bytes())]
        if sys.platform == "linux" and platform.startswith("linux_"):
            platform = f"manylinux_2_{max(asked)}_{platform[len('linux_'):]}"
        return "py3", "none", platform


class WithLibraries(Distribution):
    def has_ext_modules(self) -> bool:
        return True


setup(version=version(), distclass=WithLibraries, cmdclass={"build_py": BuildLibraries, "bdist_wheel": PlatformWheel})
