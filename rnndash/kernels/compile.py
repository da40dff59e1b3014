"""Compiles all loops into one file of machine code for this processor.

    python -m rnndash.kernels.compile FILE

A process of its own, since numba and its compiler take some 200 MB, and no training needs them.
"""

import importlib
import os
import sys
from pathlib import Path

import llvmlite.binding as llvm

from rnndash.kernels.signatures import SIGNATURES


def machine_code() -> bytes:
    """All loops as an object file, each under its name in `SIGNATURES`."""
    whole = llvm.parse_assembly("")
    for name, arguments in SIGNATURES.items():
        file, _, function = name.partition(".")
        loop = getattr(importlib.import_module(f"rnndash.kernels.{file}"), function)
        loop.compile(f"void({', '.join(arguments)})")
        (signature,) = loop.signatures
        module = llvm.parse_assembly(loop.inspect_llvm(signature))
        module.get_function(loop.overloads[signature].fndesc.llvm_func_name).name = name
        whole.link_in(module)
    processor = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )
    return bytes(processor.emit_object(whole))


if __name__ == "__main__":
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    building = Path(f"{sys.argv[1]}.{os.getpid()}")
    building.write_bytes(machine_code())
    building.replace(sys.argv[1])
