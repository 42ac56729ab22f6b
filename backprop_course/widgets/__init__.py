"""Widgets: pictures that answer to sliders, and stay pictures where nothing can be moved."""

from backprop_course.widgets.explorer import explore as explore

__all__ = ["explore"]
