"""rules: the rule book as a person reads it."""

from __future__ import annotations

from matcalc.expressions.python_arguments import checked
from matcalc.printing.rules_page import rule_page, rules_markdown, rules_table


@checked
def rules(name: str | None = None, markdown: bool = False) -> str:
    """The rule book as a person reads it: all operations, or the entry of one."""
    if name is not None:
        return rule_page(name)
    return rules_markdown() if markdown else rules_table()
