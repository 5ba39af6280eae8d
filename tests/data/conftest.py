import importlib.util
import sys
from datetime import date
from pathlib import Path

import pytest

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council

AS_OF = date(2020, 2, 7)
GENERATOR = Path(__file__).parent.parent / "bad_inputs" / "make_bad_inputs.py"
KEY = PseudonymKey(secret=bytes(range(32)))


@pytest.fixture(scope="session")
def generator():
    spec = importlib.util.spec_from_file_location("make_bad_inputs", GENERATOR)
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_bad_inputs"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def corpus(generator, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    assert generator.main([str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def key():
    return KEY


@pytest.fixture
def council(tmp_path):
    """Write files into a folder and read it."""

    def read(files, *, key=KEY, as_of=AS_OF):
        folder = tmp_path / "council"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(data)
        return read_council(folder, as_of=as_of, key=key)

    return read
