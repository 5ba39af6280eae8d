"""The corpus and the reader of the data tests."""

from tests.data.conftest import corpus, council, generator

__all__ = ["corpus", "council", "generator"]
