"""What the daemon says of itself: log lines, numbers, and lines for the person at the terminal."""
