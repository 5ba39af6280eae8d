"""Moderators measured by cases that they read twice, or two of them read."""
