"""Editions of the report: the same results, told to different readers."""
