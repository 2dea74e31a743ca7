"""Expressions over arrays: the grammar of `expressions`, where every name is an array, such as `test_loss <= 0.1`.

Names are (R, C) values of R runs at C checkpoints. Besides what single numbers know there are, along the checkpoints,

    first(condition)    the step at which it first held, as known at each checkpoint; infinity while it has not
    highest(value), lowest(value)    the greatest and the least so far

A condition on an undefined value does not hold, and neither does its opposite. `>=` and `<=` hold up to rounding: 9 of
10 right is 0.89999998 in single precision, and has reached 0.9.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.core.expressions import names_in, parse

Array = NDArray[Any]
ALONG = ("first", "highest", "lowest")
TOLERANCE = 1e-6  # relative
LARGEST = 1e300  # number that may be written
STEP = "step"  # the name of the step itself

ARITHMETIC: dict[type[ast.AST], Callable[..., Array]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod, ast.Pow: np.float_power, ast.USub: np.negative, ast.UAdd: np.positive,
}  # fmt: skip
COMPARISONS: dict[type[ast.AST], Callable[..., Array]] = {
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.Gt: np.greater,
    ast.LtE: lambda left, right: left <= right + TOLERANCE * np.maximum(np.abs(right), 1e-3),
    ast.GtE: lambda left, right: left >= right - TOLERANCE * np.maximum(np.abs(right), 1e-3),
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Array]] = {
    "abs": np.abs, "floor": np.floor, "ceil": np.ceil, "log": np.log, "sqrt": np.sqrt,
    "highest": lambda values: np.fmax.accumulate(values, axis=1),
    "lowest": lambda values: np.fmin.accumulate(values, axis=1),
}  # fmt: skip
PAIRWISE: dict[str, Callable[..., Array]] = {"min": np.minimum, "max": np.maximum}
CONDITIONS = (ast.Compare, ast.BoolOp)


def parse_arrays(text: str) -> ast.expr:
    """Parse one expression over arrays; raises ValueError with a sentence when it is not in the grammar."""
    tree = parse(text, also=ALONG)
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple, ast.In, ast.NotIn)):
            raise ValueError(f"lists have no place in {text!r}: it is over numbers")
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            raise ValueError(f"{node.value!r} is not a number in {text!r}")
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value > LARGEST:
            raise ValueError(f"a number may be at most {LARGEST:g}; a larger one stands in {text[:40]!r}")
        if isinstance(node, ast.Call):
            _check_call(node, text)
    return tree


def series_in(text: str) -> tuple[str, ...]:
    """The names of an expression but the step, in alphabetical order."""
    parse_arrays(text)
    return tuple(sorted(names_in(text, also=ALONG) - {STEP}))


def is_condition(tree: ast.expr) -> bool:
    """Whether an expression is true or false, not a number."""
    return isinstance(tree, CONDITIONS) or (isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not))


def over_arrays(text: str, names: Mapping[str, Array], steps: NDArray[np.int64]) -> Array:
    """(R, C) numbers, or whether a condition holds. Raises ValueError for what is not in the grammar or not there."""
    tree = parse_arrays(text)
    known = {STEP: steps[None, :].astype(np.float64), **names}
    for name in sorted(names_in(text, also=ALONG)):
        if name not in known:
            raise ValueError(f"the expression {text!r} names {name!r}, which is not there")
    with np.errstate(all="ignore"):
        return _value(tree, known)


def margin(text: str, names: Mapping[str, Array], steps: NDArray[np.int64]) -> Array:
    """(R, C) by how much a condition holds: positive where it does, negative where it does not, by what is missing.

    `a and b` holds by the smaller of the two, `a or b` by the greater. It is continuous where the condition jumps, so
    that a line can be drawn between runs that fulfil it and runs that do not.
    """
    known = {STEP: steps[None, :].astype(np.float64), **names}
    with np.errstate(all="ignore"):
        return _margin(parse_arrays(text), known)


def first_step(holds: Array, steps: NDArray[np.int64]) -> Array:
    """(R, C) the step at which each row first held, as known at each column; infinity while it has not."""
    return np.minimum.accumulate(np.where(holds, steps.astype(np.float64), np.inf), axis=1)


def _check_call(node: ast.Call, text: str) -> None:
    assert isinstance(node.func, ast.Name)  # checked by parse
    name = node.func.id
    if name in PAIRWISE and len(node.args) < 2:
        raise ValueError(f"{name} takes two values or more in {text!r}")
    if name not in PAIRWISE and len(node.args) != 1:
        raise ValueError(f"{name} takes one value in {text!r}")
    if name == "first" and not is_condition(node.args[0]):
        raise ValueError(f"first takes a condition in {text!r}, such as first(test_loss <= 0.1)")


def _value(node: ast.expr, names: Mapping[str, Array]) -> Array:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.asarray(float(number))
        case ast.Name() | ast.Attribute():
            return names[ast.unparse(node)]
        case ast.BinOp():
            return ARITHMETIC[type(node.op)](_value(node.left, names), _value(node.right, names))
        case ast.UnaryOp():
            return _unary(node, names)
        case ast.BoolOp():
            together = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            parts = [_value(part, names).astype(np.bool_) for part in node.values]
            held = parts[0]
            for part in parts[1:]:
                held = together(held, part)
            return held
        case ast.Compare():
            return _compare(node, names)
        case ast.Call():
            return _call(node, names)
        case _:
            raise ValueError(f"{type(node).__name__} is not allowed in an expression")


def _unary(node: ast.UnaryOp, names: Mapping[str, Array]) -> Array:
    value = _value(node.operand, names)
    if not isinstance(node.op, ast.Not):
        return ARITHMETIC[type(node.op)](value)
    known = [names[name] for name in names_in(ast.unparse(node.operand), also=ALONG)]
    defined = np.all([~np.isnan(np.broadcast_to(array, value.shape)) for array in known], axis=0) if known else True
    return np.logical_not(value.astype(np.bool_)) & defined


def _compare(node: ast.Compare, names: Mapping[str, Array]) -> Array:
    left = _value(node.left, names)
    held: Array = np.asarray(True)
    for operation, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, names)
        held = held & COMPARISONS[type(operation)](left, right) & ~np.isnan(left) & ~np.isnan(right)
        left = right
    return held


def _margin(node: ast.expr, names: Mapping[str, Array]) -> Array:
    match node:
        case ast.BoolOp():
            parts = [_margin(part, names) for part in node.values]
            together = np.minimum if isinstance(node.op, ast.And) else np.maximum
            found = parts[0]
            for part in parts[1:]:
                found = together(found, part)
            return found
        case ast.UnaryOp(op=ast.Not()):
            return -_margin(node.operand, names)
        case ast.Compare():
            ends = [node.left, *node.comparators]
            sides = [_value(end, names) for end in ends]
            by = [
                _by(operation, left, right)
                for operation, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
            ]
            return np.asarray(np.minimum.reduce(np.broadcast_arrays(*by)))
        case _:
            raise ValueError(f"{ast.unparse(node)} is a number, not a condition")


def _by(operation: ast.cmpop, left: Array, right: Array) -> Array:
    if isinstance(operation, (ast.Lt, ast.LtE)):
        return np.asarray(right - left)
    if isinstance(operation, (ast.Gt, ast.GtE)):
        return np.asarray(left - right)
    apart = np.abs(left - right)
    return np.asarray(apart if isinstance(operation, ast.NotEq) else -apart)


def _call(node: ast.Call, names: Mapping[str, Array]) -> Array:
    assert isinstance(node.func, ast.Name)  # checked by parse
    values = [_value(argument, names) for argument in node.args]
    if node.func.id in PAIRWISE:
        found = values[0]
        for other in values[1:]:
            found = PAIRWISE[node.func.id](found, other)
        return found
    if node.func.id == "first":
        steps = names[STEP][0]
        held = np.broadcast_to(values[0], np.broadcast_shapes(values[0].shape, (1, len(steps))))
        return first_step(held, steps)
    along = values[0] if values[0].ndim == 2 else values[0][None, None]
    return FUNCTIONS[node.func.id](along)
