"""The browser and the server of the screenshots."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

WIDTHS = {"desktop": 1280, "phone": 390}
# Up to 1280 pixels, the menu of /admin folds away.
ADMIN_WIDTHS = {"desktop": 1440, "phone": 390}

with socket.socket() as _socket:
    _socket.bind(("127.0.0.1", 0))
    PORT = _socket.getsockname()[1]
BASE = f"http://127.0.0.1:{PORT}"


@contextmanager
def server() -> Iterator[None]:
    """The web part of the product."""
    process = subprocess.Popen([sys.executable, "-m", "otalink", "web", "--bind", f"127.0.0.1:{PORT}"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


class Camera:
    """Takes a picture of what a page shows, in one width and colour scheme, and notes what is too wide for it."""

    def __init__(self, page: Page, kind: str, folder: Path) -> None:
        self.page, self.kind, self.folder = page, kind, folder

    def take(self, name: str, path: str = "", *, whole: bool = True) -> None:
        """Open `path` and save the whole page, or what the window shows of it, as `name`."""
        if path:
            self.page.goto(path if path.startswith("http") else BASE + path)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.folder / f"{name}-{self.kind}.png", full_page=whole)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            print(f"{name} ({self.kind}) is {wide} pixels too wide", file=sys.stderr)

    def press(self, button: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=button).click()


def open_camera(
    browser: Browser, kind: str, width: int, folder: Path, scheme: Literal["light", "dark"] = "light"
) -> Camera:
    """A window of that width."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        device_scale_factor=2 if kind == "phone" else 1,
        color_scheme=scheme,
        locale="en",
        reduced_motion="reduce",
    )
    return Camera(context.new_page(), kind, folder)


def chromium_path() -> str:
    """Debian's Chromium, or the one that the environment names."""
    return os.environ.get("CHROMIUM", "/usr/bin/chromium")
