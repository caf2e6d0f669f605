"""Settings of all tests: one BLAS thread, and properties searched the same way on any machine."""

import os

# Before anything imports NumPy, which reads these once; workers of pytest-xdist inherit them. The
# arrays here are small: several threads only wait for one another on a loaded machine.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

from hypothesis import settings  # noqa: E402  (after the environment)

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("repeatable")
