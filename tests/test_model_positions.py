"""Wherever a reader puts the sliders, the curve is right to a ten-thousandth of its range."""

from __future__ import annotations

import pytest
from model_tools import NAMES
from slider_positions import ALLOWED, deviations


@pytest.mark.parametrize("name", NAMES)
def test_the_curve_is_right_wherever_the_sliders_stand(name: str) -> None:
    """All sliders at once, at random; `python tests/slider_positions.py` tries more places."""
    for found in deviations(name, 24, seed=1):
        assert found.outcome == "finished", found
        assert found.size <= ALLOWED, found
