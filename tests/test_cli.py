"""The command line: answers, exit statuses, and one clear message for whatever is wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from matcalc.cli import main
from matcalc.cli.command import LATER
from matcalc.rulebook import book
from matcalc.spaces.entries import given_to

LEAST_SQUARES = "norm2(A*X - B)^2"
ANSWER = "2*A'*(A*X - B)"
ROOT = Path(__file__).resolve().parent.parent

Printed = pytest.CaptureFixture[str]


def answer(capsys: Printed, *arguments: str, status: int = 0) -> str:
    """What the command prints, after a look at its exit status and at the error stream."""
    found = main(arguments)
    printed = capsys.readouterr()
    assert found == status, printed.err
    assert printed.err == ""
    return printed.out


def complaint(capsys: Printed, *arguments: str) -> str:
    """The message for a wrong input: on the error stream alone, with exit status 2."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "Traceback" not in printed.err
    return printed.err


def test_gradient_says_what_it_rests_on(capsys: Printed) -> None:
    out = answer(capsys, "gradient", LEAST_SQUARES, "--wrt", "X")
    lines = out.splitlines()
    assert lines[:3] == ["gradient with respect to X:", "", f"    {ANSWER}"]
    assert "X" in next(line for line in lines if line.startswith("assumed:"))
    assert any(line.startswith("shape:") for line in lines)
    assert any(line.startswith("inner product:") for line in lines)
    assert "verified" not in out


def test_a_hessian_on_a_space_is_an_operator(capsys: Printed) -> None:
    asked = ("hessian", "x'*A*x", "--wrt", "x", "--where", "A: symmetric(n)", "--space", "sphere")
    lines = answer(capsys, *asked, "--verify", "--samples", "4").splitlines()
    operator = "2*(A*dx - (dx'*A*x)*x - (x'*A*x)*dx)"
    assert lines[:3] == ["Hessian with respect to x, as an operator on dx:", "", f"    {operator}"]
    matrix = "2*(A*(eye(n) - x*x') - (x'*A*x)*(eye(n) - x*x') - x*(A*x - (x'*A*x)*x)')"
    assert f"as a matrix:   {matrix}" in lines
    assert "space:         sphere" in lines and lines[-1].startswith("verified:")
    found = json.loads(answer(capsys, *asked, "--format", "json"))
    assert found["operator"]["value"] == operator and found["operator"]["direction"] == "dx"
    assert (found["space"], found["inner"], found["verified"]) == ("sphere", "Frobenius", True)
    begun = [line["of"] for line in found["steps"] if line["of"]]
    assert begun == ["df", "grad f", "d(grad f)", "D(grad f)", "Hessian[dx]"]
    assert [line["of"] for line in found["steps"] if not line["rule"]] == begun[:3]
    assert answer(capsys, *asked, "--format", "latex").startswith("2\\left(A\\,\\mathrm{d}x")


def test_a_hessian_in_a_product_and_without_a_matrix(capsys: Printed) -> None:
    out = answer(capsys, "hessian", "x'*A*x", "--wrt", "x", "--inner", "weighted(M)")
    assert "inv(M)*(A + A')*dx" in out and "inner product: <U, V> = U'*M*V" in out
    asked = ("hessian", "norm2(x)^4", "--where", "x: complex_vector(n)")
    assert "    8*re(x'*dx)*x + 4*norm2(x)^2*dx\n" in answer(capsys, *asked)
    found = json.loads(answer(capsys, *asked, "--format", "json"))
    assert found["value"] == found["operator"]["value"] and found["verified"]


def test_gradient_is_verified_on_request(capsys: Printed) -> None:
    out = answer(capsys, "gradient", LEAST_SQUARES, "--wrt", "X", "--verify", "--samples", "4")
    assert out.splitlines()[-1] == "verified: every check holds at 4 random points"


def test_the_only_variable_need_not_be_named(capsys: Printed) -> None:
    assert "2*x" in answer(capsys, "gradient", "x'*x")


def test_a_missing_variable_is_asked_for(capsys: Printed) -> None:
    message = complaint(capsys, "gradient", LEAST_SQUARES)
    assert "A, B, X" in message and "hint: say which one: --wrt X" in message


