"""The workbench's one entrance: python workbench.py report | test | lab | any command of qaf.

Needs Python 3.11 or later and nothing else. The packages that it needs are installed once into
the folder .venv beside this file, each checked against the sum in requirements.lock, and again
only when that list or the project changes.
"""

# An older Python must be able to read this file far enough to say that it is too old, so it has
# no f-string, no annotation and no starred list.
import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "The workbench needs Python 3.11 or later; this is {}.{}. Install a newer one, then run "
        "this command with it, such as: python3.11 workbench.py report\n".format(
            sys.version_info[0], sys.version_info[1]
        )
    )
    sys.exit(2)

import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FAILED = 5
QUARANTINED = 4

USAGE = """Usage: python workbench.py COMMAND

  report   make the quarterly report of the example council, or of your own exports:
           python workbench.py report --data FOLDER --quarter "2019-20 Q3"
  test     run the tests; --quick leaves out the slow ones, for work in progress;
           --full does the largest simulations in full
  lab      open the notebooks in JupyterLab, on this computer only
  init     look at a folder of exports and propose its settings: python workbench.py init FOLDER
  check    say what would be loaded and what must be mended: --data FOLDER
  round    a round of moderation: new, pack, collect, confirm, reveal, close and more
  verify, review, ledger
           make a report again, go through its findings and sign, look at the ledger
  template, export, key, purge, simulate, doctor
           further commands; each explains itself with --help
"""
UNREACHABLE = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo failed",
    "Could not find a version that satisfies",
    "dns error",
    "tcp connect error",
    "Network connectivity is disabled",
    "error sending request",
    "Failed to fetch",
    "ProxyError",
)
WRONG_SUM = ("DO NOT MATCH THE HASHES", "Hash mismatch")


class SetupError(Exception):
    """The packages could not be installed; the message says why and what to do."""


