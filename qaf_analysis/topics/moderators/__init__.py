"""How moderators grade: how far two of them agree, whether they drifted, how they scatter."""
