"""Which expressions of a person only read, told from their syntax; what may change something is recorded."""

from __future__ import annotations

import ast

# fmt: off
BUILTINS = {
    "abs", "all", "any", "bool", "dict", "dir", "divmod", "enumerate", "float", "format", "getattr",
    "hasattr", "hash", "hex", "id", "int", "isinstance", "issubclass", "len", "list", "locals", "max",
    "min", "print", "range", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple",
    "type", "vars", "zip",
}
# fmt: on
# fmt: off
METHODS = {
    "abs", "all", "allclose", "any", "argmax", "argmin", "argsort", "clone", "count_nonzero", "cumsum",
    "detach", "diff", "dim", "element_size", "equal", "exp", "flatten", "histc", "is_contiguous",
    "isfinite", "isinf", "isnan", "item", "keys", "max", "mean", "median", "min", "named_buffers",
    "named_children", "named_modules", "named_parameters", "nonzero", "norm", "numel", "numpy",
    "parameters", "prod", "quantile", "reshape", "shape", "sigmoid", "size", "softmax", "sqrt",
    "squeeze", "std", "stride", "sum", "tolist", "topk", "unique", "unsqueeze", "values", "var", "view",
}
# fmt: on
"""Of tensors and modules, and functions of torch with these names."""
# fmt: off
CONVERSIONS = {
    "bool", "cpu", "double", "float", "half", "int", "long", "to", "type",
}
# fmt: on
"""They make a new tensor of a tensor but change a module in place: these read only what a call of `METHODS`
returned.
"""


def may_change(tree: ast.Module) -> bool:
    """Statements may, assignments in expressions, and calls of anything but what is known to read."""
    if any(not isinstance(each, ast.Expr) for each in tree.body):
        return True
    nodes = list(ast.walk(tree))
    if any(isinstance(node, (ast.NamedExpr, ast.Await)) for node in nodes):
        return True
    return not all(_reads(node) for node in nodes if isinstance(node, ast.Call))


def _reads(call: ast.Call) -> bool:
    if any(each.arg == "out" for each in call.keywords):
        return False
    called = call.func
    if isinstance(called, ast.Name):
        return called.id in BUILTINS
    if not isinstance(called, ast.Attribute):
        return False
    return called.attr in METHODS or (called.attr in CONVERSIONS and _is_tensor(called.value))


def _is_tensor(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in METHODS
    )
