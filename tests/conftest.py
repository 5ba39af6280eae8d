"""What all tests share: threads, how much is run, and in which order.

``--quick`` leaves out what is marked slow, and of what is asked of ten councils all but a few.
``--full`` does the largest simulations in full; without it a part of them is done, with limits as
wide as that part demands.
"""

import os

import pytest

from qaf_analysis.run.imports import without_address_checks

with without_address_checks():
    import nbformat  # noqa: F401  # otherwise the first test to need it builds that grammar

# One thread for linear algebra, as in the kernels of a run: small matrices are slower in more.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def pytest_addoption(parser):
    group = parser.getgroup("how much is tested")
    group.addoption("--quick", action="store_true", help="leave out tests marked slow or wide")
    group.addoption("--full", action="store_true", help="do simulations in full")


def pytest_collection_modifyitems(config, items):
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    if config.getoption("--quick"):
        gone = [item for item in items if _is_long(item)]
        items[:] = [item for item in items if not _is_long(item)]
        config.hook.pytest_deselected(items=gone)
    # Files that take long begin first, or one process would be left alone with them at the end.
    items.sort(key=lambda item: item.path not in slow)


def _is_long(item):
    return item.get_closest_marker("slow") or item.get_closest_marker("wide")


@pytest.fixture(scope="session")
def times(pytestconfig):
    """How often a simulation is done: ``times(60, full=250)`` is 60, or 250 with ``--full``."""
    is_full = pytestconfig.getoption("--full")
    return lambda part, *, full: full if is_full else part


@pytest.fixture(scope="session", autouse=True)
def _own_protected_place(tmp_path_factory):
    """Rows set aside by tests lie with the tests, never in the folder of whoever runs them."""
    folder = tmp_path_factory.mktemp("protected")
    before = os.environ.get("QAF_SET_ASIDE")
    os.environ["QAF_SET_ASIDE"] = str(folder / "set_aside")
    yield folder
    os.environ.pop("QAF_SET_ASIDE")
    if before is not None:
        os.environ["QAF_SET_ASIDE"] = before
