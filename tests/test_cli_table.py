"""The command line has every verb of the table, every view of every derivative, one JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.cli.options import typed
from matcalc.language import reader, statements
from matcalc.language.syntax import Syntax
from matcalc.verbs import table
from matcalc.verbs.table import DERIVATIVES, IN_PYTHON, OTHERS, VERBS, VIEWS
from matcalc.verify.shown_values import Counterexample
from matcalc.verify.verdict import Verdict

Printed = pytest.CaptureFixture[str]
SCHEMA = json.loads((Path(table.__file__).parent / "protocol.schema.json").read_text())

DERIVATION = str(Path(__file__).parent.parent / "examples" / "derivation.txt")
PROBLEM = ("x'*M*x + log(1 + a'*x)", "--wrt", "x", "--where", "M: square(n), a: vector(n)")
COMPLEX = ("norm2(A*z)^2", "--wrt", "z", "--where", "A: complex_matrix(m,n), z: complex_vector(n)")
NEEDED: Mapping[str, tuple[str, ...]] = {"nth_derivative": ("--order", "2")}
ABOUT: Mapping[str, tuple[str, ...]] = {
    "check": ("x'*M*x", "--wrt", "x", "--where", "M: square(n)", "--claim", "M*x"),
    "equivalent": ("tr(A*B)", "tr(B*A)"),
    "check_derivation": (DERIVATION,),
    "curvature": ("norm2(A*x - b)", "--wrt", "x"),
    "conventions": ("a'*S*b", "--wrt", "S", "--where", "S: symmetric(n)"),
    "parse": (r"\log|\Sigma| + x^\top \Sigma^{-1} x", "--where", "Sigma: spd(n)"),
    "rules": ("logdet",),
}
OBJECTS = [verb for verb, row in VERBS.items() if "json" in row.formats]


def problem(kind: str) -> tuple[str, ...]:
    return (*(COMPLEX if kind == "wirtinger" else PROBLEM), *NEEDED.get(kind, ()))


def printed(capsys: Printed, *arguments: str, status: int = 0) -> str:
    found = main(arguments)
    told = capsys.readouterr()
    assert (found, told.err) == (status, "")
    return told.out


def breaches(schema: Mapping[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """What of a value is not as the schema says; only the words that ours uses are known."""
    if "$ref" in schema:
        yield from breaches(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value, at)
        return
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "null": type(None),
    }
    wanted = schema.get("type", [])
    named = [wanted] if isinstance(wanted, str) else wanted
    if named and not any(isinstance(value, kinds[name]) for name in named):
        yield f"{at} is no {wanted}: {value!r}"
    if "const" in schema and value != schema["const"]:
        yield f"{at} is {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}"
    if "anyOf" in schema and all(any(breaches(one, value)) for one in schema["anyOf"]):
        yield f"{at} is none of {schema['anyOf']}"
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from breaches(schema.get("items", {}), one, f"{at}[{place}]")
    if isinstance(value, dict):
        yield from (
            f"{at} has no {name}" for name in schema.get("required", ()) if name not in value
        )
        for name, one in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            if known is False:
                yield f"{at}.{name} is not in the schema"
            else:
                yield from breaches(known, one, f"{at}.{name}")


def test_a_breach_of_the_schema_is_seen() -> None:
    right: dict[str, Any] = {name: "" for name in ("value", "latex", "shape")}
    right |= {name: [] for name in ("names", "steps", "assumptions", "conditions")}
    right |= {"protocol": 1, "kind": "gradient"}
    assert not list(breaches(SCHEMA, {**right, "verified": True}))
    assert list(breaches(SCHEMA, right))
    assert list(breaches(SCHEMA, {**right, "verified": "yes"}))
    assert list(breaches(SCHEMA, {**right, "verified": True, "protocol": 2}))
    assert list(breaches(SCHEMA, {**right, "verified": True, "value": {"x": {"y": 1}}}))
    assert list(breaches(SCHEMA, {**right, "verified": True, "more": ""}))


@pytest.mark.parametrize("verb", OBJECTS)
def test_every_verb_prints_an_object_of_the_schema(capsys: Printed, verb: str) -> None:
    about = ABOUT.get(verb) or problem(verb)
    points = ("--samples", "4") if "samples" in VERBS[verb].options else ()
    status = 1 if verb.startswith("check") else 0
    out = printed(capsys, typed(verb), *about, "--format", "json", *points, status=status)
    found = json.loads(out)
    assert not list(breaches(SCHEMA, found))
    assert found.get("verified", True) is (status == 0) and (found.get("value") or found["text"])
    assert bool(found.get("steps")) == (verb not in ("equivalent", "parse", "rules"))
    assert ("reading" in found) == (verb not in ("equivalent", "curvature", "rules"))


def test_python_gives_the_object_that_the_command_line_prints(capsys: Printed) -> None:
    f, where = ABOUT["check"][0], ABOUT["check"][4]
    pairs: Mapping[str, Callable[[], object]] = {
        "gradient": lambda: mc.gradient(f, "x", where),
        "check": lambda: mc.check(f, "x", "M*x", where),
        "curvature": lambda: mc.curvature(f, "x", where),
    }
    for verb, ask in pairs.items():
        claim = ("--claim", "M*x") if verb == "check" else ()
        main([verb, f, "--wrt", "x", "--where", where, *claim, "--format", "json"])
        assert json.loads(capsys.readouterr().out) == mc.to_json(ask()), verb
    nowhere = Counterexample({"x": np.array([1.0, np.inf])}, np.array([np.nan, 2.0]), 0.0)
    point = mc.to_json(Verdict("refuted", "", nowhere, right=mc.parse("x")))["counterexample"]
    assert point == {"values": {"x": [1.0, None]}, "expected": [None, 2.0], "found": 0.0}
    with pytest.raises(mc.MatcalcError, match="no object stands for 3"):
        mc.to_json(3)


@pytest.mark.parametrize(
    ("asked", "error", "place"),
    [
        (("gradient", "x'*(", "--wrt", "x", "--format", "json"), "SyntaxProblem", [3, 4]),
        (
            ("gradient", "sum(A*B)", "--wrt", "A", "--format=json", "--where", "A, B: matrix(2,3)"),
            "ShapeError",
            [4, 7],
        ),
        (("check", "x'*x", "--of", "nothing", "--format", "json"), "SyntaxProblem", None),
    ],
)
def test_a_refusal_is_an_object_too(
    capsys: Printed, asked: tuple[str, ...], error: str, place: list[int] | None
) -> None:
    found = json.loads(printed(capsys, *asked, status=2))
    assert not list(breaches(SCHEMA, found))
    assert (found["kind"], found["error"], found["place"]) == ("error", error, place)
    assert found["message"] and found["hint"]


def test_a_text_in_latex_is_told_in_the_own_language(capsys: Printed) -> None:
    asked = (r"\log|\Sigma|", "--wrt", "Sigma", "--where", "Sigma: spd(n)", "--format", "json")
    found = json.loads(printed(capsys, "check", *asked, "--claim", r"\Sigma^{-\top}"))
    assert found["reading"]["dialect"] == "latex"
    assert found["reading"]["expression"] == "logdet(Sigma)"
    assert found["reading"]["variables"] == {"Sigma": "spd(n)"}
    assert found["claim"] == "inv(Sigma)" and found["status"] == "proved"
    assert any("read as the determinant" in said for said in found["assumptions"])


MACROS = r"""
\newcommand{\norm}[1]{\left\lVert #1 \right\rVert}
\def\b{\beta}
"""
LINES = r"f(\b) = \norm{X\b - y}_2^2", r"\mathrm{d}f = 2(X\b - y)^\top X\,\mathrm{d}\b"


@pytest.mark.parametrize("end", ["\n", " \\\\\n"])
def test_macros_of_a_file_stand_in_every_text(capsys: Printed, tmp_path: Path, end: str) -> None:
    (tmp_path / "macros.tex").write_text(MACROS)
    (tmp_path / "lines.tex").write_text(end.join(LINES))
    (tmp_path / "f.tex").write_text(r"\norm{X\b - y}_2^2")
    macros, by = ("--macros", str(tmp_path / "macros.tex")), ("--wrt", "beta")
    file = ("--file", str(tmp_path / "f.tex"))
    assert printed(capsys, "parse", *file, *macros).startswith("norm2(X*beta - y)^2\n")
    gradient = r"\nabla_\b f = 2X^\top(X\b - y)"
    out = printed(capsys, "check", *file, *by, "--claim", gradient, *macros)
    assert out.startswith("proved")
    whole = gradient.replace("f =", r"\norm{X\b - y}_2^2 =")
    assert printed(capsys, "check", whole, *macros).startswith("proved")
    out = printed(capsys, "equivalent", r"\norm{x}_2^2", r"x^\top x", *macros)
    assert out.startswith("proved")
    assert printed(capsys, "mark", str(tmp_path / "lines.tex"), *macros).count("right") == 2
    assert "2*beta" in printed(capsys, "gradient", "beta'*beta", *macros)
    assert main(["gradient", r"\b", "--macros", str(tmp_path / "none")]) == 2
    assert "cannot read" in capsys.readouterr().err


@pytest.mark.parametrize("kind", DERIVATIVES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_one_of_every_derivative(capsys: Printed, view: str, kind: str) -> None:
    asked = (view, *problem(kind), "--of", typed(kind))
    answer = asked_in_python(kind)
    writers: Mapping[str, Callable[[], str]] = {
        "steps": answer.text,
        "latex": answer.latex,
        "code": lambda: answer.source(),
        "cost": lambda: str(answer.cost()),
        "verify": lambda: str(answer.verify(samples=4)),
    }
    expected = writers[view]()
    out = printed(capsys, *asked, "--samples", "4")
    assert out.strip() == expected.strip()


def asked_in_python(kind: str) -> mc.Answer:
    f, _, wrt, _, where, *_ = problem(kind)
    more = {"order": 2} if kind == "nth_derivative" else {}
    found: mc.Answer = getattr(mc, kind)(f, wrt, where=where, **more)
    return found


def test_an_argument_of_a_derivative_is_an_option(capsys: Printed) -> None:
    asked = ("wirtinger", "norm2(A*z)^2", *COMPLEX[1:])
    assert "    A.'*conj(A)*conj(z)\n" in printed(capsys, *asked)
    assert "    A'*A*z\n" in printed(capsys, *asked, "--conjugate")
    out = printed(capsys, "differential", "A*x", "--wrt", "x", "--inner-out", "weighted(M)")
    assert "adjoint:       W -> A'*M*W\n" in out and "of the values: <U, V> = U'*M*V\n" in out
    assert main(["steps", *PROBLEM, "--of", "gradient", "--order", "2"]) == 2
    assert "the gradient takes no --order" in capsys.readouterr().err
    assert main(["nth-derivative", *PROBLEM]) == 2
    assert "--order 3" in capsys.readouterr().err


SCALAR = ("--where", "s: scalar")
VERDICTS = [
    ("proved", 0, ("equivalent", "tr(A*B)", "tr(B*A)")),
    ("verified", 0, ("equivalent", "cosm(A)^2 + sinm(A)^2", "eye(n)", "--where", "A: square(n)")),
    ("refuted", 1, ("equivalent", "A*B", "B*A", "--where", "A: square(n)")),
    ("undecided", 3, ("equivalent", "log(-exp(s))", "log(-exp(s)) + 1", *SCALAR)),
    ("proved", 0, ("check", "x'*x", "--wrt", "x", "--claim", "2*x")),
    ("verified", 0, ("check", "tr(A)", "--wrt", "A", "--claim", "cosm(A)^2 + sinm(A)^2")),
    ("refuted", 1, ("check", "x'*A*x", "--wrt", "x", "--claim", "2*A*x")),
    (
        "undecided",
        3,
        ("check", "log(-exp(s))", "--wrt", "s", "--claim", "2", "--where", "s: scalar"),
    ),
]


@pytest.mark.parametrize(("status", "exit_status", "asked"), VERDICTS)
def test_a_verdict_of_every_status_is_an_object(
    capsys: Printed, status: str, exit_status: int, asked: tuple[str, ...]
) -> None:
    found = json.loads(printed(capsys, *asked, "--format", "json", status=exit_status))
    assert not list(breaches(SCHEMA, found))
    assert found["status"] == status and found["verified"] is (exit_status == 0)
    assert bool(found["coverage"]) == (status == "verified")
    assert found["reason"] and "\n" not in found["reason"]
    assert (found["counterexample"] is not None) == (status == "refuted")


VALUES = {
    "wrt": "x",
    "where": "x: vector(n)",
    "of": "hessian",
    "inner": "frobenius",
    "space": "C*U = 0",
    "on": "x > 0",
    "inner-out": "frobenius",
    "order": "2",
    "seed": "1",
    "samples": "3",
    "claim": "2*x",
    "backend": "numpy",
    "layout": "numerator",
    "format": "json",
}
# with these options the gradient or the differential takes a view's
KIND_FOR = {"order": "nth_derivative", "inner-out": "differential"}


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("rules", "wirtinger")])
def test_the_help_of_a_verb_lists_what_it_takes(capsys: Printed, tmp_path: Path, verb: str) -> None:
    with pytest.raises(SystemExit):
        main([typed(verb), "--help"])
    listed = set(re.findall(r"^  --([a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    (tmp_path / "lines.txt").write_text("f = x'*x\ndf = 2*x'*dx")
    subjects = ["x'*x"] * len(VERBS[verb].subjects)
    subjects = [str(tmp_path / "lines.txt")] if verb == "check_derivation" else subjects
    needed = {"check": ["--claim", "2*x"], "nth_derivative": ["--order", "2"]}.get(verb, [])
    for option, value in VALUES.items():
        if f"--{option}" in needed:
            continue
        kind = (
            ["--of", KIND_FOR[option]] if option in KIND_FOR and "of" in VERBS[verb].options else []
        )
        status = main([typed(verb), *subjects, *needed, *kind, f"--{option}", value])
        told = capsys.readouterr().err
        assert (option in listed) == (status != 2), (option, told)
        assert option in listed or told.startswith(f"{typed(verb)} takes no --{option} here")


def test_python_has_every_verb_of_the_table() -> None:
    assert {*DERIVATIVES, *OTHERS} <= set(IN_PYTHON) <= set(mc.__all__)
    assert all(callable(getattr(mc, name)) for name in IN_PYTHON)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_reads_a_text_once_and_as_the_gradient_does(
    view: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    original = reader.read

    def counted(text: str, start: int, end: int, arena: list[Syntax], *more: Any) -> Syntax:
        texts.append(text[start:end].strip())
        return original(text, start, end, arena, *more)

    monkeypatch.setattr(statements, "read", counted)
    text = f"c*x'*x + {len(view)}*{view}_0"  # of no other test: what was read before is kept
    assert main([view, text, "--wrt", "x"]) == 0
    assert texts.count(text) == 1
    assert mc.gradient(text, "x").problem.symbols["c"].shape.is_scalar
    capsys.readouterr()
