"""Kernels: the inner loops of training, compiled to machine code by numba.

A kernel is a typed Python function, in `collate.py`, `cells.py`, `classifier.py` or
`lazy_adam.py`, marked by `kernel.py`: its annotations are its signature for the compiler, for the
check of a call, and for mypy. `compile.py` compiles all of them in a process of its own, since
numba is large; `library.py` loads their machine code, after which they can be called.
"""
