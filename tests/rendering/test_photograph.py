"""Bodies over photographs: crop, weak camera and full camera put a marker on the same pixel, to a fraction of one.

Pixels are counted as boxes, crops and keypoints count them: their centres are whole numbers.
"""
import numpy as np
import pytest
import torch

from ajahr_mm.datasets.transforms.crop import cut
from ajahr_mm.geometry.boxes import apply_affine, crop_affine
from ajahr_mm.geometry.cameras import crop_to_full
from ajahr_mm.rendering import Camera, Mesh, make_renderer
from ajahr_mm.visualization.overlay import MARGIN, BodyPainter

OCTAHEDRON = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
FACES = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
#: Ends of a person, metres, in the plane of the root: there the crop's camera and the photograph's agree exactly.
PLACES = np.array([[0, -.8, 0], [.6, -.3, 0], [-.5, .1, 0], [.2, .75, 0]])
WEAK = np.array([.9, .04, -.07])
#: Box centre and side, picture (H, W): large and small boxes, in the corner, in portrait and landscape.
PHOTOS = [((1130.3, 640.8), 1210., (1280, 2100)), ((161.6, 333.1), 143., (480, 360)), ((400.2, 151.7), 256., (300, 640))]


def markers(radius):
    """Octahedra (4 * 6, 3) around the places, and their mesh."""
    points = (PLACES[:, None] + radius * OCTAHEDRON).reshape(-1, 3)
    return points, Mesh(np.concatenate([FACES + 6 * i for i in range(len(PLACES))]),
                        face_instance=np.repeat(np.arange(len(PLACES)), len(FACES)))


def full_camera(center, side, shape):
    """Translation (3,), K of the photograph, and where the places are on it by the pinhole's formula in float64."""
    translation, focal = crop_to_full(torch.tensor(WEAK[None]), torch.tensor([center], dtype=torch.float64),
                                      torch.tensor([side], dtype=torch.float64), shape)
    x, y, z = (PLACES + translation[0].numpy()).T
    height, width = shape
    spots = np.stack([width / 2 + focal * x / z, height / 2 + focal * y / z], 1)
    return translation[0].numpy(), [focal, focal, width / 2, height / 2], spots


def centre(weight, near, reach):
    """Centre of gravity (2,) of a picture (H,W) within ``reach`` px of ``near``, pixel centres being whole numbers."""
    low = np.maximum(np.floor(near - reach), 0).astype(int)
    high = np.ceil(near + reach).astype(int) + 1
    part = weight[low[1]:high[1], low[0]:high[0]].astype(float)
    assert part.sum() > 0, 'no marker here'
    y, x = np.mgrid[:part.shape[0], :part.shape[1]]
    return low + np.array([(x * part).sum(), (y * part).sum()]) / part.sum()


@pytest.mark.parametrize('center, side, shape', PHOTOS)
def test_markers_lie_where_the_full_camera_projects_them(backend, center, side, shape):
    points, mesh = markers(radius=.05)
    translation, K, spots = full_camera(center, side, shape)
    with make_renderer(mesh, backend, samples=4) as renderer:
        alpha = renderer.render(np.float32(points + translation), Camera.from_opencv(K, shape), want={'rgb'}).alpha[0]
    for spot in spots:
        assert np.linalg.norm(centre(alpha, spot, side * .05) - spot) < .25


@pytest.mark.parametrize('center, side, shape', PHOTOS)
def test_the_crop_of_the_photograph_shows_them_where_the_weak_camera_does(backend, center, side, shape):
    """A photograph with markers is cropped as for the network; the crop's own camera draws them onto the same pixels."""
    points, mesh = markers(radius=.05)
    translation, K, spots = full_camera(center, side, shape)
    camera, weak_translation = Camera.from_weak(WEAK[None], 5000., 256)
    affine = crop_affine(center, side, 256)
    with make_renderer(mesh, backend, samples=4) as renderer:
        photo = renderer.render(np.float32(points + translation), Camera.from_opencv(K, shape), want={'rgb'}).alpha[0]
        alpha = renderer.render(np.float32(points) + weak_translation.numpy(), camera, want={'rgb'}).alpha[0]
    crop = cut(photo, affine, 256)
    for spot in apply_affine(spots, affine):
        shown, drawn = centre(crop, spot, 14), centre(alpha, spot, 14)
        assert np.linalg.norm(drawn - spot) < .25
        assert np.linalg.norm(drawn - shown) < .5, 'on the crop'
        assert np.linalg.norm((drawn - shown) * side / 256) < .5, 'in pixels of the photograph'


@pytest.mark.parametrize('center, side, shape', PHOTOS)
def test_the_panel_for_people_shows_photograph_and_body_in_one_place(center, side, shape):
    points, mesh = markers(radius=.04)
    translation, K, spots = full_camera(center, side, shape)
    y, x = np.mgrid[:shape[0], :shape[1]]
    glow = sum(np.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * (side / 100) ** 2)) for u, v in spots)
    photo = np.repeat(np.uint8(np.round(255 * glow.clip(0, 1)))[..., None], 3, -1)
    painter = BodyPainter(mesh.faces, renderer='torch', panel=448)
    result = dict(vertices=points + translation, crop_center=center, crop_size=side, limb_extent=np.full(4, 3.), limbs=None,
                  camera=dict(focal=K[0], principal_point=K[2:], translation=translation), amputation='collapse',
                  intact_joints_3d=np.tile(translation, (24, 1)))
    shown = painter.person(photo, result)[:448, :448].mean(-1)
    drawn = painter.person(np.zeros_like(photo), result)[:448, 448:896].mean(-1) > 50
    for spot in apply_affine(spots, crop_affine(center, side * MARGIN, 448)):
        assert np.linalg.norm(centre(shown, spot, 18) - centre(drawn, spot, 18)) < .5
