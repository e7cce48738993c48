"""The review pages: server-rendered, closed by default, useful without JavaScript."""
