"""What a running server sends for a page, asked over its websocket as a browser asks it.

    python -m tests.served_page URL PAGE TITLE

fails unless the page has that title and the dashboard's own theme.
"""

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.waiting import PATIENCE_S

SETTINGS = Path(__file__).parents[1] / ".streamlit" / "config.toml"


@dataclass(frozen=True, kw_only=True)
class ServedPage:
    """The titles of a page, its errors, and the theme's main colour in light mode."""

    headings: tuple[str, ...]
    errors: tuple[str, ...]
    primary_color: str


def expected_color() -> str:
    """The theme's main colour as the checkout's settings have it."""
    return tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["theme"]["light"]["primaryColor"]


def open_page(url: str, page: str) -> ServedPage:
    """Ask the server at a URL such as `http://127.0.0.1:8501/` for a page such as `train`."""
    request = BackMsg()
    request.rerun_script.page_name = page
    address = url.replace("http", "ws", 1).rstrip("/") + "/_stcore/stream"
    headings: list[str] = []
    errors: list[str] = []
    color = ""
    with connect(address, max_size=None, subprotocols=["streamlit"]) as socket:
        socket.send(request.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(socket.recv(timeout=PATIENCE_S))
            kind = answer.WhichOneof("type")
            element = answer.delta.new_element
            if kind == "new_session":
                color = answer.new_session.custom_theme.light.primary_color
            elif kind == "page_not_found":
                errors.append(f"there is no page {answer.page_not_found.page_name!r}")
            elif kind == "delta" and element.HasField("exception"):
                errors.append(element.exception.message)
            elif kind == "delta" and element.HasField("heading"):
                headings.append(element.heading.body)
            elif kind == "script_finished" and answer.script_finished == (
                ForwardMsg.ScriptFinishedStatus.Value("FINISHED_SUCCESSFULLY")
            ):
                return ServedPage(
                    headings=tuple(headings), errors=tuple(errors), primary_color=color
                )


def main(url: str, page: str, title: str) -> None:
    """Check a page.

    Raises:
        SystemExit: it is not what it must be.
    """
    served = open_page(url, page)
    right = title in served.headings and served.primary_color == expected_color()
    if served.errors or not right:
        sys.exit(f"The page {page!r} at {url} is not the expected one: {served}")
    print(f"The page {page!r} shows {title!r}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
