"""No page asks anybody but its own server for anything: workshops have no internet."""

from urllib.parse import urlsplit


def test_no_page_calls_another_machine(open_tab):
    page = open_tab("/")
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    for path in ("/", "/train", "/compare", "/packing", "/predict", "/inside"):
        page.goto(page.url.split("/", 3)[0] + "//" + urlsplit(page.url).netloc + path)
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        page.wait_for_timeout(500)
    assert hosts - {None} == {"127.0.0.1"}
