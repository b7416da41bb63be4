import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.tracks import track


def spacing(row):
    """Median distance of the white lines along a row of pixels, px; 0 if there are fewer than three."""
    white = row.min(-1) > row.min(-1).max() * .82
    starts = np.nonzero(np.diff(white.astype(int)) == 1)[0]
    return np.median(np.diff(starts)) if len(starts) > 2 else 0


def test_lanes_narrow_with_the_distance():
    ratios = []
    for seed in range(12):
        scene = track(np.random.default_rng(seed), 400, ())
        line = scene.horizon * 400
        near, far = line + 150, line + 75
        if near < 399:
            wide, narrow = spacing(scene.image[int(near)].astype(int)), spacing(scene.image[int(far)].astype(int))
            if wide and narrow:
                ratios.append(wide / narrow)
    assert len(ratios) >= 4 and abs(np.median(ratios) - 2) < .1, 'half as far away, twice as wide'
