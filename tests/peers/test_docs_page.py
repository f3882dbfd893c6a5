"""The page at /docs in Chromium, which reaches nothing but the server: the operations are in what it shows."""

import html
import re

import pytest

from cli import run

# Neither sandbox, for it runs as root, nor any of what it asks its maker's hosts for.
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
# Milliseconds of the page's own clock.
BUDGET = "--virtual-time-budget=20000"


@pytest.fixture(scope="module")
def page(bookstore, tmp_path_factory) -> str:
    """The document that the browser ends up with."""
    profile = f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"
    # Every other host leads nowhere.
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    answer = run(*CHROMIUM, *QUIET, profile, alone, BUDGET, "--dump-dom", bookstore.url + "/docs", seconds=80)
    assert answer.code == 0, answer.err[-4000:]
    return html.unescape(answer.out)


def test_the_page_shows_every_operation(page):
    shown = set(re.findall(r'data-path="([^"]+)"', page))
    assert {
        "/books/{id}",
        "/books/",
        "/books",
        "/orders",
        "/orders/{order_id}/events",
        "/books.BookService/GetBook",
        "/chat.ChatService/Chat",
    } <= shown, shown


def test_the_page_says_what_the_shop_is(page):
    assert "<title>Bookstore</title>" in page
    for text in ["Returns one book", "Tells each change of an order, up to its last", "books.BookService"]:
        assert text in page, text
    assert "Failed to load" not in page
