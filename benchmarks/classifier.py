"""What classifying costs: MB/s of text per core, beside a bare automaton and spaCy's PhraseMatcher, in one run.

    python -m benchmarks.classifier

All texts are made here, so that the figures need no other file; `--corpus FILE` adds labelled documents (JSON lines
with `text` and `title`). Times are CPU time of this process, the least of several rounds; MB are 10**6 bytes of UTF-8.
PhraseMatcher is measured where spaCy is installed (it is no dependency), with the same names on the same texts.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ahocorasick_rs

from benchmarks.texts import about_policies, adversarial, plain, policy_file
from watcher.classify import Classifier, Vocabulary, load_vocabulary
from watcher.classify.fold import fold

Texts = Sequence[tuple[str, str]]
"""Titles and texts."""
ROUNDS = 5


def measure(corpus: Path | None = None) -> dict[str, object]:
    """All figures, by name."""
    vocabulary = load_vocabulary()
    classifier = Classifier(vocabulary)
    without, ascii_only, with_mentions = plain(100), plain(100, ascii_only=True), about_policies(100)
    return {
        "mixed_mb_s": speed(without, classifier),
        "ascii_mb_s": speed(ascii_only, classifier),
        "about_policies_mb_s": speed(with_mentions, classifier),
        **({"corpus_mb_s": speed(_labelled(corpus), classifier)} if corpus else {}),
        "jsonl_mixed_mb_s": jsonl(without * 20),
        "jsonl_about_policies_mb_s": jsonl(with_mentions * 5),
        "bare_automaton_mb_s": bare_automaton(without, vocabulary),
        "phrase_matcher_mb_s": phrase_matcher(without, vocabulary),
        "names": len(vocabulary.aliases),
        "start_cpu_s": start(),
        "memory_mib": memory(),
        "vocabularies": vocabularies(without),
        "adversarial_200kb_cpu_s": {name: seconds_of(text, classifier) for name, text in adversarial().items()},
    }


def size(texts: Texts) -> float:
    """MB of UTF-8."""
    return sum(len(f"{title}{text}".encode()) for title, text in texts) / 1e6


def least(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of the fastest round."""
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def speed(texts: Texts, classifier: Classifier) -> float:
    """MB/s of classifying texts one after the other."""

    def work() -> None:
        for title, text in texts:
            classifier.classify(title=title, text=text)

    return round(size(texts) / least(work), 1)


def seconds_of(text: str, classifier: Classifier) -> float:
    return round(least(lambda: classifier.classify(text=text), rounds=2), 3)


def jsonl(texts: Texts) -> float:
    """MB/s of `watcher classify --jsonl`, its start left out: reading, classifying and writing lines."""
    lines = [json.dumps({"id": number, "title": title, "text": text}) for number, (title, text) in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.jsonl"
        file.write_text("\n".join(lines))
        nothing = Path(folder) / "none.jsonl"
        nothing.write_text("")
        command = [sys.executable, "-m", "watcher", "classify", "--jsonl"]
        taken = child_seconds([*command, str(file)]) - child_seconds([*command, str(nothing)])
    return round(size(texts) / taken, 1)


def child_seconds(command: Sequence[str], rounds: int = 3) -> float:
    """CPU seconds of a command, the least of some runs."""
    taken = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def bare_automaton(texts: Texts, vocabulary: Vocabulary) -> float:
    """MB/s of one pass of an Aho-Corasick automaton with all names over the folded texts, and nothing else."""
    names = list({alias.folded for alias in vocabulary.aliases})
    automaton = ahocorasick_rs.AhoCorasick(names, implementation=ahocorasick_rs.Implementation.DFA)
    folded = [fold(f"{title}\n{text}") for title, text in texts]
    taken = least(lambda: [automaton.find_matches_as_indexes(text, overlapping=True) for text in folded])
    return round(size(texts) / taken, 1)


def phrase_matcher(texts: Texts, vocabulary: Vocabulary) -> float | None:
    """MB/s of spaCy's PhraseMatcher (lower case) with its tokenizer and the same names; None without spaCy."""
    if importlib.util.find_spec("spacy") is None:
        return None
    spacy = importlib.import_module("spacy")
    language = spacy.blank("en")
    matcher = importlib.import_module("spacy.matcher").PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("names", list(language.tokenizer.pipe(sorted({alias.text for alias in vocabulary.aliases}))))
    taken = least(lambda: [matcher(language(f"{title}\n{text}")) for title, text in texts], rounds=3)
    return round(size(texts) / taken, 2)


_START = "from watcher.classify import Classifier, load_vocabulary; Classifier(load_vocabulary())"


def start() -> dict[str, float]:
    """CPU seconds from nothing to a ready classifier, the interpreter's own left out and alone."""
    bare = child_seconds([sys.executable, "-c", "pass"])
    return {
        "interpreter": round(bare, 3),
        "classifier": round(child_seconds([sys.executable, "-c", _START]) - bare, 3),
    }


def memory() -> float:
    """MiB of resident memory that a ready classifier takes over the interpreter's own, after its first texts."""
    use = "[c.classify(text='The government ended Title 42 today. ' * 80) for _ in range(20)]"
    ready = f"from watcher.classify import Classifier, load_vocabulary; c = Classifier(load_vocabulary()); {use}"
    return round(resident(ready) - resident("pass"), 1)


def resident(code: str) -> float:
    """MiB of the resident set of an interpreter that has run `code`."""
    tell = f"import psutil\n{code}\nprint(psutil.Process().memory_info().rss)"
    answer = subprocess.run([sys.executable, "-c", tell], check=True, capture_output=True, text=True)
    return int(answer.stdout) / 2**20


def vocabularies(texts: Texts) -> Mapping[str, float]:
    """MB/s with 200 and with 2,000 further made-up names, and what the larger one costs more (1.2 is 20 % more)."""
    few, many = (_with_names(number) for number in (200, 2000))
    pairs = [(speed(texts, few), speed(texts, many)) for _ in range(3)]  # in turns: the machine may change its pace
    small, large = max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
    return {"mb_s_with_200": small, "mb_s_with_2000": large, "cost_ratio": round(small / large, 2)}


def _with_names(number: int) -> Classifier:
    """A classifier that knows only made-up names."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "made-up.yaml").write_text(policy_file(number))
        whole = load_vocabulary([Path(folder)])
    names = [alias for alias in whole.aliases if alias.policy == "made-up"]
    return Classifier(Vocabulary(whole.policies, names, (), whole.version))


def _labelled(file: Path) -> Texts:
    rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(row.get("title") or "", row["text"]) for row in rows]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="measure the classifier")
    parser.add_argument("--corpus", type=Path)
    print(json.dumps(measure(parser.parse_args().corpus), indent=2))
