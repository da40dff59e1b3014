"""Loads the kernels' machine code, which is compiled once for each machine and kept on disk.

Only the file of machine code and llvmlite, which links it, are loaded; numba stays out. The code
is kept where Python keeps its own, beside the source, or else in the folder of rnndash.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import platform
import re
import subprocess
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from rnndash.environment import child_environment, read_environment
from rnndash.files import remove_leftovers
from rnndash.kernels import classifier, collate, elman, gru, lazy_adam, lstm
from rnndash.kernels.kernel import Kernel

KERNEL_MODULES = (classifier, collate, elman, gru, lazy_adam, lstm)
_SOURCES = Path(__file__).parent
_MACHINE_CODE = re.compile(r"(kernels|loops)-[0-9a-f]{16}\.o")
"""`loops` in older versions."""
_OLD_AFTER_S = 30 * 24 * 3600.0


def all_kernels() -> list[Kernel[...]]:
    """Every kernel of `KERNEL_MODULES`."""
    values = [value for module in KERNEL_MODULES for value in vars(module).values()]
    return [value for value in values if isinstance(value, Kernel)]


@functools.cache
def load_kernels() -> bool:
    """Load the machine code of all kernels; False where there is none.

    That is so where numba is not installed. Where it is, it compiles the kernels if this machine
    does not have them yet: some ten seconds. Of several processes that ask at the same time one
    compiles and the others wait for it. If that goes wrong, a warning says so.
    """
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        path = _machine_code()
    except (OSError, subprocess.CalledProcessError) as error:
        warnings.warn(
            f"The kernels of training cannot be compiled: {error}. PyTorch's own are used, which "
            "are several times slower.",
            stacklevel=2,
        )
        return False
    _link(path)
    return True


_engines: list[object] = []
"""Kept, since an engine that is freed takes its machine code with it."""


def _link(path: Path) -> None:
    import llvmlite.binding as llvm

    processor = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), processor)
    engine.add_object_file(llvm.ObjectFileRef.from_path(str(path)))
    engine.finalize_object()
    _engines.append(engine)
    for kernel in all_kernels():
        kernel.load(engine.get_function_address(kernel.name))


def _machine_code() -> Path:
    """The file of machine code, made if it is not there."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    path = _folder() / f"kernels-{_key()}.o"
    if not path.exists():
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                _remove_old(path.parent)
                _compile(path)
    with contextlib.suppress(OSError):  # a folder that others own: then it looks older than it is
        os.utime(path)
    return path


def _remove_old(folder: Path) -> None:
    """Delete what killed compilers left behind, and machine code that nobody loaded for a month.

    That harms nobody: each load of a file makes it young again, whoever has loaded one keeps what
    is in memory, and whoever needs one later compiles it.
    """
    remove_leftovers(folder)
    now = time.time()
    for path in folder.glob("*.o"):
        if _MACHINE_CODE.fullmatch(path.name):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > _OLD_AFTER_S:
                    path.unlink()


def _folder() -> Path:
    beside = Path(importlib.util.cache_from_source(__file__)).parent
    if os.access(beside if beside.exists() else beside.parent, os.W_OK):
        folder = beside
    else:
        folder = read_environment().home / "kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key() -> str:
    """A name for the machine code: other kernels, another compiler or processor, another name."""
    import llvmlite.binding as llvm

    parts = [
        *(path.read_bytes() for path in sorted(_SOURCES.glob("*.py"))),
        version("numba").encode(),
        llvm.get_host_cpu_name().encode(),
        llvm.get_host_cpu_features().flatten().encode(),
        f"{platform.system()} {platform.machine()} {sys.implementation.cache_tag}".encode(),
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[
        :16
    ]


def _compile(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "rnndash.kernels.compile", str(path)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        check=True,
    )
