"""The command line: `matcalc VERB "expression" --wrt X`."""

from matcalc.cli.command import main

__all__ = ["main"]
