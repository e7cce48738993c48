"""The forms of a verb in English and Spanish, each with what it tells about time and mood."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.classify.wordsets import words

Form = str
"""One of: base, third, past, part, ing (English); base, pres, past, part, ger, fut, cond, subj (Spanish)."""

_ENGLISH_IRREGULAR: dict[str, tuple[str, str]] = {
    "put": ("put", "put"),
    "set": ("set", "set"),
    "let": ("let", "let"),
    "cut": ("cut", "cut"),
    "shut": ("shut", "shut"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "begin": ("began", "begun"),
    "strike": ("struck", "struck"),
    "take": ("took", "taken"),
    "withdraw": ("withdrew", "withdrawn"),
    "freeze": ("froze", "frozen"),
    "unfreeze": ("unfroze", "unfrozen"),
    "stand": ("stood", "stood"),
    "leave": ("left", "left"),
    "tell": ("told", "told"),
    "sweep": ("swept", "swept"),
    "bring": ("brought", "brought"),
    "run": ("ran", "run"),
    "go": ("went", "gone"),
    "come": ("came", "come"),
    "find": ("found", "found"),
    "make": ("made", "made"),
    "grow": ("grew", "grown"),
    "get": ("got", "gotten"),
    "do": ("did", "done"),
    "undo": ("undid", "undone"),
    "fight": ("fought", "fought"),
    "tear": ("tore", "torn"),
    "wind": ("wound", "wound"),
    "unwind": ("unwound", "unwound"),
    "seek": ("sought", "sought"),
    "throw": ("threw", "thrown"),
    "choose": ("chose", "chosen"),
    "rebuild": ("rebuilt", "rebuilt"),
    "give": ("gave", "given"),
    "be": ("was", "been"),
    "lead": ("led", "led"),
    "uphold": ("upheld", "upheld"),
    "withhold": ("withheld", "withheld"),
    "rewrite": ("rewrote", "rewritten"),
}
_DOUBLING = words(
    "cancel strip stop scrap bar plan permit submit commit drop rip gut rob defer axe ban tap "
    "cap curb slam prod beg tweak expel admit refer transfer compel trim"
) - {"axe", "tweak", "curb"}


def english(verb: str) -> Iterator[tuple[str, Form]]:
    """(form, tag) pairs of a verb in its base form; a past form that is also the participle comes twice."""
    yield verb, "base"
    yield _third(verb), "third"
    past, participle = _ENGLISH_IRREGULAR.get(verb, (_past(verb), _past(verb)))
    yield past, "past"
    yield participle, "part"
    yield _ing(verb), "ing"


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    if verb in _DOUBLING:
        return verb + verb[-1] + "ed"
    return verb + "ed"


def _ing(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "be")):
        return verb[:-1] + "ing"
    if verb in _DOUBLING or verb in ("put", "set", "let", "cut", "shut", "run", "get", "begin"):
        return verb + verb[-1] + "ing"
    return verb + "ing"


# Present stem under stress, preterite stem (with -e/-o endings where strong), future stem, participle.
_SPANISH_STEMS: dict[str, dict[str, str]] = {
    "pedir": {"pres": "pid", "pret3": "pid"},
    "impedir": {"pres": "impid", "pret3": "impid"},
    "exigir": {"first": "exij"},
    "cerrar": {"pres": "cierr"},
    "negar": {"pres": "nieg"},
    "rogar": {"pres": "rueg"},
    "apelar": {},
    "recomendar": {"pres": "recomiend"},
    "comenzar": {"pres": "comienz"},
    "empezar": {"pres": "empiez"},
    "extender": {"pres": "extiend"},
    "volver": {"pres": "vuelv", "part": "vuelto"},
    "revertir": {"pres": "reviert", "pret3": "revirt"},
    "seguir": {"pres": "sigu", "pret3": "sigu"},
    "poner": {"pret": "pus", "fut": "pondr", "part": "puesto", "first": "pong"},
    "proponer": {"pret": "propus", "fut": "propondr", "part": "propuesto", "first": "propong"},
    "proponerse": {"pret": "propus", "fut": "propondr"},
    "posponer": {"pret": "pospus", "fut": "pospondr", "part": "pospuesto", "first": "pospong"},
    "interponer": {"pret": "interpus", "fut": "interpondr", "part": "interpuesto", "first": "interpong"},
    "reimponer": {"pret": "reimpus", "fut": "reimpondr", "part": "reimpuesto"},
    "oponer": {"pret": "opus", "fut": "opondr", "part": "opuesto", "first": "opong"},
    "mantener": {"pres": "mantien", "pret": "mantuv", "fut": "mantendr", "first": "manteng"},
    "detener": {"pres": "detien", "pret": "detuv", "fut": "detendr", "first": "deteng"},
    "hacer": {"pret": "hic", "fut": "har", "part": "hecho"},
    "reabrir": {"part": "reabierto"},
    "prever": {"pres": "prev", "part": "previsto"},
    "suscribir": {"part": "suscrito"},
    "describir": {"part": "descrito"},
    "prevenir": {"pres": "previen", "pret": "previn", "fut": "prevendr", "first": "preveng"},
    "revivir": {},
    "renovar": {"pres": "renuev"},
    "aprobar": {"pres": "aprueb"},
    "acordar": {"pres": "acuerd"},
    "recordar": {"pres": "recuerd"},
    "reforzar": {"pres": "refuerz"},
    "denegar": {"pres": "denieg"},
    "dar": {"third": "da", "pret_forms": "dio dieron", "part": "dado", "plural": "dan"},
}


def spanish(verb: str) -> Iterator[tuple[str, Form]]:
    """(form, tag) pairs of an infinitive, without accents; first and third persons only."""
    stem, ending = verb[:-2], verb[-2:]
    special = _SPANISH_STEMS.get(verb, {})
    yield verb, "base"
    if verb == "dar":
        yield from (
            ("da", "pres"),
            ("dan", "pres"),
            ("dio", "past"),
            ("dieron", "past"),
            ("dara", "fut"),
            ("dado", "part"),
        )
        return
    yield from _present(stem, ending, special)
    yield from _preterite(stem, ending, special)
    future = special.get("fut", stem + ending)
    for suffix, tag in (("a", "fut"), ("an", "fut"), ("emos", "fut"), ("ia", "cond"), ("ian", "cond")):
        yield future + suffix, tag
    imperfect = ("aba", "aban") if ending == "ar" else ("ia", "ian")
    for suffix in imperfect:
        yield stem + suffix, "past"
    yield from _participles(stem, ending, special)


def _present(stem: str, ending: str, special: dict[str, str]) -> Iterator[tuple[str, Form]]:
    stressed = special.get("pres", stem)
    vowel = "a" if ending == "ar" else "e"
    if ending == "ir" and stem.endswith("u") and not stem.endswith(("gu", "qu")):
        stressed = stem + "y"  # concluir: concluye
    for suffix in (vowel, vowel + "n"):
        yield stressed + suffix, "pres"
    yield stem + {"ar": "amos", "er": "emos", "ir": "imos"}[ending], "pres"
    subjunctive = special.get("first", stressed)
    if ending == "ar":
        subjunctive = _soften(stressed)
    elif ending == "er" and stem.endswith("c"):
        subjunctive = stem[:-1] + "zc"  # restablecer: restablezca
    other = "e" if ending == "ar" else "a"
    for suffix in (other, other + "n"):
        yield subjunctive + suffix, "subj"
    yield _soften(stem) + "emos" if ending == "ar" else subjunctive + "amos", "subj"


def _soften(stem: str) -> str:
    """Spelling before e: revocar, revoque; prorrogar, prorrogue; comenzar, comience."""
    if stem.endswith("c"):
        return stem[:-1] + "qu"
    if stem.endswith("g"):
        return stem + "u"
    if stem.endswith("z"):
        return stem[:-1] + "c"
    return stem


def _preterite(stem: str, ending: str, special: dict[str, str]) -> Iterator[tuple[str, Form]]:
    if "pret" in special:
        strong = special["pret"]
        yield from ((strong + suffix, "past") for suffix in ("o", "ieron", "imos"))
        return
    if ending == "ar":
        yield from ((stem + suffix, "past") for suffix in ("o", "aron"))
        yield _soften(stem) + "e", "past"
        return
    weak = special.get("pret3", stem)
    if weak.endswith("u") and not weak.endswith(("gu", "qu")):
        yield from ((weak + suffix, "past") for suffix in ("yo", "yeron"))
    else:
        yield from ((weak + suffix, "past") for suffix in ("io", "ieron"))


def _participles(stem: str, ending: str, special: dict[str, str]) -> Iterator[tuple[str, Form]]:
    participle = special.get("part", stem + ("ado" if ending == "ar" else "ido"))
    for suffix in ("o", "a", "os", "as"):
        yield participle[:-1] + suffix, "part"
    gerund = special.get("pret3", stem)
    gerund += "ando" if ending == "ar" else "iendo"
    yield gerund, "ger"
