"""Measured figures: speed and memory, never in timed tests."""
