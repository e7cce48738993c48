"""Eighty ways in which a source can misbehave, served by one process that keeps a ledger of what it served."""
