import numpy as np
import pytest

from ajahr_mm.synthesis.lighting.floor import FloorMap


def floor(pitch=20., height=1.5, focal=300., flattest=10., size=256, grid=64):
    """A camera ``height`` m above the floor that looks down by ``pitch`` degrees, and a person 4 m away."""
    up = np.array([0, -np.cos(np.deg2rad(pitch)), -np.sin(np.deg2rad(pitch))])
    ahead = np.array([0, -up[2], up[1]]) * -1                 # level, away from the camera
    foot = -height * up + 4 * ahead
    return FloorMap(foot, up, flattest, focal, size, grid), foot, up, ahead


def test_points_of_the_floor_come_to_the_cells_where_the_camera_sees_them():
    maps, foot, up, ahead = floor()
    points = np.stack([foot, foot + .5 * ahead, foot + np.array([.7, 0, 0]), foot - .4 * ahead - np.array([.3, 0, 0])], 1)
    pixels = points[:2] / points[2] * 300 + 128
    row, column = np.divmod(maps.cells(points.astype(np.float32)), 66)
    np.testing.assert_array_equal(np.stack([column - 1, row - 1]), np.floor(pixels / 4))


def test_what_is_behind_the_camera_or_out_of_the_picture_is_cut_off():
    maps, foot, up, ahead = floor()
    beyond = np.stack([foot - 6 * ahead, foot + np.array([9, 0, 0])], 1).astype(np.float32)
    assert not maps.silhouette(maps.cells(beyond), 0.).any()
    assert maps.silhouette(maps.cells(foot[:, None].astype(np.float32)), 0.).sum() == 255


@pytest.mark.parametrize('pitch', [12., 30.])
def test_the_horizon_is_where_lines_of_sight_run_level(pitch):
    maps, _, up, _ = floor(pitch)
    y, x = np.mgrid[:64, :64]
    rays = np.stack([(x - 32) * 4 / 300, (y - 32) * 4 / 300, np.ones((64, 64))], -1)
    np.testing.assert_array_equal(maps.in_sight(), rays @ up < 0)


def test_a_floor_seen_from_its_edge_is_turned_towards_the_camera_about_the_foot():
    """As by the crop camera, forty metres away."""
    for pitch in (0., -8.):
        up = np.array([0, -np.cos(np.deg2rad(pitch)), -np.sin(np.deg2rad(pitch))])
        foot = np.array([.2, .9, 40])
        maps = FloorMap(foot, up, 15., 5000., 256, 64)
        ahead = np.cross(np.cross(up, [0, 0, 1]), up)
        ahead *= np.sign(ahead[2]) / np.linalg.norm(ahead)
        row, column = np.divmod(maps.cells(np.stack([foot, foot + ahead, foot + [.5, 0, 0]], 1).astype(np.float32)), 66)
        assert abs(column[0] - 1 - (25 + 128) // 4) <= 1 and abs(row[0] - 1 - (112.5 + 128) // 4) <= 1
        rise = (row[0] - row[1]) * 4 / 125                    # metres at the foot's distance
        assert abs(rise - np.sin(np.deg2rad(15))) < .06 and abs(row[2] - row[0]) <= 1


def test_silhouettes_are_closed_and_softened():
    maps = floor()[0]
    row, column = np.mgrid[20:40:2, 20:40:2] + 1
    sharp, soft, wide = (maps.silhouette((row * 66 + column).ravel(), blur) for blur in (0., 2., 8.))
    assert (sharp[21:37, 21:37] == 255).all() and sharp.sum() <= 255 * 19 ** 2
    for blurred in (soft, wide):
        assert abs(blurred.sum() / sharp.sum() - 1) < .1
    assert soft[30, 30] > 240 > wide[30, 30] and soft[30, 15] < wide[30, 15]
