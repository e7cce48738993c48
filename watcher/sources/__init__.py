"""What we watch, and how each kind of source is read: one file per kind, pure functions from bytes to entries."""
