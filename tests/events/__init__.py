"""Events: pure rules on prints."""
