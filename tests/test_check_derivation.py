"""Derivations as people write them: which line is wrong first, and what is said of each."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.verbs.handwriting import written

QUADRATIC = "A: square(n), x: vector(n)"
SYMMETRIC = "X: symmetric(n), Y: symmetric(n), B: symmetric(n)"
WEIGHTED = "W: spd(n), x: vector(n)"


@pytest.mark.parametrize(
    "line, left, sides",
    [
        ("f(x) = x'Ax", "f(x)", ("x'Ax",)),
        ("   = x'*A'*dx + x'*A*dx   (a scalar is its own transpose)", "", ("x'*A'*dx + x'*A*dx",)),
        ("df = x*dx'*sin(x)    (d(sin.(x)) = cos.(x).*dx)", "df", ("x*dx'*sin(x)",)),
        ("2) df = 2*x'*dx, by the product rule", "df", ("2*x'*dx",)),
        ("=> G = inv(S)  # cyclic", "G", ("inv(S)",)),
        ("grad f = (b*c'*A)' = A'*c*b'", "grad f", ("(b*c'*A)'", "A'*c*b'")),
        ("f = 2 (alpha - beta)", "f", ("2 (alpha - beta)",)),
        ("df = 2*x'*dx    + x'*A*dx", "df", ("2*x'*dx    + x'*A*dx",)),
        ("df = exp(x'*x)  (2*x'*dx)", "df", ("exp(x'*x)  (2*x'*dx)",)),
        ("df = 2*x'*dx (1)", "df", ("2*x'*dx",)),
        ("df = 2 *  (x'*dx)", "df", ("2 *  (x'*dx)",)),
        ("δf = 2*x'*δx", "df", ("2*x'*dx",)),
    ],
)
def test_a_line_is_cut_into_its_sides(line: str, left: str, sides: tuple[str, ...]) -> None:
    found = written(line)
    assert (found.left, found.sides) == (left, sides)


def test_definitions_stand_behind_with() -> None:
    found = written("H = X'*diag(p.*q)*X with p = sigmoid(X*w), q = 1 - p")
    assert found.definitions == {"p": "p = sigmoid(X*w)", "q": "q = 1 - p"}


@pytest.mark.parametrize(
    "where, lines",
    [
        (None, ["R = A*X - B", "f = norm2(R)^2", "dR = A*dX", "df = 2*<R, dR>", "grad f = 2*A'*R"]),
        ("A: invertible(n), B: square(n)", ["A*B = I", "A*dB + dA*B = 0", "dB = -inv(A)*dA*B"]),
        (None, ["tr(A*X)", "d tr(A*X) = tr(A*dX)", "grad = A'"]),
        (WEIGHTED, ["f = x'*x", "df = <2*inv(W)*x, dx>_W", "grad_W f = 2*inv(W)*x"]),
        (None, ["f = logdet(X'*X)", "df = tr(inv(X'*X)*d(X'*X))", "   = 2*tr(inv(X'*X)*X'*dX)"]),
        (None, ["f(x) = norm2(x)^2", "f = x'x", "df/dx = 2x", "d(grad f) = 2*dx", "H = 2*I"]),
        (SYMMETRIC, ["f = tr((Y - X*B*X')^2)", "df = -2*tr((Y - X*B*X')*(dX*B*X' + X*B*dX'))"]),
        (QUADRATIC, ["f = x'*A*x", "G = A + A'", "df = x'*G*dx", "grad f = G*x", "Hess f = G"]),
    ],
)  # fmt: skip
def test_a_right_derivation_holds(where: str | None, lines: list[str]) -> None:
    found = mc.check_derivation(lines, where=where)
    assert found.holds, str(found)
    assert found.first_wrong is None


@pytest.mark.parametrize(
    "f, wrt, where",
    [
        ("norm2(A*X - B)^2/2", "X", None),
        ("S = X*X'/m + e*eye(d); tr(G'*inv(sqrtm(S))*X)", "X", "X: matrix(d,m), e: positive"),
        ("x solves A'*(A*x - b) = 0; c'*x", "A", "A: matrix(m,n)"),
        ("vec(X)'*kron(B', c*a')*vec(X)", "X", None),
    ],
)
def test_the_steps_of_an_answer_are_marked_right(f: str, wrt: str, where: str | None) -> None:
    steps = mc.gradient(f, wrt, where).text().partition("\nvalid where")[0]
    found = mc.check_derivation(steps)
    assert found.holds, str(found)


@pytest.mark.parametrize(
    "where, lines, wrong",
    [
        ("A: square(n)", ["d(A^3) = dA*A^2 + A*dA*A + dA*A^2"], 0),
        ("A: invertible(n)", ["f = inv(A)", "vec(df) = kron(inv(A)', inv(A))*vec(dA)"], 1),
        ("B: square(n)", ["A*B = I", "dB = -B*B*dA"], 1),
        (WEIGHTED, ["f = x'*x", "df = <2*x, dx>_W"], 1),
        (None, ["R = A*X - B", "f = norm2(R)^2", "dR = A*dX - B", "df = 2*<R, dR>"], 2),
        (QUADRATIC, ["f = x'*A*x", "df = x'*(A + A')*dx", "G = A*x + A*x"], 2),
    ],
)  # fmt: skip
def test_the_first_wrong_line_is_found(where: str | None, lines: list[str], wrong: int) -> None:
    found = mc.check_derivation(lines, where=where)
    assert found.first_wrong == wrong, str(found)


def test_a_line_behind_a_wrong_one_is_held_against_that_too() -> None:
    lines = ["f = x'*A*x", "df = 2*x'*A*dx", "grad f = 2*A'*x", "grad f = (A + A')*x"]
    _, wrong, following, right = mc.check_derivation(lines, where=QUADRATIC)
    assert (wrong.status, wrong.follows) == ("refuted", None)
    assert (following.status, following.follows) == ("refuted", True)
    assert right.verdict.holds and right.follows is False
    assert "does not follow from the line before" in right.reason


def test_a_line_that_does_not_fit_in_shape_is_wrong_and_one_that_is_no_formula_open() -> None:
    where = "A: matrix(m,n), x: vector(n), b: vector(m)"
    lines = [
        "f = norm2(A*x - b)^2",
        "df = 2*(A*x - b)'*dx",
        "df = 2*(A*x",
        "grad f = 2*A'*(A*x - b)",
    ]
    _, misfit, broken, right = mc.check_derivation(lines, where=where)
    assert misfit.status == "refuted" and "columns m and rows n differ" in misfit.reason
    assert misfit.hint.endswith("'*A*dx` fits, and is right")
    assert broken.status == "undecided" and "never closed" in broken.reason
    assert right.verdict.holds


def test_sizes_that_nobody_declared_beside_declared_ones_refute_nothing() -> None:
    lines = ["f = x'*x", "df = <2*inv(W)*x, dx>_W"]
    found = mc.check_derivation(lines, where="W: spd(n)")
    open_ = found.lines[1]
    assert (open_.status, open_.hint) == ("undecided", "declare x too")
    misfit = ["f = norm2(A*x - b)^2", "grad_x f = 2*A*(A*x - b)"]
    assert mc.check_derivation(misfit, where="A: matrix(m,n)").first_wrong == 1


def test_declarations_may_stand_in_a_line_and_the_moving_variable_is_asked_for() -> None:
    found = mc.check_derivation("where S: spd(n), A: square(n)\nf = tr(A*S)\n\ngrad_S f = A'")
    assert found.holds
    with pytest.raises(mc.UnknownName, match="no line says which variable moves: A, X"):
        mc.check_derivation(["f = tr(A*X)", "G = A'"])
    assert not mc.check_derivation(["f = tr(A*X)", "G = A"], "X")


def test_an_equation_at_the_beginning_holds_for_the_lines_behind_it() -> None:
    lines = ["A*v = lam*v", "dA*v + A*dv = dlam*v + lam*dv", "dA*v + A*dv = lam*dv"]
    given, right, open_ = mc.check_derivation(lines, where="A: square(n), lam: scalar")
    assert given.verdict.holds and right.verdict.holds
    assert open_.status == "undecided"
    assert mc.check_derivation(["Q'*Q = I", "dQ'*Q + Q'*dQ = 0"], where="Q: stiefel(n,p)")
    assert not mc.check_derivation(["A*inv(A) = I", "dA*inv(A) + A*dA = 0"], "A")


LETTERS = {"proved": "r", "verified": "r", "refuted": "w", "undecided": "o"}
LEAST = ["f = norm2(A*x - b)^2", "grad f = 2*A'*(A*x - b) = 0"]
EIGEN_LINE = "A*dx + dA*x = dlam*x + lam*dx"
G, KRON = "(A + A')*x", "kron(inv(S), inv(S))"
SLOPE = "2*x*sin(x) + x^2*cos(x)"
EIGEN = "A: symmetric(n), x: vector(n), lam: scalar"


@pytest.mark.parametrize(
    "marks, wrt, where, lines",
    [
        ("rw", "x", QUADRATIC, ["f = x'*A*x", "d(f) = 7*x'*A*dx"]),
        ("rrrr", "x", None, [*LEAST, "A'*A*x = A'*b", "x = inv(A'*A)*A'*b"]),
        ("rro", "x", None, [*LEAST, "A'*A*x = 2*A'*b"]),
        ("roor", "x", QUADRATIC, ["f = x'*A*x", "g = A*x", "H = 2*A", "y = x - inv(H)*g"]),
        ("rrrr", None, EIGEN, ["A*x = lam*x", "x'*x = 1", EIGEN_LINE, "x'*dx = 0"]),
        ("o", "A", None, ["inv(A*B) = inv(A)*inv(B)"]),
        ("rrrw", "X", None, ["f = tr(A*X)", "d(f)/dX = A'", "d tr(A*X)/dX = A'", "df/dX = A"]),
        ("rrr", "X", None, ["f = A*X + X*B", "df = A*dX + dX*B", "J = kron(I, A) + kron(B', I)"]),
        ("rrw", "x", "x: scalar", ["f = x^2*sin(x)", f"f' = {SLOPE}", "f'(x) = 2*x"]),
        ("rrr", "x", QUADRATIC, ["f = x'*A*x", "df = dx'*A*x", "+ x'*A*dx", "∇f(x) = A*x + A'*x"]),
        ("ror", "x", QUADRATIC, ["f = norm2(x)^2", "grad f = 2 for x = b", "grad f = 2*x"]),
        ("rr", "A", "A: invertible(n)", ["f = inv(A)", "dA^-1 = -A^-1*dA*A^-1"]),
        ("rrr", "A", None, ["f = tr(B*C)", "A*B = I", "dB = -B*dA*B"]),
        ("ro", "x", QUADRATIC, ["f = x'*A*x   (A symmetric)", "df = 2*x'*A*dx"]),
        ("rrw", "x", QUADRATIC, ["f = x'*A*x", "d2f = 2*dx'*A*dx", "d²f = dx'*A*dx"]),
        ("rrr", "x", "x: vector(n)", ["where y = 3*x", "f = y'*y", "df = 18*x'*dx"]),
        ("rrr", "W", None, ["z = W*x", "delta = z - t", "d(norm2(z - t)^2) = 2*delta'*dW*x"]),
        ("ro", "x", QUADRATIC, ["f(x) = x'*A*x", "f(y) = y'*A*y"]),
        ("rrrr", "x", QUADRATIC, ["f = x'*A*x", f"g = {G}", "dg = (A + A')*dx", "H = A + A'"]),
        ("rrrr", "x", None, ["u = A*x", "J = u'*u", "G = 2*A'*u", "H = 2*A'*A"]),
        ("rrr", "x", None, ["f = norm2(A*x - b)^2", "dr = A*dx", "df = 2*(A*x - b)'*dr"]),
        ("rww", "x", "x: vector(n)", ["f = x'*x", "H = 0", "grad f = 3*x = 0"]),
        ("rrw", "x", None, ["f = norm2(A*x - b)^2", "grad f = 0", "grad f = A'*(A*x - b)"]),
        ("rrr", "x", None, ["f = norm2(A*x - b)^2", "df = 0 for all dx", "A'*A*x = A'*b"]),
        ("rw", "x", QUADRATIC, ["f = x'*x", "df = 2*x'*dx   # done", "  + 5*x'*dx  # more"]),
        ("ro", "x", QUADRATIC, ["f = x'*x", "df = 2*x'*dx    grad f = x"]),
        ("rrr", "x", QUADRATIC, ["f = x'*x", "- df = dx'*x + x'*dx", "- grad f == 2*x"]),
        ("roor", "x", "x: scalar", ["f(x) = x^2", "f(3) = 9", "f'(3) = 6", "f'(x) = 2*x"]),
        ("rrro", "x", QUADRATIC, ["f = x'*x", "df = 2*x'*dx", "grad f = 2*x", "H = 2*I > 0"]),
        ("rrr", "S", "S: spd(n)", ["f = logdet(S)", "df = tr(dS*inv(S))", f"H = -{KRON}"]),
        ("rw", "x", QUADRATIC, ["f = x'*A*x   (A symmetric)", "df = 3*x'*A*dx"]),
        ("ror", "A", "A: invertible(n)", ["A*inv(A) = I", "inv(A)' = -inv(A)", "inv(A)*A = I"]),
        ("rrr", "x", QUADRATIC, ["The quadratic form", "f = x'*x", "∇f = g = 2*x, by hand"]),
    ],
)  # fmt: skip
def test_what_stands_at_the_blackboard(
    marks: str, wrt: str | None, where: str | None, lines: list[str]
) -> None:
    found = mc.check_derivation(lines, wrt, where)
    assert "".join(LETTERS[one.status] for one in found) == marks, str(found)


def test_the_hint_names_what_stands_in_the_place_of_a_term() -> None:
    (line,) = mc.check_derivation(["d(A^3) = dA + A*dA*A + dA*A^2"], where="A: square(n)")
    assert line.hint == "the term dA stands where A^2*dA is right"


def test_a_line_goes_on_from_one_that_was_read() -> None:
    lines = ["f = x'*A*x", "q'*x = 3", "   = x'*A*dx"]
    found = mc.check_derivation(lines, "x", QUADRATIC)
    assert [one.status for one in found] == ["proved", "undecided", "undecided"]


def test_there_has_to_be_a_line() -> None:
    with pytest.raises(mc.SyntaxProblem, match="no line"):
        mc.check_derivation("\n  \n")