def test_no_variable_at_all(capsys: Printed) -> None:
    assert "no variable" in complaint(capsys, "gradient", "2 + 3")


def test_latex_is_the_formula_alone(capsys: Printed) -> None:
    out = answer(capsys, "gradient", LEAST_SQUARES, "--wrt", "X", "--format", "latex")
    assert "A" in out and "\\" in out and "gradient" not in out


def test_unicode(capsys: Printed) -> None:
    out = answer(capsys, "gradient", LEAST_SQUARES, "--wrt", "X", "--format", "unicode")
    assert "Aᵀ" in out


def test_differential_and_jacobian(capsys: Printed) -> None:
    assert "A*dX" in answer(capsys, "differential", "A*X", "--wrt", "X")
    out = answer(capsys, "differential", "A^2", "--where", "A: square(n)")
    assert "dA*A" in out and "A*dA" in out
    assert "    A\n" in answer(capsys, "jacobian", "A*x", "--wrt", "x")


def test_a_jacobian_by_a_matrix_is_told_as_a_map_too(capsys: Printed) -> None:
    where = ["--wrt", "X", "--where", "X: matrix(m,n)"]
    assert "dX -> X*A*dX + dX*A*X\n" in answer(capsys, "jacobian", "X*A*X", *where)
    out = answer(capsys, "jacobian", "pinv(X)*X", *where)
    assert "+ pinv(X)*dX*(eye(n) - proj(X'))\n" in out


def test_a_map_that_is_shorter_than_its_rearrangement_comes_first(capsys: Printed) -> None:
    """vec(dX') is commutation(m, n)*vec(dX): a word that only the matrix needs."""
    where = ["--wrt", "X", "--where", "X: matrix(m,n)"]
    out = answer(capsys, "jacobian", "X'*X", *where)
    assert "    X'*dX + dX'*X\n" in out and "commutation(m, n)" in _row(out, "as a matrix")
    out = answer(capsys, "hessian", "tr(X^3)", "--wrt", "X")
    assert "    3*(X*dX + dX*X)'\n" in out and "commutation(n, n)" in _row(out, "as a matrix")
    value = json.loads(answer(capsys, "jacobian", "X'*X", *where, "--format", "json"))["value"]
    assert value == _row(answer(capsys, "jacobian", "X'*X", *where), "as a matrix")


def _row(page: str, name: str) -> str:
    """What a page says under a name."""
    return next(line for line in page.splitlines() if line.startswith(name)).split(":")[1].strip()


def test_steps_name_their_rules(capsys: Printed) -> None:
    out = answer(capsys, "steps", "norm_fro(A)", "--wrt", "A")
    assert len(out.splitlines()) >= 4 and "dA" in out


def test_latex_block(capsys: Printed) -> None:
    assert "align*" in answer(capsys, "latex", "norm_fro(A)", "--wrt", "A")


def test_code_runs_without_the_package(capsys: Printed) -> None:
    out = answer(capsys, "code", LEAST_SQUARES, "--wrt", "X")
    compile(out, "generated", "exec")
    assert "matcalc" not in out.replace("matcalc", "", 1)
    content = json.loads(answer(capsys, "code", LEAST_SQUARES, "--wrt", "X", "--format", "json"))
    assert content["source"].strip() == out.strip()


def test_verify_prints_a_table_and_is_seeded(capsys: Printed) -> None:
    command = ("verify", LEAST_SQUARES, "--wrt", "X", "--seed", "3", "--samples", "4")
    out = answer(capsys, *command)
    assert "Taylor" in out and "central differences" in out and "verified" in out
    assert answer(capsys, *command) == out
    content = json.loads(answer(capsys, *command, "--format", "json"))
    assert content["verified"] is True and content["rows"][0]["passed"] is True


def test_nothing_verifies_without_a_point(capsys: Printed) -> None:
    said = complaint(capsys, "verify", "x'*x", "--wrt", "x", "--samples", "0")
    assert "`samples` is a whole number from 1 on, found 0" in said


