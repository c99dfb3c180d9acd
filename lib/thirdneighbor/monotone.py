"""Quantities that are monotone in every input without being rational; bounds in floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from .intervals import INF, Interval
from .quantities import Floats, Quantity, constant

LONGEST = 1000
HALVINGS = 60


class Monotone(Quantity):
    """A quantity that is monotone in every input without being rational; bounds in floats.

    Where even the lower end is infinite it stands for "never" and is written as above
    `LONGEST`.
    """

    @cached_property
    def _bounds(self) -> Interval:
        """Return the identified set, from the corners of the box of the inputs."""
        ranges = [known for known in self.inputs.values() if known]
        sides = [(0, 1) if known.lo != known.hi else (0,) for known in ranges]
        corners = [self._corner(ends) for ends in product(*sides)]
        low, high = min(corners), max(corners, key=lambda corner: (corner[0], not corner[1]))
        if low[0] == INF:
            return Interval(LONGEST, INF, lo_open=True)
        return Interval(low[0], high[0], low[1], high[1])

    def corners(self, **moved: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the bounds in floats with some inputs moved, for each pair of their ends."""
        count = max((len(lo) for lo, _ in moved.values()), default=1)
        ends = {
            name: moved.get(name) or ([float(known.lo)] * count, [float(known.hi)] * count)  # type: ignore[union-attr]
            for name, known in self.inputs.items()
        }
        found = []
        for i in range(count):
            sides = ({float(lo[i]), float(hi[i])} for lo, hi in ends.values())
            corners = (Floats(zip(ends, at, strict=True)) for at in product(*sides))
            found.append([float(self.rule(at)) for at in corners])
        lows = [LONGEST if min(values) == INF else min(values) for values in found]
        return np.array(lows), np.array([max(values) for values in found])

    def turning(self, name: str, threshold: float) -> tuple[Interval, bool] | None:
        """Return where in the interval of one input the value crosses a threshold, and if upward.

        None if it does not, or if another input is not printed.
        """
        inside = self.inputs[name]
        others = {n: known for n, known in self.inputs.items() if n != name}
        if inside is None or None in others.values():
            return None
        roots, rises = [], False
        for corner in product(*((known.lo, known.hi) for known in others.values() if known)):
            at = dict(zip(others, map(float, corner), strict=True))
            low, high = float(inside.lo), float(inside.hi)
            start, rises = (float(self.rule({**at, name: v})) > threshold for v in (low, high))
            if start == rises:
                return None
            if high == INF:
                high = max(1.0, 2 * low)
                while (float(self.rule({**at, name: high})) > threshold) == start:
                    high *= 2
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                same = (float(self.rule({**at, name: middle})) > threshold) == start
                low, high = (middle, high) if same else (low, middle)
            roots.append(high)
        return Interval(min(roots), max(roots)), rises

    def _corner(self, ends: Sequence[int]) -> tuple[float, bool]:
        """Return the value at a corner, and whether no admitted point reaches it."""
        at, inside, opens = Floats(), Floats(), False
        for end, (name, known) in zip(ends, self.inputs.items(), strict=True):
            lo, hi = float(known.lo), float(known.hi)  # type: ignore[union-attr]
            at[name], step = (hi, lo - hi) if end else (lo, hi - lo)
            excluded = known.hi_open if end else known.lo_open  # type: ignore[union-attr]
            inside[name] = at[name] + (1e-9 * step if excluded else 0)
            opens = opens or excluded
        value = float(self.rule(at))
        return value, opens and value != float(self.rule(inside))


def monotone(rule: Callable[..., float], unit: str, *arguments: Any) -> Monotone:
    """Return a function, monotone in each argument, of quantities or numbers."""
    parts = [part if isinstance(part, Quantity) else constant(part) for part in arguments]
    inputs = {name: known for part in parts for name, known in part.inputs.items()}
    units = {name: own for part in parts for name, own in part.units.items()}
    return Monotone(inputs, lambda v: rule(*(float(p.rule(v)) for p in parts)), unit, units=units)
