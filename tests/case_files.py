"""Cases from files outside the repository, and what matcalc answers to one.

A case is a line of a `.jsonl` file: an expression with its declarations, what is asked, perhaps an
inner product, a space, directions and claims. A kind of variable that is none of matcalc's takes
its shape from the arrays beside it, `id|0|in|name` in the `.npz` file of the same name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import matcalc as mc

Case = Mapping[str, Any]
Arrays = Mapping[str, Any]

RANKS = ("scalar", "vector", "matrix")
KINDS = (
    "scalar vector matrix square invertible symmetric spd psd skew diagonal orthogonal lower upper "
    "permutation projection stiefel positive positive_vector positive_matrix integer index "
    "complex_scalar complex_vector complex_matrix hermitian unitary"
)
SYNONYMS = {
    "complex": "complex_scalar",
    "complex_square": "complex_matrix",
    "complex_invertible": "complex_matrix",
    "nonsingular": "invertible",
    "hpd": "hermitian",
    "rotation": "orthogonal",
    "probability": "positive_vector",
    "simplex": "positive_vector",
    "projector": "projection",
    "strictly_lower": "lower",
    "positive_diagonal": "diagonal",
}
IN_ONE_PRODUCT = ("self-adjoint", "operator-norm", "operator-det", "operator-trace")
OF_OPERATOR: dict[str, Callable[..., object]] = {
    "differential": lambda operator: operator("V_"),
    "apply": lambda operator, direction: operator(direction),
    "adjoint": lambda operator, direction: operator.adjoint(direction),
    "solve": lambda operator, direction: operator.solve(direction),
    "kron": lambda operator: operator.matrix,
    "self-adjoint": lambda operator: operator.is_self_adjoint,
    "operator-norm": lambda operator: operator.norm,
    "operator-det": lambda operator: operator.determinant,
    "operator-trace": lambda operator: operator.trace,
}


def read_cases(path: Path) -> Iterator[tuple[Case, Arrays]]:
    """The cases of a file, each with the arrays beside the file."""
    beside = path.with_suffix(".npz")
    arrays = np.load(beside) if beside.exists() else {}
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line), arrays


def answers(case: Case, arrays: Arrays) -> Iterator[object]:
    """The answer of the verb, and then what the case asks of it: a direction, a norm, ..."""
    asked, directions, chosen = case["ask"], case.get("dirs") or [], setting(case)
    problem = partial(_ask, case["expr"], case["wrt"], declarations(case, arrays))
    match asked:
        case "gradient" | "jacobian" | "hessian":
            yield problem(asked, **chosen)
        case "riemannian-gradient":
            yield problem("gradient", **chosen)
        case "hvp" | "riemannian-hessian-vector":
            yield (hessian := problem("hessian", **chosen))
            yield hessian.map(directions[0])
        case "newton":
            yield (hessian := problem("hessian", **chosen))
            yield hessian.newton_step()
        case "kron" if case.get("order") == 2:
            yield problem("hessian")
        case "second":
            yield problem("nth_derivative", order=2)(*directions)
        case "wirtinger":
            yield problem("wirtinger", conjugate=bool(case.get("conjugate")))
        case _ if asked in OF_OPERATOR:
            yield (operator := problem("differential", **chosen, inner_out=_outer(case)))
            yield OF_OPERATOR[asked](operator, *directions[:1])
        case _:
            raise mc.MatcalcError(f"no verb answers the question {asked}")


def _ask(f: str, wrt: str, where: dict[str, str], verb: str, **options: Any) -> Any:
    return getattr(mc, verb)(f, wrt, where=where, **options)


def _outer(case: Case) -> Any:
    own = case.get("metric") if case["ask"] in IN_ONE_PRODUCT else None
    return product(case.get("metric_out") or own)


def verdicts(case: Case, arrays: Arrays) -> Iterator[tuple[str, Callable[[], object]]]:
    """The formulas that a case wants judged, right and wrong ones, each with its check."""
    wrong = case.get("wrong", [])
    listed = [one["claim"] for one in case.get("claims", ())]
    for claim in [*listed, *([wrong] if isinstance(wrong, str) else wrong)]:
        where = declarations(case, arrays)
        yield claim, partial(mc.check, case["expr"], case["wrt"], claim, where)


def declarations(case: Case, arrays: Arrays) -> dict[str, str]:
    """The declarations of a case in kinds that matcalc knows."""
    return {name: _kind(case, name, arrays) for name in case["declare"]}


def _kind(case: Case, name: str, arrays: Arrays) -> str:
    word, sizes = _word_and_sizes(case["declare"][name])
    if word == "tangent":
        sizes = _word_and_sizes(case["declare"][case["wrt"]])[1]
    if word not in KINDS.split():
        value = np.asarray(arrays[f"{case['id']}|0|in|{name}"])
        word = ("complex_" if np.iscomplexobj(value) else "") + RANKS[value.ndim]
        sizes = (sizes * 2)[: value.ndim]
    if word == "complex_matrix":
        sizes = (sizes * 2)[:2]
    return f"{word}({', '.join(sizes)})" if sizes else word


def _word_and_sizes(kind: str) -> tuple[str, list[str]]:
    word, _, sizes = (part.strip(" )") for part in kind.partition("("))
    return SYNONYMS.get(word, word), [size.strip() for size in sizes.split(",") if size.strip()]


def setting(case: Case) -> dict[str, Any]:
    """The inner product and the space of a case, as the verbs take them."""
    inner, space = product(case.get("metric")), case.get("space")
    chosen = {"inner": inner} if inner is not None else {}
    if space is not None:
        chosen["space"] = space if isinstance(space, str) else mc.Space.from_dict(space)
    return chosen


def product(form: Any) -> Any:
    """The inner product that a case writes as its kind, or as an object with its matrices."""
    match form if isinstance(form, Mapping) else {"kind": form}:
        case {"kind": "weighted"}:
            return mc.Weighted(left=form.get("left"), right=form.get("right"))
        case {"kind": "elementwise", "weight": weight}:
            return mc.Elementwise(weight)
        case {"kind": "custom", "form": pairing}:
            return mc.Pairing(pairing)
        case {"kind": "affine-invariant"}:
            return mc.AffineInvariant()
        case {"kind": "hermitian"}:
            return mc.Hermitian()
        case {"kind": None | "frobenius" | "euclidean"}:
            return None
    raise mc.MatcalcError(f"the case has an inner product of no known kind: {form}")
