"""The plot of reports, which needs matplotlib."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stridetale.evals.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SECOND, _GOAL = "#24476b", "#9db8d2", "#b3541e"
_STYLE: Any = {  # its type lists every name that matplotlib knows
    "font.size": 9.0, "axes.spines.top": False, "axes.spines.right": False,
    "svg.fonttype": "none", "svg.hashsalt": "stridetale",
}  # fmt: skip


def plot(reports: Sequence[Report], file: Path) -> None:
    """Draw shares and seconds of each writer into an SVG file.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        height = 1.4 + 0.5 * len(reports)
        figure = Figure(figsize=(10, 2 * height), layout="constrained")
        [[first, good], [titles, seconds]] = figure.subplots(2, 2)
        _bars(first, "accepted at the first draft, %", 70, _percents(reports, "at_first"))
        _bars(good, "written by the model, %", 97, _percents(reports, "within_budget"))
        _bars(
            titles, "distinct titles, %", 90,
            {one.writer: 100 * one.language.distinct_titles for one in reports},
        )  # fmt: skip
        _seconds(seconds, reports)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _percents(reports: Sequence[Report], name: str) -> Mapping[str, float | None]:
    shares = {one.writer: getattr(one.acceptance, name) for one in reports}
    return {who: None if part is None else 100 * part for who, part in shares.items()}


def _bars(axes: "Axes", title: str, goal: float, values: Mapping[str, float | None]) -> None:
    """A bar for each writer of whom there is a value, and a line at the goal."""
    bars = axes.barh(list(values), [value or 0.0 for value in values.values()], color=_INK)
    said = ["" if value is None else f"{value:.0f}" for value in values.values()]
    axes.bar_label(bars, labels=said, padding=3)
    axes.axvline(goal, color=_GOAL, linestyle=":", linewidth=1.2)
    axes.set(title=title, xlim=(0, 112))
    axes.invert_yaxis()


def _seconds(axes: "Axes", reports: Sequence[Report]) -> None:
    names = [one.writer for one in reports]
    bars = axes.barh(names, [one.timing.story.p95 for one in reports], color=_SECOND, label="95%")
    axes.barh(names, [one.timing.story.p50 for one in reports], color=_INK, label="50%")
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.axvline(4, color=_GOAL, linestyle=":", linewidth=1.2)
    axes.margins(x=0.15)
    axes.set(title="seconds a story", xlim=(0, None))
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    axes.invert_yaxis()
