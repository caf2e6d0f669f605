"""What stands on the left of an answer: gradient, Hessian, d2f, df/dZ, by which variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcalc.expressions.nodes import Symbol
from matcalc.expressions.phrases import Written
from matcalc.printing.latex import in_macros
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
DF = Written("df", "df", r"\mathrm{d}f")


def gradient_label(by: Sequence[Symbol], variable: Symbol) -> Written:
    """grad f by the variable, or grad_X f where there are others."""
    return _gradient("gradient", by, variable)


def hessian_label(by: Sequence[Symbol], directions: Sequence[Symbol] = ()) -> Written:
    """The Hessian, or its block by two variables, perhaps applied to directions."""
    found = _by("Hessian", "∇²{}f", r"\nabla^2{} f", by)
    if not directions:
        return found
    text, unicode, latex = (
        ", ".join(map(write, directions)) for write in (to_text, to_unicode, in_macros)
    )
    raised = rf"\left[{latex}\right]"
    return Written(f"{found.text}[{text}]", f"{found.unicode}[{unicode}]", f"{found.latex}{raised}")


def _gradient(text: str, by: Sequence[Symbol], variable: Symbol) -> Written:
    found = _by(text, "∇{}f", "{}", by)
    return replace(found, latex=rf"\gradient{{{found.latex}}}{{{in_macros(variable)}}}")


def gradient_changed(by: Sequence[Symbol], variable: Symbol, sign: str = "d") -> Written:
    """d(grad f), or with D for d the covariant one; with nothing grad f itself."""
    found = _gradient("grad f", by, variable)
    if not sign:
        return found
    return Written(
        f"{sign}({found.text})",
        f"{sign}({found.unicode})",
        rf"\mathrm{{{sign}}}\left({found.latex}\right)",
    )


def order_label(order: int) -> Written:
    """df, d2f, d3f, ..."""
    if order == 1:
        return DF
    raised = str(order).translate(_RAISED)
    return Written(f"d{order}f", f"d{raised}f", rf"\mathrm{{d}}^{{{order}}} f")


def partial_label(variable: Symbol, is_conjugate: bool = False) -> Written:
    """df/dX, or df/dconj(X)."""
    name, drawn = variable.name, in_macros(variable)
    below = f"conj({name})" if is_conjugate else name
    written = f"conj({to_unicode(variable)})" if is_conjugate else to_unicode(variable)
    drawn = rf"\overline{{{drawn}}}" if is_conjugate else drawn
    return Written(f"df/d{below}", f"∂f/∂{written}", rf"\frac{{\partial f}}{{\partial {drawn}}}")


def _by(text: str, unicode: str, latex: str, by: Sequence[Symbol]) -> Written:
    names = ", ".join(symbol.name for symbol in by)
    drawn = ", ".join(map(in_macros, by))
    return Written(
        f"{text} by {names}" if by else text,
        unicode.format(f"[{names}] " if by else ""),
        latex.format(f"_{{{drawn}}}" if by else ""),
    )