def test_a_weighted_inner_product_changes_the_gradient(capsys: Printed) -> None:
    command = ("gradient", "x'*A*x", "--wrt", "x", "--inner", "weighted(W)")
    out = answer(capsys, *command, "--verify")
    assert "inv(W)" in out.splitlines()[2]
    assert "W" in next(line for line in out.splitlines() if line.startswith("inner product:"))


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (["M"], {"left": "M"}),
        (["M", "N"], {"left": "M", "right": "N"}),
        (["right=N"], {"right": "N"}),
        (["left = M"], {"left": "M"}),
    ],
)
def test_weights(text: list[str], weights: dict[str, str]) -> None:
    assert dict(given_to(book.products["weighted"], text)) == weights


@pytest.mark.parametrize("inner", ["weighted", "weighted()", "weighted(A,B,C)", "l2", "weighted(M"])
def test_inner_products_that_are_none(capsys: Printed, inner: str) -> None:
    message = complaint(capsys, "gradient", "x'*x", "--wrt", "x", "--inner", inner)
    assert "weighted(M,N)" in message or "left, right" in message


def test_rules(capsys: Printed) -> None:
    assert "logdet" in answer(capsys, "rules")
    assert "logdet(X)" in answer(capsys, "rules", "logdet")
    assert "logdet" in complaint(capsys, "rules", "logdte")


def test_rules_show_products_and_spaces(capsys: Printed) -> None:
    table = answer(capsys, "rules")
    assert "sphere(X: matrix(m, n))" in table and "tr(X'*U) = 0" in table
    assert "U lower, diag(U) = 0" in table
    assert "riesz        X*G*X" in answer(capsys, "rules", "affine-invariant")
    both = answer(capsys, "rules", "skew")
    assert "skew(X: n x n) -> n x n" in both and "space skew(X: square(n))" in both


def test_expressions_may_begin_with_a_minus(capsys: Printed) -> None:
    assert "    -2*x" in answer(capsys, "gradient", "-x'*x", "--wrt", "x")


def test_from_standard_input(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(f"{LEAST_SQUARES}\n".encode()))
    monkeypatch.setattr(sys, "stdin", typed)
    assert ANSWER in answer(capsys, "gradient", "-", "--wrt", "X")


def test_from_a_file(capsys: Printed, tmp_path: Path) -> None:
    page = tmp_path / "problem.txt"
    page.write_text("# least squares\nR = A*X - B\nnorm2(R)^2\n")
    assert "A'" in answer(capsys, "gradient", "--file", str(page), "--wrt", "X")
    assert "both" in complaint(capsys, "gradient", "x'*x", "--file", str(page))
    assert "cannot read" in complaint(capsys, "gradient", "--file", str(tmp_path / "none"))
    assert "cannot read" in complaint(capsys, "gradient", "--file", str(tmp_path))
    page.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in complaint(capsys, "gradient", "--file", str(page))


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["gradient"], "no expression"),
        (["gradient", "x'*x", "--wtr", "x"], "--wtr"),
        (["gradient", "x'*x", "--format", "pdf"], "pdf"),
        (["gradient", "x'*x", "--seed", "one"], "one"),
        (["gradient", "x'*x", "y'*y"], "y'*y"),
        (["gradient", "x'*x", "--wrt", "x", "--wrt", "x"], "--wrt names x twice"),
        (["gradient", "x'*x", "--where", "x: vector(3)", "--where", "x: vector(2)"], "given twice"),
        (["gradient", "x'*x", "--seed", "1", "--seed", "2"], "--seed is given twice"),
        (["check", "x'*x", "--claim", "x", "--claim", "2*x"], "two claims are about the same"),
        (["check", "x'*x", "--claim", "2*x", "--sample", "3"], "did you mean --samples?"),
        (["code", "x'*x", "--verify"], "code takes no --verify here"),
        (["verify", "x'*x", "--format", "latex"], "'latex'"),
        (["gradiant", "x'*x"], "did you mean gradient?"),
        (["x'*x"], "the verbs are gradient"),
        ([], "required"),
        (["gradient", "x'*(", "--wrt", "x"], "x'*("),
        (["gradient", "A*B", "--wrt", "A"], "scalar"),
        (["gradient", "x'*x", "--wrt", "y"], "y"),
        (["gradient", "x'*x", "--space", "nowhere"], "nowhere"),
        (["code", "x'*x", "--backend", "fortran"], "fortran"),
    ],
)
def test_wrong_inputs_get_one_message(capsys: Printed, arguments: list[str], part: str) -> None:
    assert part in complaint(capsys, *arguments)


