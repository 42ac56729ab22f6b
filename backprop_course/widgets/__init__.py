"""Widgets: pictures that answer to keys and sliders, and stay pictures where nothing can be moved."""

from backprop_course.widgets.explorer import explore as explore
from backprop_course.widgets.step_through import StepThrough as StepThrough

__all__ = ["StepThrough", "explore"]
