"""Loops of training that PyTorch takes step by step, compiled to machine code by numba.

`library.py` loads the machine code. The loops themselves, in `cells.py` and `rows.py`, are imported
by the process that compiles them, and by nobody else: numba is large.
"""
