"""Settings of all tests: one BLAS thread, and properties searched the same way on any machine.

`pytest --update-golden` writes the golden files anew instead of comparing with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext

# Before anything imports NumPy, which reads these once; workers of pytest-xdist inherit them. The
# arrays here are small: several threads only wait for one another on a loaded machine.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import pytest  # noqa: E402  (after the environment)
from hypothesis import settings  # noqa: E402

from tests import oracle  # noqa: E402
from tests.golden.comparison import Golden  # noqa: E402

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("repeatable")

oracle.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with its golden file."""
    return Golden(request.config.getoption("--update-golden"))


@pytest.fixture(params=["by code", "by meaning"])
def both_oracles(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs a test twice: verifications take values from emitted code, then from the interpreter."""
    with oracle.by_meaning() if request.param == "by meaning" else nullcontext():
        yield
