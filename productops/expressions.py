"""What the formulae of KPIs and the expressions of questionnaires share: how deep a tree may be.

Both are cut into known words, read by Python's parser and computed by simpleeval, which goes down
the tree by calling itself; a tree that is too deep is refused before anything walks it.
"""

import ast


def is_deeper_than(tree: ast.AST, levels: int) -> bool:
    """Whether more than ``levels`` nodes stand under one another."""
    level: list[ast.AST] = [tree]
    for _depth in range(levels):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True
