"""Paths into JSON answers (JMESPath): checked when the configuration is read, harmless when an answer is odd."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def check(path: str) -> None:
    """Raises ValueError, with the reason and the column, for what is no JMESPath expression."""
    import jmespath

    try:
        _check_functions(jmespath.compile(path).parsed)
    except RecursionError:
        raise ValueError("this path is nested too deeply") from None
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(f"`{path}` is not a JMESPath path: {_reason(error)}") from error


def find(path: str, value: Any) -> Any:
    """What the path finds in a value; None where there is nothing, or something else than the path expects."""
    import jmespath

    try:
        return _compiled(path).search(value)
    except (jmespath.exceptions.JMESPathError, RecursionError, TypeError, ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _compiled(path: str) -> Any:
    import jmespath

    return jmespath.compile(path)


def _reason(error: Exception) -> str:
    """The library's own words in one line; it draws the place below the expression, where a line has no room."""
    said = str(error).partition(", for expression")[0].partition(":\n")[0].removeprefix("Invalid jmespath expression: ")
    column = getattr(error, "lex_position", None)
    return f"{said} (column {column + 1})" if isinstance(column, int) and "column" not in said else said


def _check_functions(node: Any) -> None:
    """Functions are looked up only when a path is used: a misspelt one would be found at the first check."""
    from jmespath.functions import Functions

    if node["type"] == "function_expression":
        signature = Functions.FUNCTION_TABLE.get(node["value"], {}).get("signature")
        if signature is None:
            raise ValueError(f"JMESPath has no function `{node['value']}`")
        variadic = any(each.get("variadic") for each in signature)
        if not variadic and len(node["children"]) != len(signature):
            raise ValueError(f"the JMESPath function `{node['value']}` takes {len(signature)} arguments")
    for child in node["children"]:
        if isinstance(child, dict):
            _check_functions(child)