class Workbench:
    """A project folder and the Python environment that belongs to it."""

    def __init__(self, root):
        self.root = root
        self.venv = root / ".venv"
        self.lock = root / "requirements.lock"
        self.stamp = self.venv / "workbench-stamp"
        self.log = root / ".workbench" / "install.log"
        windows = os.name == "nt"
        self.python = self.venv / ("Scripts/python.exe" if windows else "bin/python")

    def wanted(self):
        """Sum over all that decides what is installed."""
        total = hashlib.sha256()
        for path in (self.lock, self.root / "pyproject.toml"):
            total.update(path.read_bytes())
        total.update(repr((sys.version_info[:2], sys.platform, platform.machine())).encode())
        # The environment names its own folder in many places, so a moved one is made again.
        total.update(str(self.venv).encode("utf-8", "surrogateescape"))
        return total.hexdigest()

    def is_ready(self):
        """Whether the environment is complete and belongs to this state of the project."""
        if not (self.python.exists() and self.stamp.exists()):
            return False
        return self.stamp.read_text(encoding="utf-8") == self.wanted()

    def prepare(self):
        """Make the environment unless it is ready; the stamp comes last, so half is never taken."""
        if self.is_ready():
            return
        tell("Setting up the workbench in .venv; this happens once and takes some minutes.")
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_bytes(b"")
        uv = shutil.which("uv")
        if uv is None or not self.install_with_uv(uv):
            self.install_with_pip()
        self.stamp.write_text(self.wanted(), encoding="utf-8")
        tell("The workbench is ready.")

    def install_with_uv(self, uv):
        """Install with uv; False if uv could not, for pip may be set up for a proxy and uv not."""
        self.clear()
        pip = [uv, "pip", "install", "--python", str(self.python)]
        steps = (
            [uv, "venv", "--no-project", "--python", base_python(), str(self.venv)],
            pip + ["--require-hashes", "-r", str(self.lock)],
            pip + ["--no-deps", "--no-build-isolation", "-e", str(self.root)],
        )
        for step in steps:
            if self.logged(step) != 0:
                tell("uv could not install the packages; trying pip.")
                return False
        return True

    def install_with_pip(self):
        """Install with the pip that comes with Python."""
        self.clear()
        if self.logged([base_python(), "-m", "venv", str(self.venv)]) != 0:
            raise SetupError(
                "Python could not make an environment. On Debian and Ubuntu install the package "
                "python3-venv. Details: {}".format(self.log)
            )
        pip = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        pip += ["--no-input"]
        for step in (
            pip + ["--require-hashes", "-r", str(self.lock)],
            pip + ["--no-deps", "--no-build-isolation", "-e", str(self.root)],
        ):
            if self.logged(step) != 0:
                raise SetupError(
                    why(self.log.read_text(encoding="utf-8", errors="replace"), self.log)
                )

    def clear(self):
        """Remove what an earlier or interrupted installation left."""
        # First the stamp: a removal that is interrupted must not leave a stamp behind.
        self.stamp.unlink(missing_ok=True)
        if self.venv.exists():
            shutil.rmtree(self.venv)

    def logged(self, command):
        """Run a command with its words in the log, and return its exit code."""
        with self.log.open("ab") as log:
            log.write((" ".join(command) + "\n").encode("utf-8", "replace"))
            log.flush()
            return subprocess.call(
                command, stdout=log, stderr=subprocess.STDOUT, cwd=str(self.root)
            )

    def report(self, arguments):
        """Make a report; of the example, built with rows set aside counts as built."""
        own = any(word == "--data" or word.startswith("--data=") for word in arguments)
        if own or "--help" in arguments:
            return self.qaf(["report"] + arguments)
        code = self.qaf(["report", "--data", str(self.root / "data" / "example")] + arguments)
        return 0 if code == QUARANTINED else code

    def test(self, arguments):
        """Run the tests, the tools' checks among them, two files at a time.

        What a file's tests share is made in one process; conftest.py says which file is first.
        """
        one = {name + "_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        # Dozens of kernels and commands are started; each would compile the whole package anew.
        one["PYTHONDONTWRITEBYTECODE"] = ""
        two = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
        return self.call(["-m", "pytest"] + two + arguments, one, self.root)

    def lab(self, arguments):
        """Open JupyterLab for this computer only, without news, updates or terminals."""
        shipped = str(self.root / ".jupyter")
        further = os.environ.get("JUPYTER_CONFIG_PATH")
        path = shipped if not further else shipped + os.pathsep + further
        options = [
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.allow_remote_access=False",
            "--ServerApp.terminals_enabled=False",
            "--ServerApp.root_dir=" + str(self.root),
        ]
        command = ["-m", "jupyterlab"] + options + arguments
        return self.call(command, {"JUPYTER_CONFIG_PATH": path}, self.root)

    def qaf(self, arguments):
        """Run a command of qaf in the folder the user is in."""
        return self.call(["-m", "qaf_analysis.cli"] + arguments, {}, Path.cwd())

    def call(self, arguments, further, cwd):
        """Run Python inside the environment and return its exit code."""
        environment = dict(os.environ, **further)
        # Another environment's settings would bring its packages into ours.
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            environment.pop(name, None)
        process = subprocess.Popen([str(self.python)] + arguments, env=environment, cwd=str(cwd))
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # The process was stopped by the same key; it has to end in its own time.
                continue


def base_python():
    """Return the Python outside any environment, so that remaking .venv does not remove it."""
    return getattr(sys, "_base_executable", None) or sys.executable


def why(log, path):
    """Say in plain words why an installation failed."""
    if any(words in log for words in WRONG_SUM):
        return (
            "A package is not the one that was tested (its sum differs), so nothing was "
            "installed. Try again; if it stays so, tell your IT service. Details: {}".format(path)
        )
    if any(words in log for words in UNREACHABLE):
        return (
            "The packages could not be fetched: no package index could be reached. Check the "
            "network, or ask your IT service for the address of its index and set PIP_INDEX_URL; "
            "then run the same command again. Details: {}".format(path)
        )
    last = [line for line in log.splitlines() if line.strip()][-3:]
    return "The packages could not be installed: {}. Details: {}".format(" ".join(last), path)


def tell(text):
    """Print a line at once, so that it stands above what follows."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(arguments):
    """Run the command that was asked for and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0 if arguments else 2
    workbench = Workbench(ROOT)
    try:
        workbench.prepare()
    except SetupError as error:
        tell(str(error))
        return FAILED
    except OSError as error:
        tell(
            "The folder .venv could not be made anew ({}). Close JupyterLab and every other "
            "program that uses it, then run the same command again.".format(error.strerror)
        )
        return FAILED
    except KeyboardInterrupt:
        tell("Stopped. The next start begins the installation again.")
        return 130
    command, rest = arguments[0], arguments[1:]
    own = {"report": workbench.report, "test": workbench.test, "lab": workbench.lab}
    return own[command](rest) if command in own else workbench.qaf(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
