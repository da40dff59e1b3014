r"""The equations of a cell at one step, as LaTeX: in letters, and with the real numbers.

The letters are those of the model files. `[u]` after a letter is unit u, counted from 0 as in a
tensor. A network that reads from the end has its previous step at the next word, so there it is
h_{t+1} that a step reads.
"""

import re
from dataclasses import dataclass

from rnndash.config.cell import STATE_NAMES, Gate
from rnndash.inspection.steps import Contribution, StepNumbers, WeightedSum


@dataclass(frozen=True, kw_only=True, slots=True)
class FormulaLine:
    """One equation.

    Attributes:
        name: what it computes, in words.
        symbols: LaTeX, in letters, for all units at once.
        numbers: LaTeX, for one unit, rounded to three digits after the point.
    """

    name: str
    symbols: str
    numbers: str

    @property
    def aligned_numbers(self) -> str:
        """The numbers with each equals sign in a line of its own, for a narrow page."""
        left, *sides = self.numbers.split(" = ")
        lines = r" \\ ".join(f"&= {side}" for side in sides)
        return rf"\begin{{aligned}} {left} {lines} \end{{aligned}}"


_FUNCTIONS = {"sigmoid": r"\sigma", "tanh": r"\tanh"}
_OPERAND = re.compile(r"\b([a-z])_(t\b|\(t-1\))")
"""A gate or a state in an equation: `f_t`, `c_(t-1)`."""


def formula_lines(step: StepNumbers) -> tuple[FormulaLine, ...]:
    """All equations of a step, in the order in which they are computed."""
    lines = [_sum_line(each, step) for each in step.sums]
    lines += [_update_line(equation, step) for equation in step.model.facts.cell.facts.updates]
    return tuple(lines)


def contribution_line(step: StepNumbers, each: WeightedSum, part: Contribution) -> str:
    """One of the products in a sum of a step as LaTeX, in letters and with numbers."""
    row = "i" if part.source == "x" else "h"
    read = "x_t" if part.source == "x" else _before(step, "h")
    letters = f"W_{{{row}{each.letter}}}[{step.unit},{part.number}] \\, {read}[{part.number}]"
    numbers = f"{_number(part.weight)} \\cdot {_factor(part.value)}"
    if part.source == "h" and each.reset is not None:
        reset_by = _gate(each, step).reset_by
        letters = f"{reset_by}_t[{step.unit}] \\, {letters}"
        numbers = f"{_number(part.factor)} \\cdot {_factor(part.weight)} \\cdot "
        numbers += _factor(part.value)
    return f"{letters} = {numbers} = {_number(part.product)}"


def input_meaning(step: StepNumbers) -> str:
    """What x_t is at this step, for people; the word stands in it as it was typed."""
    if step.layer == 0:
        return f"x_t is the embedding of “{step.token}”."
    return f"x_t is the output of the layer below at “{step.token}”."


def _sum_line(each: WeightedSum, step: StepNumbers) -> FormulaLine:
    gate, letter, function = _gate(each, step), each.letter, _FUNCTIONS[each.activation]
    inputs = f"W_{{i{letter}}} x_t + b_{{i{letter}}}"
    state = f"W_{{h{letter}}} {_before(step, 'h')} + b_{{h{letter}}}"
    numbers = _sum(each.from_input, each.input_bias, each.from_state, each.state_bias)
    if each.reset is not None:
        state = f"{gate.reset_by}_t \\odot ({state})"
        numbers = (
            f"{_sum(each.from_input, each.input_bias)} + {_number(each.reset)} \\cdot "
            f"({_sum(each.from_state, each.state_bias)})"
        )
    return FormulaLine(
        name=gate.name.capitalize(),
        symbols=f"{letter}_t = {function}({inputs} + {state})",
        numbers=f"{letter}_t[{step.unit}] = {function}({numbers}) = "
        f"{function}({_number(each.total)}) = {_number(each.value)}",
    )


def _gate(each: WeightedSum, step: StepNumbers) -> Gate:
    return step.model.facts.cell.facts.gate(each.letter)


def _update_line(equation: str, step: StepNumbers) -> FormulaLine:
    """An equation of the table of cells, such as `c_t = f_t * c_(t-1) + i_t * g_t`."""
    letter, right = equation[0], equation.partition(" = ")[2]
    values = {f"{each.letter}_t": each.value for each in step.sums}
    values |= {"h_(t-1)": step.h_before, "h_t": step.h}
    if step.c is not None and step.c_before is not None:
        values |= {"c_(t-1)": step.c_before, "c_t": step.c}

    def number(operand: re.Match[str]) -> str:
        is_argument = operand.string[: operand.start()].endswith("tanh(")
        value = values[operand[0]]
        return _number(value) if is_argument else _factor(value)

    symbols = _OPERAND.sub(lambda operand: _at_step(operand, step), right)
    numbers = _OPERAND.sub(number, right)
    return FormulaLine(
        name=STATE_NAMES[letter].capitalize(),
        symbols=f"{letter}_t = {_latex(symbols, times='odot')}",
        numbers=f"{letter}_t[{step.unit}] = {_latex(numbers, times='cdot')} = "
        f"{_number(values[f'{letter}_t'])}",
    )


def _at_step(operand: re.Match[str], step: StepNumbers) -> str:
    return operand[0] if operand[2] == "t" else _before(step, operand[1])


def _latex(expression: str, *, times: str) -> str:
    return expression.replace(" * ", f" \\{times} ").replace("tanh(", r"\tanh(")


def _before(step: StepNumbers, letter: str) -> str:
    return f"{letter}_{{t+1}}" if step.is_backward else f"{letter}_{{t-1}}"


def _number(value: float) -> str:
    """Three digits after the point, and no minus before 0."""
    return f"{value:z.3f}"


def _factor(value: float) -> str:
    """A number after a multiplication sign: in brackets if it is negative."""
    number = _number(value)
    return f"({number})" if number.startswith("-") else number


def _sum(first: float, *others: float) -> str:
    parts = [_number(first)]
    for other in others:
        number = _number(other)
        parts.append(f"- {number[1:]}" if number.startswith("-") else f"+ {number}")
    return " ".join(parts)
