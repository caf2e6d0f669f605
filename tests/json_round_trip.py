"""Expressions as JSON, read again.

    python -m tests.json_round_trip CASES     the cases of the `.jsonl` files in CASES

Prints how many expressions and answers of the cases come back as the same node, and the others.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import matcalc as mc
from tests.latex_round_trip import nodes_of


def main(directory: Path) -> None:
    counts: Counter[bool] = Counter()
    for path in sorted(directory.glob("*.jsonl")):
        for name, kind, node, _ in nodes_of(path):
            is_same = mc.from_json(json.dumps(node.to_json())) is node
            counts[is_same] += 1
            if not is_same:
                print(f"{name:32} {kind:10} {node}")
    print(f"expressions that come back: {counts[True]}, others {counts[False]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
