"""Numerical verification of derivatives. Import it where a check is run: it loads NumPy."""

from matcalc.samples.report import Report, Row
from matcalc.verify.checks import verify_map

__all__ = ["Report", "Row", "verify_map"]
