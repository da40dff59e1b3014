"""Compiles all kernels into one file of machine code for this processor.

    python -m rnndash.kernels.compile FILE

A process of its own, since numba and its compiler take some 200 MB, and no training needs them.
"""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numba

from rnndash.files import replacing
from rnndash.kernels import arithmetic, cells
from rnndash.kernels.arrays import field_types
from rnndash.kernels.kernel import Kernel, parse_type
from rnndash.kernels.library import KERNEL_MODULES, all_kernels

_MODULES = (arithmetic, cells, *KERNEL_MODULES)
_OPTIONS: dict[str, Any] = {
    # Of the liberties that compilers take with floats, only fused multiply-adds are allowed:
    # others lose numbers that are not finite, by which a run is known to have failed.
    "fastmath": {"contract"},
    "error_model": "numpy",
    # Machine code alone: it makes no arrays and calls no Python.
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def machine_code() -> bytes:
    """All kernels as an object file, each under its name."""
    kernels, dispatchers = all_kernels(), _numba_dispatchers()
    whole = llvm.parse_assembly("")
    for kernel in kernels:
        dispatcher = dispatchers[kernel.function]
        dispatcher.compile(f"void({', '.join(kernel.signature)})")
        (signature,) = dispatcher.signatures
        compiled = dispatcher.overloads[signature].fndesc.llvm_func_name
        module = llvm.parse_assembly(dispatcher.inspect_llvm(signature))
        module.get_function(compiled).name = f"{kernel.name}.kernel"
        whole.link_in(module)
        whole.link_in(llvm.parse_assembly(_entry(kernel)))
    processor = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )
    return bytes(processor.emit_object(whole))


def _numba_dispatchers() -> dict[Callable[..., Any], Any]:
    """Replace all functions by numba's dispatchers, so that they call each other compiled."""
    names = {module.__name__ for module in _MODULES}
    dispatchers: dict[Callable[..., Any], Any] = {}
    for module in _MODULES:
        for name, value in list(vars(module).items()):
            function = value.function if isinstance(value, Kernel) else value
            if inspect.isfunction(function) and function.__module__ in names:
                if function not in dispatchers:
                    dispatchers[function] = numba.njit(**_OPTIONS)(function)
                setattr(module, name, dispatchers[function])
    return dispatchers


def _entry(kernel: Kernel[...]) -> str:
    """A function that takes a kernel's arguments one after the other in memory, as LLVM code.

    Python passes one address in a tenth of the time that it needs for eighty numbers.
    """
    name, types = kernel.name, ["ptr", "ptr"]  # for what a function of numba returns
    for code in kernel.signature:
        types += field_types(parse_type(code))
    lines = []
    for number, field_type in enumerate(types):
        lines += [
            f"%at{number} = getelementptr i64, ptr %fields, i64 {number}",
            f"%field{number} = load {field_type}, ptr %at{number}",
        ]
    passed = ", ".join(f"{field_type} %field{number}" for number, field_type in enumerate(types))
    body = "\n".join(lines)
    return f"""
        declare i32 @"{name}.kernel"({", ".join(types)})
        define i32 @"{name}"(ptr %fields) {{
            {body}
            %status = call i32 @"{name}.kernel"({passed})
            ret i32 %status
        }}
    """


if __name__ == "__main__":
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code = machine_code()
    with replacing(Path(sys.argv[1])) as written:
        written.write_bytes(code)
