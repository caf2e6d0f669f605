"""One door: Python operators, typed text and the book's functions give the same nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.rulebook import book

WHERE = (
    "A: matrix(m,n), B: matrix(n,p), X: square(n), Y: square(n), S: spd(n), D: matrix(3,4), "
    "x: vector(n), y: vector(n), z: vector(m), v: vector(4), w: vector(1), u: matrix(1,n), "
    "s: scalar, t: scalar, k: integer, i: index(n), Q: symmetric(3)"
)
NAMES: dict[str, Any] = {symbol.name: symbol for symbol in mc.symbols(WHERE)}


def from_python(code: str) -> Any:
    functions = {name: getattr(mc, name) for name in ("powm", "matrix_power", "tr", "exp", "inv")}
    return eval(code, {"mc": mc}, NAMES | functions)  # the table below


def from_text(text: str) -> Any:
    return mc.parse(text, WHERE)


# Text, and how Python spells it where it does so otherwise.
SAME = [
    "A@B", "2*X", "X*2", "s*X", "X*s", "X/s", "X/2", "s/t", "2/s", "A@B/2",
    "x+y", "x-y", "X+s", "s+X", "s-X", "X-s", "X+2", "1-X", "x+1", "x+s+t", "s+t+x", "x+(s-t)",
    "(s+t)+x", "s+t", "X-(s+t)", "X+s*t", "X+2*s", "1+s+x*2", "-X", "-(x+y)", "X+Y-X", "3-s",
    "A@x", "A@X@x", "s*A@x*t", "X@Y@X", "u@x", "x@u", "u@X", "A@x@u", "u@x*s", "u@x*y",
    "S@S", "v*2+1", "w+1", "w*s", "s*w", "x/(s+1)", "(x+y)/2", "X@(Y+S)", "(X+Y)@(X-Y)",
]  # fmt: skip
POWERS = [
    ("X^2", "matrix_power(X,2)"),
    ("X^0", "matrix_power(X,0)"),
    ("X^1", "matrix_power(X,1)"),
    ("X^-1", "matrix_power(X,-1)"),
    ("X^-3", "matrix_power(X,-3)"),
    ("X^16", "matrix_power(X,16)"),
    ("X^17", "matrix_power(X,17)"),
    ("X^-17", "matrix_power(X,-17)"),
    ("X^k", "matrix_power(X,k)"),
    ("X^(k-1)", "matrix_power(X,(k-1))"),
    ("X^(2*k)", "matrix_power(X,(2*k))"),
    ("S^0.5", "matrix_power(S,0.5)"),
    ("S^2", "matrix_power(S,2)"),
    ("S^s", "matrix_power(S,s)"),
    ("S^-1.5", "matrix_power(S,-1.5)"),
    ("S^k", "matrix_power(S,k)"),
    ("s^2", "s**2"),
    ("s^t", "s**t"),
    ("2^s", "2**s"),
    ("s^0.5", "s**0.5"),
    ("s^-1", "s**-1"),
    ("w^2", "w**2"),
    ("s^k", "s**k"),
    ("(X+Y)^2", "matrix_power((X+Y),2)"),
    ("(A'*A + eye(n))^0.5", "matrix_power(A.T @ A + mc.parse('eye(n)'), 0.5)"),
    ("powm(X,17)", "powm(X,17)"),
    ("powm(S,0.5)", "powm(S,0.5)"),
    ("(2*X)^2", "matrix_power((2*X),2)"),
]
PARTS = [
    ("x[2]", "x[2]"), ("x'[2]", "x.T[2]"), ("x[i]", "x[i]"), ("x'[i]", "x.T[i]"), ("v[4]", "v[4]"),
    ("v[2:3]", "v[2:3]"), ("v[3:3]", "v[3:3]"), ("v[1:4]", "v[1:4]"), ("v[:]", "v[:]"),
    ("v'[2:3]", "v.T[2:3]"), ("v'[:]", "v.T[:]"), ("x[1:2]", "x[1:2]"), ("x'[1:2]", "x.T[1:2]"),
    ("X[1,2]", "X[1,2]"), ("X[1,:]", "X[1,:]"), ("X[:,2]", "X[:,2]"), ("X[:,:]", "X[:,:]"),
    ("X[1:2,:]", "X[1:2,:]"), ("X[:,1:2]", "X[:,1:2]"), ("X[1:2,2:3]", "X[1:2,2:3]"),
    ("X[2,1:2]", "X[2,1:2]"), ("X[i,1:2]", "X[i,1:2]"), ("X[1:2,i]", "X[1:2,i]"),
    ("X[1:2,3]", "X[1:2,3]"), ("X[2:2,:]", "X[2:2,:]"), ("X[2:2,3:3]", "X[2:2,3:3]"),
    ("D[1:3,:]", "D[1:3,:]"), ("D[1:3,1:4]", "D[1:3,1:4]"), ("D[1:3,1:2]", "D[1:3,1:2]"),
    ("D[3,4]", "D[3,4]"), ("D'[4,3]", "D.T[4,3]"), ("u[2]", "u[2]"), ("u[1,2]", "u[1,2]"),
    ("u[1,:]", "u[1,:]"), ("u[:,2]", "u[:,2]"), ("u[1,1:2]", "u[1,1:2]"), ("u[:,1:2]", "u[:,1:2]"),
    ("x[2,1]", "x[2,1]"), ("x[1:2,1]", "x[1:2,1]"), ("x[:,1]", "x[:,1]"), ("x[2,:]", "x[2,:]"),
    ("x[k]", "x[k]"), ("x[k+1]", "x[k+1]"), ("X[k,i]", "X[k,i]"), ("w[1]", "w[1]"),
    ("s[1]", "s[1]"), ("(X*x)[2]", "(X@x)[2]"), ("(X*Y)[1,2]", "(X@Y)[1,2]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [(t, t) for t in SAME] + POWERS + PARTS)
def test_an_operator_makes_the_node_that_its_text_means(text: str, code: str) -> None:
    node = from_python(code)
    assert node is from_text(text)
    assert from_text(str(node)) is node


REFUSED = [
    ("X^0.5", "matrix_power(X, 0.5)"),
    ("X^2.5", "matrix_power(X, 2.5)"),
    ("X^s", "matrix_power(X, s)"),
    ("X^(k/2)", "matrix_power(X, k/2)"),
    ("v[5]", "v[5]"),
    ("v[0]", "v[0]"),
    ("v[-1]", "v[-1]"),
    ("v'[5]", "v.T[5]"),
    ("v[3:5]", "v[3:5]"),
    ("v[0:2]", "v[0:2]"),
    ("v[3:2]", "v[3:2]"),
    ("D[4,1]", "D[4,1]"),
    ("D[1,5]", "D[1,5]"),
    ("D[0,:]", "D[0,:]"),
    ("D[:,5]", "D[:,5]"),
    ("D[2:4,:]", "D[2:4,:]"),
    ("D[:,0:2]", "D[:,0:2]"),
    ("u[2,1]", "u[2,1]"),
    ("x[1,2]", "x[1,2]"),
    ("s[2]", "s[2]"),
    ("s[k]", "s[k]"),
    ("s[1,k]", "s[1, k]"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_both_refuse_in_the_same_words(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as typed:
        from_text(text)
    with pytest.raises(mc.MatcalcError) as written:
        from_python(code)
    assert type(typed.value) is type(written.value)
    assert (typed.value.message, typed.value.hint) == (written.value.message, written.value.hint)


@pytest.mark.parametrize(
    "code",
    ["x[1.0]", "x[True]", "x[1:3:2]", "x['a']", "x[2:]", "x[:2]", "X[1]", "x[1,1,1]", "x[y]",
     "x[None]", "tr(X)[1]", "A**2", "X**2", "A*x", "X*Y", "X/Y", "X**Y", "s**X", "x[s/2:3]",
     "x[1:2.5]"],
)  # fmt: skip
def test_what_is_no_position_or_power_is_refused_in_python(code: str) -> None:
    with pytest.raises(mc.MatcalcError):
        from_python(code)


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("entry", "x 2", "x[2]"),
        ("entry_of", "X 1 2", "X[1,2]"),
        ("row", "X 2", "X[2,:]"),
        ("column", "X 2", "X[:,2]"),
        ("segment", "v 2 3", "v[2:3]"),
        ("slice", "D 1 2 2 4", "D[1:2,2:4]"),
        ("matrix_power", "X 3", "X^3"),
        ("matrix_power", "X k", "X^k"),
        ("powm", "X -3", "X^-3"),
        ("powm", "X k", "X^k"),
    ],
)
def test_a_function_spelling_is_the_same_door(name: str, arguments: str, text: str) -> None:
    values = [NAMES.get(word) or mc.parse(word) for word in arguments.split()]
    assert getattr(mc, name)(*values) is from_text(text)
    assert book.apply(name, values) is from_text(text)
    assert from_text(f"{name}({', '.join(arguments.split())})") is from_text(text)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("entry", "v 5"),
        ("entry_of", "D 1 5"),
        ("row", "D 4"),
        ("column", "D 5"),
        ("segment", "v 5 9"),
        ("slice", "D 1 2 2 5"),
        ("matrix_power", "X 1/2"),
        ("matrix_power", "X s"),
    ],
)
def test_a_function_spelling_refuses_the_same(name: str, arguments: str) -> None:
    values = [NAMES.get(word) or mc.parse(word) for word in arguments.split()]
    with pytest.raises(mc.MatcalcError):
        getattr(mc, name)(*values)
    with pytest.raises(mc.MatcalcError):
        from_text(f"{name}({', '.join(arguments.split())})")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("commutation", (0, 2)),
        ("commutation", (2, -1)),
        ("commutation", (1.5, 2)),
        ("duplication", (0,)),
        ("reshape", ("D", 0, 12)),
        ("basis", ("s", 3)),
        ("basis", (1.5, 3)),
        ("basis", (0, 3)),
        ("eigvec", ("X", "s")),
        ("lambda", ("X", 0)),
        ("selection", (0, 2, 4)),
        ("selection", (5, 9, 4)),
        ("reshape", ("D", 2, 3)),
        ("unvec", ("v", 3, 2)),
        ("symplectic_form", (3,)),
        ("selection", (3, 2, 4)),
        ("basis", (7, 3)),
        ("eigvec", ("Q", 4)),
        ("lambda", ("Q", 4)),
        ("reduced_resolvent", ("Q", 4)),
        ("lambda_of_pencil", ("Q", "Q", 4)),
        ("singular_left", ("D", 5)),
        ("singular_right", ("D", 5)),
    ],
)
def test_sizes_and_positions_are_checked_in_every_spelling(
    name: str, arguments: tuple[Any, ...]
) -> None:
    with pytest.raises((mc.ShapeError, mc.DomainError)):
        getattr(mc, name)(*(NAMES.get(a, a) for a in arguments))
    with pytest.raises(mc.MatcalcError):
        from_text(f"{name}({', '.join(map(str, arguments))})")


def test_sizes_that_only_arrays_tell_are_checked_by_the_code() -> None:
    (M, u) = mc.symbols("M: matrix(m,n), u: vector(n)")
    half = mc.gradient(mc.tr(mc.reshape(M, 2, 3) @ mc.reshape(M, 3, 2)), M)
    assert half.compile()(M=np.ones((3, 2))).shape == (3, 2)
    with pytest.raises(mc.DomainError, match="6 = m"):
        half.compile()(M=np.ones((2, 2)))
    turned = mc.jacobian(mc.parse("symplectic_form(n)*u", "u: vector(n)"), u).compile()
    np.testing.assert_allclose(turned(n=2, u=np.ones(2)), [[0.0, 1.0], [-1.0, 0.0]])
    with pytest.raises(mc.DomainError, match="n even"):
        turned(n=3, u=np.ones(3))


# ---------------------------------------------------------------- the powers, by value


def slope(f: Callable[[Any], float], X: Any, E: Any, step: float = 1e-6) -> float:
    return (f(X + step * E) - f(X - step * E)) / (2 * step)


@pytest.mark.parametrize("power", [-17, -3, -1, 1, 2, 5, 16, 17, 20])
def test_integer_powers_and_their_gradients(power: int) -> None:
    rng = np.random.default_rng(abs(power))
    X, E = np.eye(3) + 0.2 * rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    a, b = rng.normal(size=3), rng.normal(size=3)
    where = "X: square(n), a: vector(n), b: vector(n)"
    values: dict[str, Callable[[Any], float]] = {
        f"a'*X^({power})*b": lambda X: float(a @ np.linalg.matrix_power(X, power) @ b),
        f"tr(X^({power})*a*b')": lambda X: float(b @ np.linalg.matrix_power(X, power) @ a),
    }
    for text, value in values.items():
        found = mc.evaluate(mc.parse(text, where), X=X, a=a, b=b)
        assert found == pytest.approx(value(X))
        gradient = mc.gradient(text, "X", where).compile()(X=X, a=a, b=b)
        assert np.sum(gradient * E) == pytest.approx(slope(value, X, E), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("power", [-17, -3, 17, 20])
def test_the_trace_of_a_power_by_a_number(power: int) -> None:
    X = np.eye(3) + 0.2 * np.random.default_rng(abs(power)).normal(size=(3, 3))
    found = mc.gradient(f"tr(X^({power}))", "X", "X: square(n)").compile()(X=X)
    np.testing.assert_allclose(found, power * np.linalg.matrix_power(X, power - 1).T)


@pytest.mark.parametrize("power", [-3, -1, 0, 1, 5, 20])
def test_the_trace_of_a_power_by_a_name(power: int) -> None:
    rng = np.random.default_rng(abs(power) + 50)
    X, E = np.eye(3) + 0.2 * rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    answer = mc.gradient("tr(X^k)", "X", "X: square(n), k: integer")
    found = answer.compile()(X=X, k=power)
    wanted = slope(lambda X: float(np.trace(np.linalg.matrix_power(X, power))), X, E)
    assert np.sum(found * E) == pytest.approx(wanted, rel=1e-6, abs=1e-8)


def test_real_powers_of_an_spd_matrix() -> None:
    S = np.array([[4.0, 1.0], [1.0, 9.0]])
    values, vectors = np.linalg.eigh(S)
    for power in (0.5, -1.5, 2.5):
        expected = vectors @ np.diag(values**power) @ vectors.T
        found = mc.evaluate(mc.parse(f"S^({power})", "S: spd(n)"), S=S)
        np.testing.assert_allclose(found, expected)
    (X,) = mc.symbols("X: spd(n)")
    found = mc.gradient(mc.tr(mc.matrix_power(X, 0.5)), X).compile()(X=S)
    np.testing.assert_allclose(found, vectors @ np.diag(values**-0.5) @ vectors.T / 2)


def test_a_power_of_a_square_matrix_that_has_none_is_refused_with_the_repair() -> None:
    (X,) = mc.symbols("X: square(n)")
    with pytest.raises(mc.DomainError, match=r"spd.*powm, sqrtm.*X\.\^p"):
        mc.gradient(mc.tr(mc.matrix_power(X, 0.5)), X)


def test_functions_of_arrays_refuse_expressions() -> None:
    A, B = mc.symbols("A: square(n), B: square(n)")
    arrays: Any = np
    for name in ("multiply", "divide", "power", "kron", "add"):
        with pytest.raises(TypeError):
            getattr(arrays, name)(A, B)
    for name in ("sum", "mean", "max", "transpose", "cumsum", "trace"):
        with pytest.raises(TypeError):
            getattr(arrays, name)(A)
    two: Any = np.float64(2.0)
    assert two * A is 2 * A
    assert A * np.int64(3) is 3 * A
