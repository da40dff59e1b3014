"""Compiles all loops into one file of machine code for this processor.

    python -m rnndash.kernels.compile FILE

A process of its own, since numba and its compiler take some 200 MB, and no training needs them.
"""

import importlib
import sys
from pathlib import Path

import llvmlite.binding as llvm

from rnndash.files import replacing
from rnndash.kernels.signatures import SIGNATURES, field_types


def machine_code() -> bytes:
    """All loops as an object file, each under its name in `SIGNATURES`."""
    whole = llvm.parse_assembly("")
    for name, arguments in SIGNATURES.items():
        file, _, function = name.partition(".")
        loop = getattr(importlib.import_module(f"rnndash.kernels.{file}"), function)
        loop.compile(f"void({', '.join(arguments)})")
        (signature,) = loop.signatures
        module = llvm.parse_assembly(loop.inspect_llvm(signature))
        module.get_function(loop.overloads[signature].fndesc.llvm_func_name).name = f"{name}.loop"
        whole.link_in(module)
        whole.link_in(llvm.parse_assembly(_entry(name, arguments)))
    processor = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )
    return bytes(processor.emit_object(whole))


def _entry(name: str, arguments: tuple[str, ...]) -> str:
    """A function that takes a loop's arguments one after the other in memory, as code of LLVM.

    Python passes one address in a tenth of the time that it needs for eighty numbers.
    """
    types = ["ptr", "ptr"]  # for what a function of numba returns
    for code in arguments:
        types += field_types(code)
    lines = []
    for place, kind in enumerate(types):
        lines += [
            f"%at{place} = getelementptr i64, ptr %fields, i64 {place}",
            f"%field{place} = load {kind}, ptr %at{place}",
        ]
    passed = ", ".join(f"{kind} %field{place}" for place, kind in enumerate(types))
    body = "\n".join(lines)
    return f"""
        declare i32 @"{name}.loop"({", ".join(types)})
        define i32 @"{name}"(ptr %fields) {{
            {body}
            %status = call i32 @"{name}.loop"({passed})
            ret i32 %status
        }}
    """


if __name__ == "__main__":
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code = machine_code()
    with replacing(Path(sys.argv[1])) as written:
        written.write_bytes(code)
