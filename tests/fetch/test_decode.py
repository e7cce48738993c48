"""The decoders by themselves: small steps, exact ends, any cutting."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.decode import BROKEN, STEP, EncodingError, decoder

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: bytes(brotli.compress(data, quality=1)),
    "zstd": lambda data: bytes(zstd.compress(data)),
}
names = st.sampled_from(sorted(ENCODERS))


@given(names, st.binary(max_size=3000), st.integers(1, 200), st.integers(1, 40))
def test_a_body_survives_any_cutting(name: str, data: bytes, size: int, times: int) -> None:
    packed = ENCODERS[name](data * times)
    decode = decoder(name)
    parts = [part for at in range(0, len(packed), size) for part in decode.feed(packed[at : at + size])]
    assert b"".join(parts) == data * times
    assert decode.finished


@given(names, st.binary(min_size=1, max_size=3000), st.data())
def test_a_body_that_lacks_its_end_is_never_finished(name: str, data: bytes, draw: st.DataObject) -> None:
    packed = ENCODERS[name](data)
    cut = draw.draw(st.integers(1, len(packed) - 1))
    decode = decoder(name)
    b"".join(decode.feed(packed[:cut]))
    assert not decode.finished


@given(st.sampled_from(["gzip", "deflate", "br", "zstd", ""]), st.binary(max_size=500))
def test_bytes_of_any_kind_end_as_output_or_as_one_of_the_known_errors(name: str, data: bytes) -> None:
    try:
        b"".join(decoder(name).feed(data))
    except BROKEN:
        return


@pytest.mark.parametrize("name", ENCODERS)
def test_a_bomb_comes_in_small_steps(name: str) -> None:
    """A client of the usual kind hands out all of such a body at once."""
    size = 64 * 1024 * 1024
    lengths = [len(part) for part in decoder(name).feed(ENCODERS[name](bytes(size)))]
    assert sum(lengths) == size
    assert max(lengths) <= 2 * STEP


def test_a_zstd_window_beyond_what_http_allows_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27}
    packed = zstd.ZstdCompressor(options=options).compress(bytes(range(256)) * 40_000, zstd.ZstdCompressor.FLUSH_BLOCK)
    with pytest.raises(BROKEN):
        list(decoder("zstd").feed(packed))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,br", "compress", "utf-8", "gzip;q=1"])
def test_stacked_and_unknown_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(EncodingError):
        decoder(encoding)
