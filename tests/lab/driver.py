"""JupyterLab on loopback with a token, and a Chromium that opens notebooks in it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

from tests.places import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
PATIENCE = 60_000  # milliseconds


def browser_path() -> str:
    """Path of a browser of this computer; empty where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def notebook_of(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(notebook, path)
    return path


@contextmanager
def lab_server(folder: Path, *, own: Path, theme: str = "", **environment: str) -> Iterator[str]:
    """Start JupyterLab over a folder; give the address with its token.

    Parameters
    ----------
    folder : Path
        Where its notebooks are.
    own : Path
        Folder for its settings and state, away from the user's own.
    theme : str
        Such as "JupyterLab Dark"; empty for its own.
    environment
        Variables that its kernels have too.
    """
    token = secrets.token_hex(16)
    places = {
        name: str(own / name)
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
                     "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
    }  # fmt: skip
    if theme:
        chosen = own / "JUPYTERLAB_SETTINGS_DIR" / "@jupyterlab" / "apputils-extension"
        chosen.mkdir(parents=True)
        (chosen / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}",
         f"--IdentityProvider.token={token}"],
        env={**os.environ, **places, "JUPYTER_CONFIG_DIR": str(ROOT / ".jupyter"),
             "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"{_address(process, Path(places['JUPYTER_RUNTIME_DIR']))}lab?token={token}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], runtime: Path) -> str:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("JupyterLab ended before it was ready.")
        for path in runtime.glob("jpserver-*.json"):
            text = path.read_text(encoding="utf-8")
            if text.strip().endswith("}"):
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise RuntimeError("JupyterLab was not ready in a minute.")


@contextmanager
def lab_page(address: str, *, width: int = 1280, height: int = 1000) -> Iterator[Any]:
    """Open JupyterLab in a browser without a window; give playwright's page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=browser_path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            yield page
        finally:
            browser.close()


def open_notebook(page: Any, address: str, name: str) -> None:
    """Open a notebook and wait until its cells can be used."""
    page.goto(address.replace("/lab?", f"/lab/tree/{name}?reset&"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content")
    # Without a kernel, running a cell would ask for one. The status bar tells when it is there.
    page.wait_for_selector("#jp-main-statusbar >> text=/[|] Idle/")


def run_all(page: Any) -> None:
    """Run every cell by keyboard: Shift and Enter, and on the last one Ctrl and Enter."""
    number = cells(page)
    page.wait_for_function("!!document.activeElement.closest('.jp-Notebook .jp-Cell')")
    for _ in range(number - 1):
        page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+Enter")


def tab_into(page: Any, selector: str, *, most: int = 80) -> int:
    """Press Tab until something within a selector has the focus; return how often."""
    inside = "(s) => !!document.activeElement.closest(s)"
    for pressed in range(most):
        if page.evaluate(inside, selector):
            return pressed
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} tabs did not lead to {selector}.")


def cells(page: Any) -> int:
    """Number of cells that the notebook has on the screen."""
    return int(page.evaluate("document.querySelectorAll('.jp-Notebook .jp-Cell').length"))
