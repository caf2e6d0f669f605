"""The laws of the house: the order of the rooms, short files, light imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "matcalc"
LINE_LIMIT = 400

# The rooms, in strict order: each imports only from those before it. Settings are read before maps
# (`geometry` before `operators`): a map tells of itself in the setting that it was asked in.
ROOMS = (
    "expressions",
    "language",
    "rulebook",
    "simplify",
    "printing",
    "interchange",
    "calculus",
    "proofs",
    "compile",
    "samples",
    "spaces",
    "geometry",
    "operators",
    "derivation",
    "questions",
    "verify",
    "answers",
    "convexity",
    "verbs",
    "cli",
    "__main__",
    "",
)
LEVEL = {name: level for level, name in enumerate(ROOMS)}

# What an object looks up when a person uses it, never when it is imported; each with its reason.
LATE = {
    (
        "expressions.operators",
        "verbs.algebra",
    ): "the operators of a node need the rule book and the printers",
}

# Modules that import one another, imports for types and in functions counted. A new one is mended
# by a better cut; one that is mended leaves this table.
CIRCLES = {
    frozenset(
        f"expressions.{name}"
        for name in ("products", "conjugation", "binders", "trace", "dimension_values")
    ): "arithmetic is one recursion: the transpose of a Hermitian matrix is its conjugate",
    frozenset(
        f"answers.{name}"
        for name in (
            "answer",
            "cost_report",
            "kind",
            "naming",
            "of_hessian",
            "steps",
            "verification",
            "writing",
        )
    ): "an answer asks its kind, and what is asked of it takes the answer",
}


def module_name(path: Path) -> str:
    """`matcalc/calculus/adjoint.py` is `calculus.adjoint`, the package itself is ``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module of ours that the tree imports anywhere, in functions and as text too.

    What is taken from a module may be a module itself, so that its name is given with the rest.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=0) if module:
                inside = [f"{module}.{alias.name}" for alias in names]
                found = inside if module == package else [module, *inside]
            case ast.ImportFrom():
                raise AssertionError("relative imports hide their layer")
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found = [name]
            case _:
                continue
        yield from (n[len(package) + 1 :] for n in found if f"{n}.".startswith(f"{package}."))


def layer_of(module: str) -> int:
    name = module.partition(".")[0]
    # `from matcalc import parse` takes a name from the package itself, the last layer.
    return LEVEL[name] if name in LEVEL else LEVEL[""]


def forbidden(module: str, source: str) -> list[str]:
    """The imports of `module` that do not go to its left."""
    own = layer_of(module)
    return [
        f"{module} imports {other}"
        for other in imported(ast.parse(source), "matcalc")
        if layer_of(other) > own and (module, other) not in LATE
    ]


def test_layers_import_only_to_their_left() -> None:
    sources = [path for path in PACKAGE.rglob("*.py") if "grammar" not in path.parts]
    assert sources
    wrong = [line for path in sources for line in forbidden(module_name(path), path.read_text())]
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_one_another() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    sources = {module_name(path): path.read_text() for path in files}
    arrows = {
        name: {n for n in imported(ast.parse(text), "matcalc") if (name, n) not in LATE}
        & sources.keys()
        for name, text in sources.items()
    }
    assert circles(arrows) == set(CIRCLES)


def circles(arrows: dict[str, set[str]]) -> set[frozenset[str]]:
    """The largest sets of modules in which each one leads to all others."""
    ahead = {name: reached(name, arrows) for name in arrows}
    both = ({other for other in ahead[name] if name in ahead[other]} for name in arrows)
    return {frozenset(one) for one in both if one}


def reached(start: str, arrows: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def test_a_circle_is_seen() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a", "d"}}
    assert circles(arrows) == {frozenset("bc"), frozenset("d")}


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {module_name(path).partition(".")[0] for path in PACKAGE.rglob("*.py")}
    assert parts <= set(LEVEL), f"no layer: {sorted(parts - set(LEVEL))}"


@pytest.mark.parametrize(
    "source",
    [
        "from matcalc.derivation import derive",
        "import matcalc.derivation",
        "def late():\n    from matcalc.derivation.derive import derived",
        "import importlib\nimportlib.import_module('matcalc.derivation')",
        "from importlib import import_module\nimport_module('matcalc.derivation.derive')",
        "from matcalc import gradient",
        "import matcalc as mc",
    ],
)
def test_an_import_to_the_right_is_seen(source: str) -> None:
    assert forbidden("calculus.adjoint", source)


@pytest.mark.parametrize(
    "source",
    [
        "from matcalc.expressions.nodes import Node",
        "from matcalc.calculus.pull_back import pull_back",
        "import numpy as np",
        "from matcalculus import nothing_of_ours",
    ],
)
def test_an_import_to_the_left_is_allowed(source: str) -> None:
    assert not forbidden("calculus.adjoint", source)


def test_files_stay_short() -> None:
    suffixes = {".py", ".lark", ".rules"}
    folders = (PACKAGE, ROOT / "grammar", ROOT / "tests")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes]
    assert files
    counts = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in files}
    long = [f"{path}: {count} lines" for path, count in counts.items() if count > LINE_LIMIT]
    assert not long, "\n".join(long)


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `statement`."""
    script = f"import sys; {statement}; print(*(m for m in sys.modules if '.' not in m))"
    run = [sys.executable, "-c", script]
    answer = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(answer.stdout.split())


def test_importing_the_package_is_light() -> None:
    assert not loaded_by("import matcalc") & {"numpy", "scipy", "sympy"}


def test_a_gradient_is_derived_without_numerical_libraries() -> None:
    statement = "import matcalc; matcalc.gradient('norm2(A*X - B)^2', 'X')"
    assert not loaded_by(statement) & {"numpy", "scipy", "sympy"}


def test_expressions_are_read_by_the_one_grammar() -> None:
    """A library's parser reads what people type, from a grammar that a mathematician can read.

    A reader of our own would be faster, and a second place for the same fact: none is kept.
    """
    reader = (ROOT / "matcalc/language/reader.py").read_text(encoding="utf-8")
    assert (ROOT / "grammar/expression.lark").is_file()
    assert '"expression.lark"' in reader and "Lark" in reader
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {re.split(r"[^a-z]", line)[0] for line in needed["project"]["dependencies"]}
    assert {"lark", "numpy"} <= names
