"""Reading exports: contract, checks, quarantine, pseudonyms, and the bundle on disk."""
