"""Training never dies of us: an exception in a measure ends that measure, says so once, and goes no
further.
"""

from __future__ import annotations

from typing import Any, Callable, TypeVar, cast

from .wire import text

Measure = TypeVar("Measure", bound=Callable[..., Any])

disabled: set[str] = set()
out_of_sight: Callable[[Any], Any] | None = None
"""`torch._dynamo`'s switch for evaluating frames, once it is imported: a measure runs with it off."""


def guarded(measure: str) -> Callable[[Measure], Measure]:
    """The function returns None instead of raising, and after its measure was disabled does nothing."""

    def decorate(function: Measure) -> Measure:
        def run(*args: Any) -> Any:
            if measure in disabled:
                return None
            switch = out_of_sight
            before = None if switch is None else switch(None)
            try:
                return function(*args)
            except Exception as error:
                disable(measure, error)
                return None
            finally:
                if switch is not None and before is not None:
                    switch(before)

        return cast(Measure, run)

    return decorate


def disable(measure: str, error: Exception) -> None:
    """Ends a measure for this process and tells the engine why."""
    if measure in disabled:
        return
    disabled.add(measure)
    from .session import session

    reason = f"{type(error).__name__}: {error}"[:300]
    message = text("The measure {0} failed and is off for this run: {1}", measure, reason)
    session.notice("warning", "measure-disabled", message)
