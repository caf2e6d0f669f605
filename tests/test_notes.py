"""Words that come up in an answer are told under it; those that a person typed are not."""

import matcalc as mc


def test_a_word_that_came_up_is_told() -> None:
    g = mc.gradient("det(A*X)", "X")
    assert g.notes == ("adj(X) is det(X)*inv(X) where X is invertible",)
    assert g.text().endswith(f"here {g.notes[0]}")


def test_a_word_that_was_typed_is_not_told() -> None:
    assert mc.gradient("tr(lyap(A, Q)*B)", "Q", "A: square(n), Q: square(n)").notes == ()
    assert mc.gradient("tr(A*X)", "X").notes == ()
