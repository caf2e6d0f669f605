"""Numerical verification of derivatives. Import it where a check is run: it loads NumPy."""

from matcalc.verify.checks import verify_gradient, verify_jacobian, verify_map
from matcalc.verify.report import Report, Row

__all__ = ["Report", "Row", "verify_gradient", "verify_jacobian", "verify_map"]
