"""What the book says of the eigenvalues of functions of symmetric matrices, on numbers."""

from __future__ import annotations

import numpy as np

import matcalc as mc
from matcalc.rulebook import book
from matcalc.rulebook.records import Operation
from tests.rulebook.test_entries import by_name

OPERATIONS = [one for one in map(book.operation, book.names()) if one.text("eigenvalues")]
_Z = np.array([0.4, 1.3, 2.1])
_TURN = np.linalg.qr(np.array([[1.0, 2, 3], [0, 1, 4], [5, 6, 0]]))[0]


@by_name(OPERATIONS)
def test_the_eigenvalues_are_as_the_entry_says(operation: Operation) -> None:
    name, *others = (parameter.name for parameter in operation.parameters)
    call = f"{operation.name}({', '.join((name, *others))})"
    given = dict.fromkeys(others, 3)
    value = mc.evaluate(call, **{name: _TURN @ np.diag(_Z) @ _TURN.T}, **given)
    is_matrix = np.ndim(value) == 2 and np.shape(value)[0] == np.shape(value)[1] == 3
    found = np.linalg.eigvalsh(value) if is_matrix else np.ravel(value)
    told = mc.evaluate(operation.text("eigenvalues"), "z: vector(3)", z=_Z, **given)
    assert np.allclose(found, np.sort(np.ravel(told)))
