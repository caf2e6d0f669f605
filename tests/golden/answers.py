"""The answers to every problem of the README and the examples, as the golden files hold them.

    python -m tests.golden.answers README.md        the text of tests/golden/README.golden

The problems are those of the pages themselves: commands of the README are asked in Python, its
Python blocks and the examples are run, and each answer that a verb gives is written down. They are
asked in an interpreter of their own, for the examples are free to set what others rely on.
"""

from __future__ import annotations

import doctest
import runpy
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

import matcalc as mc
from matcalc.verbs.table import VIEWS
from tests.records import described
from tests.test_readme import ROOT, blocks, commands

SOURCES = [ROOT / "README.md", *sorted((ROOT / "examples").glob("*.py"))]
VERBS = ("gradient", "differential", "jacobian", "hessian", "check", "conventions")

Entries = list[str]


def golden_file(source: Path) -> Path:
    """Where the answers of a page or an example are kept."""
    return Path(__file__).with_name(f"{source.stem}.golden")


def answers(source: Path) -> str:
    """All answers of a page or an example, in the order in which they are asked."""
    with overheard() as entries, redirect_stdout(StringIO()):
        if source.suffix == ".md":
            page = source.read_text(encoding="utf-8")
            run_commands(page)
            run_session(page)
        else:
            runpy.run_path(str(source), run_name="__main__")
    return "\n".join(dict.fromkeys(entries))


@contextmanager
def overheard() -> Iterator[Entries]:
    """Keeps what the verbs answer in the block, under the question."""
    entries: Entries = []
    with pytest.MonkeyPatch.context() as patch:
        for verb in VERBS:
            patch.setattr(mc, verb, _keeping(entries, verb, getattr(mc, verb)), raising=False)
        yield entries


def _keeping(entries: Entries, verb: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    def ask(f: object, wrt: Any, where: object = None, **options: Any) -> Any:
        variables = wrt if isinstance(wrt, list) else [wrt]
        said = {name: getattr(value, "__name__", value) for name, value in options.items()}
        chosen = [f", {name} {value}" for name, value in said.items()]
        question = f"{verb} of {f} by {', '.join(map(str, variables))}{''.join(chosen)}"
        try:
            found = answer(f, wrt, where=where, **options)
        except mc.MatcalcError as error:
            entries.append(entry(question, {"refused": error.report()}))
            raise
        entries.append(entry(question, described(found)))
        return found

    return ask


def entry(question: str, fields: Mapping[str, str]) -> str:
    """A question and the fields of its answer, short ones on a line."""
    lines = "".join(_field(name, text.rstrip("\n")) for name, text in fields.items())
    return f"{question}\n{indent(lines, '    ')}"


def _field(name: str, text: str) -> str:
    if "\n" in text:
        return f"{name}:\n{indent(text, '    ')}\n"
    return f"{name}: {text}".rstrip() + "\n"


def questions(page: str) -> list[list[str]]:
    """The words of the commands of a page that ask of one f: `mark` asks of the lines of a file."""
    found = [shlex.split(command) for _, command, _ in commands(page)]
    return [words for words in found if "--wrt" in words]


def run_commands(page: str) -> None:
    """Ask in Python what the commands of a page ask; those that are refused too."""
    for _, verb, f, *rest in questions(page):
        options = {
            name.removeprefix("--"): v for name, v in zip(rest[::2], rest[1::2], strict=True)
        }
        names = options.pop("wrt").split(",")
        with suppress(mc.MatcalcError):
            # a view prints one of the things that an answer says
            asked = options.pop("of", "gradient") if verb in VIEWS else verb
            ask = getattr(mc, asked)
            ask(f, names if len(names) > 1 else names[0], **options)


def run_session(page: str) -> None:
    """Run the Python blocks of a page, one after another."""
    lines = "\n".join(block for _, block in blocks("python", page))
    examples = doctest.DocTestParser().get_examples(lines)
    session: dict[str, object] = {}
    for example in examples:
        exec(compile(example.source, "README.md", "single"), session)


if __name__ == "__main__":
    sys.stdout.write(answers(ROOT / sys.argv[1]))
