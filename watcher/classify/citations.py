"""The spellings of a legal citation or case name: dots, section signs, reporters and "v." vary."""

from __future__ import annotations

import re

from watcher.classify.fold import fold

_SECTION = "~"  # what the fold makes of the section sign


def spellings(citation: str) -> tuple[str, ...]:
    """Folded spellings under which a citation or case name is found, the given one first."""
    base = fold(citation).replace(f"{_SECTION} ", "").strip()
    if re.search(r" v\.? ", base):
        return tuple(dict.fromkeys(re.sub(r" v\.? ", f" {versus} ", base) for versus in ("v.", "v", "vs.", "vs")))
    return tuple(
        dict.fromkeys(_with_section_signs(spelling) for spelling in _reporters(base) for _with_section_signs in _SIGNS)
    )


def _reporters(base: str) -> list[str]:
    """ "42 u.s.c. 265" is also "42 usc 265"; "84 fr 63994" is also "84 fed. reg. 63,994"."""
    found = [base]
    if match := re.match(r"(\d+) (?:u\.s\.c\.|usc) (.+)", base):
        found = [f"{match[1]} {code} {match[2]}" for code in ("u.s.c.", "usc", "u.s. code")]
    elif match := re.match(r"(\d+) (?:c\.f\.r\.|cfr) (.+)", base):
        found = [f"{match[1]} {code} {match[2]}" for code in ("cfr", "c.f.r.")]
    elif match := re.match(r"(\d+) (?:fed\. reg\.|fr) ([\d,]+)$", base):
        page = match[2].replace(",", "")
        grouped = f"{page[:-3]},{page[-3:]}"
        found = [f"{match[1]} {reporter} {number}" for reporter in ("fr", "fed. reg.") for number in (page, grouped)]
    elif match := re.match(r"(?:ina|section) (.+)", base):
        found = [base, f"ina section {match[1]}", f"section {match[1]} of the ina"]
        found.append(f"section {match[1]} of the immigration and nationality act")
    return found


def _plain(spelling: str) -> str:
    return spelling


def _with_sign(spelling: str) -> str:
    return re.sub(r"^(\d+ [a-z.]+(?: code)?|ina) (\d)", rf"\1 {_SECTION} \2", spelling)


def _with_close_sign(spelling: str) -> str:
    return re.sub(r"^(\d+ [a-z.]+(?: code)?|ina) (\d)", rf"\1 {_SECTION}\2", spelling)


_SIGNS = (_plain, _with_sign, _with_close_sign)
