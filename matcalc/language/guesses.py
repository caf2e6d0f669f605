"""What an unknown word was meant to be: the nearest spelling, or the same thing by another name."""

from __future__ import annotations

from collections.abc import Iterable

# What a word is called here that other tools, languages and books have.
_CALLED = {
    "ldet logdeterminant log_determinant": "logdet(A)",
    "average avg": "mean(x)",
    "variance": "var(x)",
    "stdev stddev": "std(x)",
    "cov covar covariance": "C = eye(n) - ones(n,n)/n; X'*C*X/(n - 1)",
    "pinverse pseudoinv": "pinv(A)",
    "root": "sqrt(x)",
    "sqr": "square(x)",
    "sinus": "sin(x)",
    "cosinus": "cos(x)",
    "tg tangens": "tan(x)",
    "ctg": "cot(x)",
    "arctg": "arctan(x)",
    "cosec": "csc(x)",
    "lg": "log10(x)",
    "sumsq sumsqr": "sum_squares(x)",
    "norm2sq normsq sqnorm": "norm2(x)^2",
    "scalar_product dotproduct": "dot(x, y)",
    "gauss gaussian": "normpdf(x)",
    "svd": "svdvals(A)",
    "quadratic": "quad(x, A)",
}
_TYPED = {word: typed for words, typed in _CALLED.items() for word in words.split()}
_MOST_SLIPS = (0, 0, 0, 2, 3, 3, 3, 3, 4)  # by the length of a word
_CONSTANT = frozenset(["floor", "ceil", "round", "rank", "sort", "argsort", "median", "mode"])


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` with the nearest of the known names, or nothing."""
    names = nearest(word, known)
    return f"did you mean {' or '.join(f'`{name}`' for name in names)}?" if names else ""


def suggested_function(word: str, known: Iterable[str]) -> str:
    """What a function of an unknown name may be, or nothing."""
    lower = word.lower()
    if lower in _TYPED:
        return f"did you mean `{_TYPED[lower]}`?"
    if lower in _CONSTANT:
        return f"`{word}` is not known: it has jumps, or a derivative of 0;"
    return suggestion(word, known)


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The known names at the least number of slips, else those of which one begins the other.

    >>> nearest("logdt", ["log", "logdet", "slogdet"]), nearest("median", ["mean"])
    (['logdet'], [])
    >>> nearest("deter", ["det", "determinant"]), nearest("qr", ["qr_q", "qr_r", "sqrt"])
    (['determinant'], ['qr_q', 'qr_r'])
    """
    plain = _plain(word)
    table = {_plain(name): name for name in sorted(known, key=lambda one: -_slips(word, one))}
    most = _MOST_SLIPS[min(len(plain), len(_MOST_SLIPS) - 1)]
    slips = {name: _slips(plain, name) for name in table if abs(len(name) - len(plain)) <= 2}
    least = min(slips.values(), default=most + 1)
    found = [name for name, count in slips.items() if count == least <= most]
    found = found or [name for name in table if _goes_on(name, plain)]
    found = found or sorted((n for n in table if _goes_on(plain, n)), key=len)[-1:]
    return [table[name] for name in found][:3]


def _plain(word: str) -> str:
    return word.lower().replace("_", "")


def _goes_on(name: str, word: str) -> bool:
    """Whether a name goes on where the other ends, which is no small part of it."""
    return 2 <= len(word) < len(name) <= 3 * len(word) and name.startswith(word)


def _slips(word: str, name: str) -> int:
    """2 for each letter that is left out, typed besides, or exchanged with the next, 3 for another.

    A letter that is another one makes another word more easily: logdt is logdet and not logit.
    """
    before: list[int] = []
    row = list(range(0, 2 * len(name) + 1, 2))
    for i, letter in enumerate(word, 1):
        above, before, row = before, row, [2 * i]
        for j, other in enumerate(name, 1):
            replaced = before[j - 1] + 3 * (letter != other)
            row.append(min(before[j] + 2, row[-1] + 2, replaced))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                row[-1] = min(row[-1], above[j - 2] + 2)
    return row[-1]
