"""What all inpainters share."""
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.removal.inpainter import Inpainter


class Blue(Inpainter):
    def fill(self, image, mask):
        return np.full_like(image, 7) + np.uint8([0, 0, 200])


def test_only_the_hole_changes(scene):
    image, disc, _ = scene
    before = image.copy()
    cleaned = Blue()(image, disc)
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(cleaned[~disc], image[~disc])
    assert (cleaned[disc] == [7, 7, 207]).all() and cleaned.dtype == np.uint8


def test_no_hole_is_a_copy_and_nothing_but_hole_is_refused(scene):
    image, disc, _ = scene
    copy = Blue()(image, np.zeros_like(disc))
    np.testing.assert_array_equal(copy, image)
    assert copy is not image
    with pytest.raises(UserError, match='covers the whole picture'):
        Blue()(image, np.ones_like(disc))
