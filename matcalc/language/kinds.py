"""The kinds that declarations may name, and all that each of them implies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from matcalc.expressions.dimensions import ONE, SCALAR, Dimension, Shape
from matcalc.expressions.valued_words import values_of


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: the parameters it may have (`m,n`; of `projection` too `n,p`), what it implies.

    The `values` among the parameters are no sizes: a rank, and the ends of an interval, for which
    an example stands.
    """

    name: str
    forms: tuple[tuple[str, ...], ...]
    structure: frozenset[str]
    values: frozenset[str] = frozenset()

    def shape(self, sizes: tuple[Dimension, ...]) -> Shape:
        """The shape of a variable of this kind with these `sizes`."""
        if not sizes or self.name == "index":
            return SCALAR
        if self.name in _COLUMNS:
            return Shape(sizes[0], ONE)
        return Shape(sizes[0], sizes[-1])

    @property
    def usages(self) -> list[str]:
        """How it is written: `matrix(m,n)`."""
        return [f"{self.name}({','.join(one)})" if one else self.name for one in self.forms]


_COLUMNS = frozenset(
    {"vector", "positive_vector", "complex_vector", "probability", "onehot", "open_interval"}
)
_IMPLIED = {
    "spd": "psd symmetric invertible real_powers",
    "psd": "symmetric",
    "diagonal": "symmetric lower upper",
    "orthogonal": "invertible stiefel",
    "permutation": "orthogonal",
    "index": "integer positive",
    "probability": "positive open_interval(0,1)",
    "onehot": "nonnegative",
    "hurwitz": "invertible",
    "hermitian": "complex",
    "hpd": "hermitian invertible",
    "unitary": "complex_stiefel invertible",
    "complex_stiefel": "complex",
}


# What holds at X and all around it; the other words hold on thin sets of matrices only.
_OPEN = frozenset({"invertible", "real_powers", "positive", "complex", "nonnegative", "hurwitz"})

_OPEN_WITH_VALUES = ("open_interval(", "family(")


def open_words(structure: frozenset[str]) -> frozenset[str]:
    """What of a structure is left where all entries move.

    >>> sorted(open_words(closure("probability")))
    ['open_interval(0,1)', 'positive']
    """
    return frozenset(w for w in structure if w in _OPEN or w.startswith(_OPEN_WITH_VALUES))


def thin_words(structure: frozenset[str]) -> frozenset[str]:
    """What of a structure holds on a thin set only."""
    return structure - open_words(structure)


def closure(*words: str) -> frozenset[str]:
    """All that the structure `words` imply: spd is psd, symmetric and invertible."""
    found: set[str] = set()
    waiting = list(words)
    while waiting:
        word = waiting.pop()
        if word not in found:
            found.add(word)
            waiting += _IMPLIED.get(word, "").split()
    return frozenset(found)


_OVER_COMPLEX = {
    "spd": "hpd",
    "symmetric": "hermitian",
    "orthogonal": "unitary",
    "stiefel": "complex_stiefel",
}


def complex_word(word: str) -> str:
    """What a word about matrices is over the complex numbers: spd is hpd there."""
    return _OVER_COMPLEX.get(word, word)


def over_complex(structure: Iterable[str]) -> frozenset[str]:
    """What matrices of a structure are over the complex numbers; what has a sign or counts is real.

    >>> sorted(over_complex({"symmetric"}))
    ['complex', 'hermitian']
    """
    words = frozenset(structure)
    if words & {"positive", "integer"}:
        return words
    twin = next((new for old, new in _OVER_COMPLEX.items() if old in words), None)
    return closure(*(words if twin is None else [twin]), "complex")


