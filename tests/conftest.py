"""What all tests share: threads, how much is run, and in which order.

``--quick`` leaves out what is marked slow, of what is asked of ten councils all but a few, and what
stands on the measured list of ``tests/quick.py``.
``--full`` does the largest simulations in full; without it a part of them is done, with limits as
wide as that part demands.
"""

import os

import pytest

from qaf_analysis.run.imports import without_address_checks
from tests.quick import COLLECTED, left_out

with without_address_checks():
    import nbformat  # noqa: F401  # otherwise the first test to need it builds that grammar

# Files whose tests ask about the same councils; one process makes the answers once for both.
TOGETHER = (
    (
        "tests/topics/test_quantities.py",
        "tests/topics/test_pictures_in_words.py",
        "tests/report/test_one_value.py",
        "tests/report/test_quarterly.py",
    ),
    (
        "tests/golden/test_pages.py",
        "tests/report/test_plain_language.py",
        "tests/report/editions/test_bars.py",
        "tests/report/editions/test_committee.py",
        "tests/report/editions/test_annex.py",
        "tests/report/editions/test_fit.py",
    ),
)

# One thread for linear algebra, as in the kernels of a run: small matrices are slower in more.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def pytest_addoption(parser):
    group = parser.getgroup("how much is tested")
    group.addoption("--quick", action="store_true", help="leave out tests marked slow or wide")
    group.addoption("--full", action="store_true", help="do simulations in full")


def pytest_collection_modifyitems(config, items):
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    listed = left_out()
    long = {item.nodeid for item in items if _is_long(item) or item.nodeid in listed}
    config.stash[COLLECTED] = {item.nodeid: item.nodeid in long for item in items}
    if config.getoption("--quick"):
        gone = [item for item in items if item.nodeid in long]
        items[:] = [item for item in items if item.nodeid not in long]
        config.hook.pytest_deselected(items=gone)
    # Files that take long begin first, or one process would be left alone with them at the end.
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give whole files to processes, and those that stand together to one process."""
    from xdist.scheduler import LoadFileScheduling

    first = {file: files[0] for files in TOGETHER for file in files}

    class TogetherScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return first.get(file, file)

    return TogetherScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def _is_long(item):
    return item.get_closest_marker("slow") or item.get_closest_marker("wide")


@pytest.fixture(scope="session")
def times(pytestconfig):
    """How often a simulation is done: ``times(60, full=250)`` is 60, or 250 with ``--full``."""
    is_full = pytestconfig.getoption("--full")
    return lambda part, *, full: full if is_full else part


@pytest.fixture(scope="session", autouse=True)
def _own_protected_place(tmp_path_factory):
    """Rows set aside and ledgers of tests lie with them, never in the folder of who runs them."""
    folder = tmp_path_factory.mktemp("protected")
    places = {
        "QAF_SET_ASIDE": folder / "set_aside",
        "QAF_MODERATION": folder / "moderation",
    }
    before = {name: os.environ.get(name) for name in places}
    os.environ.update({name: str(place) for name, place in places.items()})
    yield folder
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value
