"""The words and signs that every other floor uses."""