@pytest.mark.parametrize("verb", LATER)
def test_verbs_to_come_are_recognised(capsys: Printed, verb: str) -> None:
    assert complaint(capsys, verb, "x'*x").startswith(f"{verb} is not available yet")


def run(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "matcalc", *arguments]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment)
    return done.returncode, done.stdout, done.stderr


def test_as_a_module() -> None:
    status, out, err = run("gradient", LEAST_SQUARES, "--wrt", "X")
    assert (status, err) == (0, b"") and ANSWER.encode() in out
    status, out, err = run("gradient", "x'*(", "--wrt", "x")
    assert (status, out) == (2, b"") and b"Traceback" not in err


def test_a_terminal_without_the_letters() -> None:
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    arguments = ("gradient", LEAST_SQUARES, "--wrt", "X", "--format", "unicode")
    status, out, err = run(*arguments, environment=environment)
    assert (status, err) == (0, b"") and b"2" in out
    status, out, err = run("parse", "α*x'*x", "--format", "json", environment=environment)
    assert (status, err) == (0, b"") and json.loads(out)["reading"]["text"] == "α*x'*x"


def test_a_reader_that_stops_early() -> None:
    line = f'"{sys.executable}" -m matcalc rules | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, cwd=ROOT, text=True)
    assert done.stderr == "" and done.stdout.splitlines()[-1] == "0"


@pytest.mark.parametrize(
    "arguments",
    [
        ("gradient", "x'*x", "--wrt", "x", "--order", "2"),
        ("conventions", "x'*x", "--wrt", "x", "--of", "hessian"),
    ],
)
def test_an_option_is_never_ignored(capsys: Printed, arguments: tuple[str, ...]) -> None:
    assert f"{arguments[0]} takes no {arguments[-2]} here" in complaint(capsys, *arguments)


def test_the_adjoint_shows_the_product_that_a_differential_is_asked_in(capsys: Printed) -> None:
    out = answer(capsys, "differential", "A*x", "--wrt", "x", "--inner", "weighted(M)")
    assert "adjoint:       W -> inv(M)*A'*W\n" in out
    assert "inner product: <U, V> = U'*M*V\n" in out
    where = ("--where", "A: square(n), X: matrix(n,n)", "--space", "symmetric")
    out = answer(capsys, "jacobian", "tr(A*X)", "--wrt", "X", *where)
    assert "    vec(A + A')'/2\n" in out and "space:          symmetric\n" in out


def test_variables_may_be_named_one_by_one(capsys: Printed) -> None:
    one_by_one = answer(capsys, "gradient", "norm2(A*X)^2", "--wrt", "A", "--wrt", "X")
    assert one_by_one == answer(capsys, "gradient", "norm2(A*X)^2", "--wrt", "A,X")
    assert "2*A*X*X'" in one_by_one and "2*A'*A*X" in one_by_one


def test_latex_says_what_its_names_stand_for(capsys: Printed) -> None:
    out = answer(capsys, "hessian", "logsumexp(A*x)", "--wrt", "x", "--format", "latex")
    assert out.strip().endswith(r",\quad p = \operatorname{softmax}\left(A x\right)")
    text = "x_hat = A*b; norm2(x_hat - c)^2"
    out = answer(capsys, "gradient", text, "--wrt", "b", "--format", "latex")
    assert r",\quad \hat{x} = A b" in out


def test_a_formula_needs_no_arrays() -> None:
    """NumPy takes longer to load than a gradient takes to find."""
    script = (
        "import sys; from matcalc.cli import main; "
        "main(['gradient', 'norm2(A*X - B)^2', '--wrt', 'X']); "
        "sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0


def test_the_operator_of_a_hessian_is_in_the_names_of_its_matrix(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["hessian", "sum(log(1 + exp(A*x)))", "--wrt", "x"]) == 0
    page = capsys.readouterr().out
    assert "dx -> A'*(p.*(1 - p).*(A*dx))" in page and page.count("sigmoid(A*x)") == 1
