"""Bounded expressions over named numbers, such as `width % heads == 0`: parsed to a small grammar, never `eval`.

Allowed: numbers, strings, names, dotted names, `+ - * / // % **`, comparisons, `and or not`, `in`, lists,
and the functions in FUNCTIONS. Everything else is refused when the expression is parsed.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

MAXIMUM_LENGTH = 500
MAXIMUM_NODES = 200
MAXIMUM_EXPONENT = 64

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "floor": math.floor, "ceil": math.ceil, "log": math.log, "sqrt": math.sqrt,
}  # fmt: skip


def power(base: float, exponent: float) -> float:
    """Like `**`, but an exponent that could exhaust memory is refused."""
    if abs(exponent) > MAXIMUM_EXPONENT:
        raise ValueError(f"an exponent may be at most {MAXIMUM_EXPONENT}, {exponent} was given")
    return float(base**exponent)


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: power,
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda item, group: item in group, ast.NotIn: lambda item, group: item not in group,
}  # fmt: skip


def parse(text: str, also: Collection[str] = ()) -> ast.expr:
    """Parse one expression; raises ValueError with a sentence when it is not in the grammar.

    `also` are further functions that whoever evaluates it knows.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise ValueError(f"an expression may have at most {MAXIMUM_LENGTH} characters, {len(text)} were given")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{text!r} is not an expression: {error.msg}") from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MAXIMUM_NODES:
        raise ValueError(f"an expression may have at most {MAXIMUM_NODES} parts, {len(nodes)} were given")
    for node in nodes:
        _refuse_unless_known(node, text, also)
    return tree


def evaluate(expression: str | ast.expr, names: Mapping[str, Any]) -> Any:
    """Value of the expression; raises ValueError for an unknown name, KeyError never."""
    tree = parse(expression) if isinstance(expression, str) else expression
    return _value(tree, names)


def names_in(expression: str, also: Collection[str] = ()) -> set[str]:
    """The (dotted) names an expression asks for; `also` are further functions, which are no names."""
    tree = parse(expression, also)
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inner = functions | owners
    return {_dotted(n) for n in ast.walk(tree) if isinstance(n, (ast.Name, ast.Attribute)) and id(n) not in inner}


def _refuse_unless_known(node: ast.AST, text: str, also: Collection[str]) -> None:
    structural = (
        ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Name, ast.Load, ast.Attribute,
        ast.List, ast.Tuple,
    )  # fmt: skip
    if isinstance(node, structural) or type(node) in OPERATORS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str, bool, type(None))):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id in FUNCTIONS or node.func.id in also:
            return
        raise ValueError(f"{node.func.id!r} is not a function here; allowed: {', '.join([*FUNCTIONS, *also])}")
    raise ValueError(f"{type(node).__name__} is not allowed in the expression {text!r}")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError("a dot may only join names")


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() | ast.Attribute():
            name = _dotted(node)
            if name not in names:
                raise ValueError(f"the expression names {name!r}, which is not there")
            return names[name]
        case ast.BinOp():
            return OPERATORS[type(node.op)](_value(node.left, names), _value(node.right, names))
        case ast.UnaryOp():
            return OPERATORS[type(node.op)](_value(node.operand, names))
        case ast.BoolOp():
            values = (_value(part, names) for part in node.values)
            return all(values) if isinstance(node.op, ast.And) else any(values)
        case ast.Compare():
            return _compare(node, names)
        case ast.Call():
            assert isinstance(node.func, ast.Name)  # checked by parse
            return FUNCTIONS[node.func.id](*(_value(argument, names) for argument in node.args))
        case ast.List() | ast.Tuple():
            return [_value(item, names) for item in node.elts]
        case _:
            raise ValueError(f"{type(node).__name__} is not allowed in an expression")


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    left = _value(node.left, names)
    for operation, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, names)
        if not OPERATORS[type(operation)](left, right):
            return False
        left = right
    return True
