"""What a check of a formula says: the verdict, its reason, a counterexample and a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from matcalc.expressions.blocks import Blocks
from matcalc.proofs.proof import Proof

if TYPE_CHECKING:
    from matcalc.verify.shown_values import Counterexample

_WORST_FIRST = ("refuted", "undecided", "verified", "proved")


@dataclass(frozen=True)
class Verdict:
    """`status` is proved, verified, refuted or undecided.

    `reason` says why in one line; where the claim is refuted, `counterexample` is a small point at
    which it fails and `hint` names the likeliest slip, and where it is verified `coverage` says
    what was looked at: the sizes of each dimension, and points. `right` is what the claim was held
    against, of a derivative the value of `answer`, and `claim` how the claim was read;
    `assumptions` are the kinds that nobody declared. Of several claims it is the worst of their
    verdicts, and `parts` has each by its name.
    """

    status: str
    reason: str
    counterexample: Counterexample | None = None
    hint: str = ""
    right: Any = None  # an expression, of a list of variables Blocks
    claim: Any = None  # the same; None of a function or of what does not fit together
    answer: Any = None
    assumptions: tuple[str, ...] = ()
    parts: Mapping[str, Verdict] = field(default_factory=dict)
    coverage: str = ""
    proof: Proof | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the claim: it is proved or verified."""
        return self.status in ("proved", "verified")

    def __bool__(self) -> bool:
        return self.holds

    def as_dict(self) -> dict[str, Any]:
        """The verdict as one object for a program."""
        point = None if self.counterexample is None else self.counterexample.as_dict()
        return {
            "status": self.status,
            "reason": self.reason,
            "coverage": self.coverage,
            "proof": [] if self.proof is None else str(self.proof).splitlines(),
            "counterexample": point,
            "hint": self.hint,
            "right": None if self.right is None else str(self.right),
            "claim": None if self.claim is None else str(self.claim),
        }

    def __str__(self) -> str:
        lines = [f"{self.status}: {self.reason}"]
        if self.status == "refuted" and self.right is not None:
            lines.append(f"right is: {self.right}")
        if self.counterexample is not None:
            lines.append(f"counterexample: {self.counterexample}")
        if self.hint:
            lines.append(f"hint: {self.hint}")
        if self.status == "refuted" and self.assumptions:
            lines.append(f"assumed: {', '.join(self.assumptions)}")
        return "\n".join(lines)


def worst(verdict: Verdict) -> int:
    """A key that puts refuted before undecided, verified, proved."""
    return _WORST_FIRST.index(verdict.status)


def together(parts: Mapping[str, Verdict]) -> Verdict:
    """One verdict on several claims, each told by its name: it holds where all of them do."""
    found = min(parts.values(), key=worst)
    said = {name: one for name, one in parts.items() if one.status == found.status}
    reason = "; ".join(f"{name}: {one.reason}" for name, one in said.items())
    right = Blocks({name: one.right for name, one in said.items()})
    claims = {name: one.claim for name, one in said.items() if one.claim is not None}
    coverage = " | ".join(f"{name}: {one.coverage}" for name, one in said.items() if one.coverage)
    return replace(
        found,
        reason=reason,
        right=right,
        claim=Blocks(claims) or None,
        parts=parts,
        coverage=coverage,
    )
