"""A fork server that finds at once that it must not be forked."""

import socket

from rnndash.runs.fork_client import UNSAFE
from rnndash.runs.fork_server import _answer

with socket.socket(fileno=0) as requests:
    _answer(requests, UNSAFE, "as the test wants it")
