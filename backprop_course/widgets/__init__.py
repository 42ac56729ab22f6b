"""Widgets: pictures that answer to keys and sliders, and stay pictures where nothing can be moved; cells that go on."""

from backprop_course.widgets.explorer import explore as explore
from backprop_course.widgets.step_through import StepThrough as StepThrough
from backprop_course.widgets.uses import shaped as shaped
from backprop_course.widgets.uses import uses as uses

__all__ = ["StepThrough", "explore", "shaped", "uses"]
