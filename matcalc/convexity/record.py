"""What is found about the curvature of a function: the verdict, its domain, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcalc.expressions.nodes import Node


@dataclass(frozen=True)
class Line:
    """A true statement about an expression: `subject` is `claim`, because of `reason`.

    The claim is `affine`, `convex`, `concave`, `log-convex`, ..., of entries, or a sign, as `>= 0`;
    the subject may have a name, as a second derivative does.
    """

    subject: Node
    claim: str
    reason: str = ""
    name: str = ""

    def __str__(self) -> str:
        said = self.claim if self.claim[:1] in "<>=" else f"is {self.claim}"
        same = f"{self.name} = " if self.name else ""
        reason = f": {self.reason}" if self.reason else ""
        return f"{same}{self.subject} {said}{reason}"


@dataclass(frozen=True)
class Bent:
    """Values of the second differential of different signs, the other variables the same.

    For a function with kinks they are those of f(X + dX) - 2*f(X) + f(X - dX), `by_steps`.
    """

    points: tuple[Mapping[str, Any], Mapping[str, Any]]
    values: tuple[float, float]
    by_steps: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Both points, with the directions, as numbers and lists."""
        return {
            "points": [
                {name: _plain(value) for name, value in point.items()} for point in self.points
            ],
            "values": list(self.values),
            "of": self.what,
        }

    @property
    def what(self) -> str:
        """What the values are of."""
        return "f(X + dX) - 2*f(X) + f(X - dX)" if self.by_steps else "d2f"

    def __str__(self) -> str:
        from matcalc.verify.shown_values import shown

        first, second = ({n: shown(v) for n, v in point.items()} for point in self.points)
        common = [f"{n} = {v}" for n, v in first.items() if second.get(n) == v]
        sides = [
            ", ".join(f"{n} = {v}" for n, v in side.items() if f"{n} = {v}" not in common)
            for side in (first, second)
        ]
        values = [
            f"{self.what} = {shown(value)} at {side}"
            for side, value in zip(sides, self.values, strict=True)
        ]
        return "; ".join((", ".join(common), *values) if common else values)


@dataclass(frozen=True)
class Curvature:
    """`verdict` is convex, concave, affine, neither or undecided, on the `domain`.

    `value` is the function, and `assumptions` are the kinds that nobody declared.
    It is said of all values of the other variables. `statements` are the lines of the proof, and
    `certificate` their texts; of what is neither, `counterexample` has two points and directions
    along which the second differential has different signs. `condition` says for which values of
    the other variables the function is convex, where that is known exactly.
    """

    verdict: str
    domain: str
    statements: tuple[Line, ...] = ()
    counterexample: Bent | None = None
    condition: str = ""
    value: Node | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def certificate(self) -> tuple[str, ...]:
        return tuple(map(str, self.statements))

    @property
    def is_decided(self) -> bool:
        """Whether the verdict, or the condition, says when the function is convex."""
        return self.verdict != "undecided" or bool(self.condition)

    def as_dict(self) -> dict[str, Any]:
        """All of it as one object for a program."""
        return {
            "verdict": self.verdict,
            "domain": self.domain,
            "condition": self.condition,
            "certificate": list(self.certificate),
            "counterexample": self.counterexample and self.counterexample.as_dict(),
        }

    def __str__(self) -> str:
        head = f"{self.verdict} on {self.domain}"
        if self.condition:
            known = "" if self.verdict == "undecided" else f"{self.verdict} in general; "
            head = f"{known}{self.condition}, on {self.domain}"
        lines = [head, *(f"    {line}" for line in self.certificate)]
        if self.counterexample is not None:
            lines.append(f"counterexample: {self.counterexample}")
        if self.assumptions:
            lines.append(f"assumed: {', '.join(self.assumptions)}")
        return "\n".join(lines)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
