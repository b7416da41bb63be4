"""JSON files of boxes and keypoints, the shipped one among them."""
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.apis.inputs import check_boxes, check_keypoints
from ajahr_mm.apis.people_files import read_people
from ajahr_mm.io.errors import UserError

DEMO = Path(__file__).parents[2] / 'demo' / 'astronaut.json'


def test_the_astronaut_fits_her_photograph():
    boxes = check_boxes(read_people(DEMO, 'boxes')['astronaut.png'], (512, 512, 3), 'astronaut')
    points = check_keypoints(read_people(DEMO, 'keypoints')['astronaut.png'], len(boxes), 'astronaut')[0]
    seen = points[:, 2] > 0
    low, high = boxes[0, :2], boxes[0, 2:]
    assert ((points[seen, :2] >= low) & (points[seen, :2] <= high)).all()
    assert not points[~seen].any()
    assert points[5, 0] > points[6, 0], 'she faces us: her left shoulder is on the right of the picture'
    assert np.flatnonzero(seen).tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 10]


@pytest.mark.parametrize('text, words', [
    ('{"people": {"a.png": {"boxes": []', 'not valid JSON'),
    ('[1, 2]', 'must hold'),
    ('{"people": [1]}', 'must hold'),
    ('{"people": {"a.png": {"keypoints": []}}}', 'has no boxes'),
])
def test_other_files_are_refused(tmp_path, text, words):
    (tmp_path / 'a.json').write_text(text)
    with pytest.raises(UserError, match=words):
        read_people(tmp_path / 'a.json', 'boxes')
