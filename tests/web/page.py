"""Reading an answer the way a person does: parsed, by what it says."""

from __future__ import annotations

import re

import httpx
from selectolax.lexbor import LexborHTMLParser


def parsed(answer: httpx.Response) -> LexborHTMLParser:
    return LexborHTMLParser(answer.text)


def says(answer: httpx.Response, selector: str = "body") -> str:
    """The text of the first element that fits, with its white space made single."""
    node = parsed(answer).css_first(selector)
    assert node is not None, f"no {selector} in the answer"
    return re.sub(r"\s+", " ", node.text()).strip()


def all_of(answer: httpx.Response, selector: str) -> list[str]:
    return [re.sub(r"\s+", " ", node.text()).strip() for node in parsed(answer).css(selector)]


def links(answer: httpx.Response, selector: str) -> list[str]:
    return [node.attributes["href"] or "" for node in parsed(answer).css(selector)]
