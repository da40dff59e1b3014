"""The device to compute on, its name in words, and the memory that was used."""

import sys
from pathlib import Path

import psutil
import torch


def choose_device() -> torch.device:
    """An NVIDIA GPU if there is one, else Apple's, else the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def use_one_thread() -> None:
    """Make PyTorch compute each operation on one thread.

    Operations of small networks do not gain from more threads, and on a busy machine with few
    cores several threads that wait for each other are far slower than one.
    """
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def describe_device(device: torch.device) -> str:
    """The device in words: `CPU, 1 thread` or `NVIDIA H100 (CUDA)`."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (CUDA)"
    if device.type == "mps":
        return "Apple GPU (MPS)"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def peak_memory_mb() -> float:
    """The largest resident memory of this process so far, in MiB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    status = Path("/proc/self/status")
    if status.exists():  # Linux, whose getrusage counts the parent's memory before exec too
        return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS: bytes
