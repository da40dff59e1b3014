"""The server's memory settings, in a separate process, since they hold for a whole process."""

import ctypes
import platform
import subprocess
import sys

import pytest

from rnndash.ui.allocator import return_large_blocks

CODE = """
import psutil
from rnndash.ui.allocator import return_large_blocks

return_large_blocks()
bytes(5_000_000)  # after one such block glibc by itself would keep all others
before = psutil.Process().memory_info().rss
kept = []
for _ in range(20):
    large = [bytes([7]) * 3_000_000 for _ in range(5)]
    kept.append(bytes([7]) * 50_000)  # lies behind the large ones
    del large
print(psutil.Process().memory_info().rss - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has its own ways")
def test_freed_blocks_leave_the_process():
    result = subprocess.run(
        [sys.executable, "-c", CODE], check=True, capture_output=True, text=True
    )
    assert int(result.stdout) < 5_000_000


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_are_left_alone(system, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("it was touched"))
    return_large_blocks()


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    return_large_blocks()
