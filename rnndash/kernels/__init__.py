"""Loops of training that PyTorch takes step by step, compiled to machine code by numba.

`library.py` loads the machine code and `call.py` calls it. The loops themselves, in `batches.py`,
`cells.py`, `answers.py`, `rows.py` and, for all of these, `arithmetic.py`, are imported by the
process that compiles them, and by nobody else: numba is large.
"""
