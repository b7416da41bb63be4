import numpy as np

from ajahr_mm.synthesis.appearance.texture_maps import MASKS, bake


def test_texels_under_the_corners_of_the_layout_lie_at_their_vertices(surface, canvas):
    """Read back at a corner's texture coordinates, the map of positions gives the corner."""
    size = canvas.points.shape[0]
    corner = surface.uv_faces.reshape(-1)
    vertex = surface.faces.reshape(-1)
    column, row = np.clip(np.round(surface.uv[corner] * size - .5).astype(int), 0, size - 1).T
    away = np.linalg.norm(canvas.points.position[row, column] - surface.rest[vertex], axis=1)
    assert np.median(away) < .004 and np.percentile(away, 98) < .02


def test_every_texel_has_a_place_on_the_body(surface, canvas):
    points = canvas.points
    assert np.isfinite(points.position).all() and np.isfinite(points.normal).all()
    np.testing.assert_allclose(np.linalg.norm(points.normal[canvas.painted], axis=-1), 1, atol=1e-3)
    assert .4 < canvas.painted.mean() < .9
    assert ((points.openness >= 0) & (points.openness <= 1)).all()


def test_masks_lie_where_they_are_named_after(canvas):
    points, figure = canvas.points, canvas.figure
    lips = points.position[points.field('lips') > .5]
    assert abs(lips[:, 1].mean() - figure.mouth) < .006 and abs(lips[:, 0]).max() < .03
    nails = points.field('fingernails') > .5
    assert nails.any() and points.arm[nails].min() > 2.4 and points.leg[points.field('toenails') > .5].min() > 2.6
    ears = abs(points.x[points.field('ears') > .5])
    assert abs(ears.mean() - figure.ear[0]) < .012


def test_asset_of_masks_is_small_and_holds_nothing_but_bytes():
    assert MASKS.stat().st_size < 30_000
    with np.load(MASKS, allow_pickle=False) as archive:
        assert sorted(archive.files) == ['aureolae', 'ears', 'fingernails', 'lids', 'lips', 'toenails']
        assert all(archive[name].dtype == np.uint8 and archive[name].shape == (1024, 1024) for name in archive.files)


def test_another_layout_has_no_masks(surface):
    from dataclasses import replace
    other = replace(surface, uv=np.concatenate([surface.uv, [[.5, .5]]]).astype(np.float32))
    assert bake(other, 64).texels.fields == {}
