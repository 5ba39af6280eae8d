"""Moderation analysis for collaborative audits of children's social-care case files."""

from importlib.metadata import version

__version__ = version("qaf-analysis")