def _kinds() -> dict[str, Kind]:
    table = {
        "scalar": ("", ""),
        "vector": ("n", ""),
        "matrix": ("m n", ""),
        "square": ("n", ""),
        "stiefel": ("n p", "stiefel"),
        "positive": ("", "positive"),
        "elementwise": ("", "callable"),
        "positive_vector": ("n", "positive"),
        "positive_matrix": ("m n", "positive"),
        "integer": ("", "integer"),
        "index": ("n", "index"),
        "complex_scalar": ("", "complex"),
        "complex_vector": ("n", "complex"),
        "complex_matrix": ("m n", "complex"),
        "complex_stiefel": ("n p", "complex_stiefel"),
        "probability": ("n", "probability"),
        "onehot": ("n", "onehot"),
        "open_interval": ("0 1|0 1 n", ""),
        "projection": ("n|n p", "projection"),
    }
    squares = "invertible symmetric spd psd skew diagonal orthogonal lower upper"
    for word in f"{squares} permutation hermitian hpd unitary hurwitz".split():
        table[word] = ("n", word)
    values = {"open_interval": frozenset({"0", "1"}), "projection": frozenset({"p"})}
    return {
        name: Kind(
            name,
            tuple(tuple(form.split()) for form in forms.split("|")),
            closure(*words.split()),
            values.get(name, frozenset()),
        )
        for name, (forms, words) in table.items()
    }


KINDS = _kinds()

_LETTERS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    omicron pi rho sigma tau upsilon phi varphi chi psi omega
"""
GREEK = frozenset(_LETTERS.split())
_STEM = re.compile(r"[^\W\d_]+")


def default_kind(name: str) -> str:
    """What an undeclared name is taken for: A matrix, x vector, alpha (or α) scalar.

    >>> default_kind("A"), default_kind("x"), default_kind("alpha_1")
    ('matrix', 'vector', 'scalar')
    """
    if name[0].isupper():
        return "matrix"
    stem = _STEM.match(name)
    if stem is not None and (stem[0] in GREEK or stem[0] == "eps"):
        return "scalar"
    return "scalar" if "Ͱ" <= name[0] <= "Ͽ" else "vector"


def is_letter_of_functions(name: str) -> bool:
    """Whether an undeclared name may be a function of the person's: `f`, `g`, `phi`, not `d`.

    >>> [name for name in ("f", "phi", "d", "F", "cost") if is_letter_of_functions(name)]
    ['f', 'phi']
    """
    return name in GREEK or (len(name) == 1 and name.islower() and name != "d")


_WIDE = (closure("positive"), closure("complex"))  # their kinds name rows and columns


def kind_text(shape: Shape, structure: frozenset[str] = frozenset()) -> str:
    """The declaration that a variable of that shape and structure would have: `spd(n)`.

    >>> from matcalc.expressions.dimensions import shape
    >>> kind_text(shape("m", "n")), kind_text(shape("n"), closure("positive"))
    ('matrix(m, n)', 'positive_vector(n)')
    """
    sizes: tuple[Dimension, ...] = (shape.rows, shape.columns)
    if shape.is_scalar:
        sizes = ()
    elif shape.is_vector or (shape.is_square and structure not in _WIDE):
        sizes = (shape.rows,)
    name, before, after = _kind_name(shape, sizes, structure)
    parameters = [*before, *map(str, sizes), *after]
    return f"{name}({', '.join(parameters)})" if parameters else name


def _kind_name(
    shape: Shape, sizes: tuple[Dimension, ...], structure: frozenset[str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The name of the kind, and its values before and after the sizes."""
    for kind in KINDS.values():
        same_form = kind.shape(sizes) == shape and len(kind.forms[0]) == len(sizes)
        if kind.structure == structure and same_form:
            return kind.name, (), ()
    if (ends := values_of(structure, "open_interval")) and len(sizes) == shape.is_vector:
        return "open_interval", ends, ()
    if rank := values_of(structure, "rank"):
        return "projection", (), rank
    if "integer" in structure and not sizes:
        return "integer", (), ()
    return ("scalar", "vector" if shape.is_vector else "square", "matrix")[len(sizes)], (), ()
