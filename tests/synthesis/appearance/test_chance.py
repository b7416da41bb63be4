import numpy as np

from ajahr_mm.synthesis.appearance.chance import pick


def test_names_are_drawn_by_their_shares_in_any_unit():
    rng = np.random.default_rng(0)
    drawn = [pick(rng, dict(often=60, seldom=20, never=0, rarely=20)) for _ in range(3000)]
    assert 'never' not in drawn
    for name, share in dict(often=.6, seldom=.2, rarely=.2).items():
        assert abs(drawn.count(name) / 3000 - share) < .03
    assert pick(rng, dict(only=1e-9)) == 'only'
