"""Sockets: one port on many addresses."""

from __future__ import annotations

import pytest

from watcher.demo.serving import listen, port_of


def test_all_addresses_get_the_same_port() -> None:
    sockets = listen(["127.0.0.2", "127.0.0.3", "127.0.0.4"])
    assert len({port_of(each) for each in sockets}) == 1
    assert [each.getsockname()[0] for each in sockets] == ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
    for each in sockets:
        each.close()


def test_a_port_that_is_taken_on_one_of_them_is_an_error_and_leaves_none_open() -> None:
    (taken,) = listen(["127.0.0.3"])
    with pytest.raises(OSError, match="in use"):
        listen(["127.0.0.2", "127.0.0.3"], port_of(taken))
    (free,) = listen(["127.0.0.2"], port_of(taken))
    free.close()
    taken.close()
