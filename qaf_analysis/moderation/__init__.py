"""Moderation rounds: what is drawn for moderators, and what comes back."""
