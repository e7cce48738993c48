"""The order of things: the only modules that know two stages."""
