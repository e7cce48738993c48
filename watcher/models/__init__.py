"""The values that the stages hand to each other: frozen dataclasses and closed sets, nothing that does anything."""
