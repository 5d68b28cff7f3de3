"""Where the time of a step goes: data, forward, backward, optimizer. Wall clock of the training thread,
seconds.

On an accelerator these are the times in which work was handed over, not those in which it was done.
Validation, pauses, and what a script has the model do without gradients before it trains on (a rollout, a
text that is written, an accuracy that is counted) are no part of a step.
"""

from __future__ import annotations

import time

from .sampling import pace
from .steps import steps

clock = time.perf_counter


class Timing:
    """Adds up the parts of the step that is being gathered."""

    def __init__(self) -> None:
        self.step_end: float | None = None
        self.mark: float | None = None
        """Since when the training thread may be in the forward pass."""
        self.usual: float | None = None
        """Forward pass of the last step that began with it."""
        self._clear()

    def _clear(self) -> None:
        self.data = self.forward = self.backward = self.optimizer = self.closure = self.apart = 0.0
        self.validation: tuple[float, float] | None = None
        self.inferring: float | None = None

    def inferred(self, start: float) -> None:
        """The model runs without gradients, and has not run otherwise in this step."""
        self.inferring = start

    def fetched(self, start: float, end: float) -> None:
        """A training batch was waited for."""
        self._end_inference(start)
        self.end_validation()
        self.data += end - start
        self.mark = end

    def went_back(self, start: float, end: float) -> None:
        """A backward pass ran; what was before it since the last mark was the forward pass."""
        if self.inferring is None and self.mark is not None:
            self.usual = start - self.mark
        elif self.usual is not None:
            self._end_inference(start - self.usual)
        self.end_validation()
        if self.mark is not None:
            self.forward += max(0.0, start - self.mark)
        self.backward += end - start
        self.mark = end

    def validated(self, start: float, end: float) -> None:
        """Something of a validation pass happened."""
        self.validation = (self.validation[0] if self.validation else start, end)

    def end_validation(self) -> None:
        if self.validation is not None:
            start, end = self.validation
            self.apart += end - start
            self.mark = end
            self.validation = None

    def _end_inference(self, end: float) -> None:
        """Validation that was seen meanwhile is part of it."""
        start, self.inferring = self.inferring, None
        if start is not None and end > start:
            self.validation = (start, max(end, self.validation[1] if self.validation else end))

    def finish(self, optimizer_start: float, now: float) -> None:
        """Ends a step: writes its times and begins the next."""
        self.end_validation()
        self.optimizer = max(0.0, now - optimizer_start - self.closure)
        if self.step_end is not None:
            whole = max(0.0, now - self.step_end - self.apart)
            scalars = steps.now.scalars
            scalars["time/data"] = self.data
            scalars["time/forward"] = self.forward
            scalars["time/backward"] = self.backward
            scalars["time/optimizer"] = self.optimizer
            scalars["time/step"] = whole
            pace.add(whole)
        self.step_end = self.mark = now
        self._clear()

    def parts(self) -> dict[str, float]:
        """What the step in progress took so far."""
        return {"time/data": self.data, "time/forward": self.forward, "time/backward": self.backward}

    def held(self, seconds: float) -> None:
        """The training thread was held, or answered a request."""
        self.apart += seconds
        if self.mark is not None:
            self.mark += seconds


timing = Timing()
