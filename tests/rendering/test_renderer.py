"""The contract every backend keeps, against ray casting in float64 and against plain reasoning."""
import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering import Camera, Light, Mesh, Renderer, make_renderer

#: Off the centre, and fx != fy: whoever confuses an axis or a sign fails.
K = [150, 130, 50, 36]
SIZE = (88, 80)


@pytest.mark.parametrize('pose', [0, 1, 2])
def test_depth_and_ids_are_those_of_a_ray_caster(man, ray_caster, backend, pose):
    body = man(pose)
    frame = make_renderer(Mesh(body.faces), backend).render(body.vertices, Camera(K, SIZE))
    depth, face = ray_caster(body.vertices, body.faces, K, SIZE)
    both = frame.mask[0] & (face >= 0)
    assert both.sum() > 800
    assert (frame.mask[0] != (face >= 0)).sum() <= 2
    assert (frame.face[0] == face)[both].mean() >= .998
    assert np.percentile(np.abs(frame.depth[0] - depth)[both], 99) <= 5e-5
    assert np.percentile(np.abs(frame.depth[0] - depth)[both], 100) <= .3


def test_depth_is_the_near_side_and_normals_look_at_the_camera(man, backend):
    body = man(0)
    frame = make_renderer(Mesh(body.faces), backend).render(body.vertices, Camera(K, SIZE))
    corners = body.vertices[body.faces[frame.face[frame.mask]], 2]
    assert (frame.depth[frame.mask] >= corners.min(1) - 1e-5).all()
    assert (frame.depth[frame.mask] <= corners.max(1) + 1e-5).all()
    assert frame.depth[frame.mask].min() - body.vertices[:, 2].min() < .01
    np.testing.assert_allclose(np.linalg.norm(frame.normal[frame.mask], axis=-1), 1, atol=1e-5)
    assert (frame.normal[frame.mask][:, 2] < 0).mean() > .95
    assert (frame.normal[~frame.mask] == 0).all() and (frame.depth[~frame.mask] == 0).all()


def test_inside_out_mesh_shows_its_far_side(man, ray_caster, backend):
    body = man(0)
    render = [make_renderer(Mesh(faces), backend).render(body.vertices, Camera(K, SIZE), want={'depth', 'face'})
              for faces in (body.faces, body.faces[:, ::-1])]
    common = render[0].mask & render[1].mask
    gap = (render[1].depth - render[0].depth)[common]
    assert gap.min() > -1e-5 and gap.mean() > .05


@pytest.mark.parametrize('samples', [1, 2, 3])
def test_ids_at_a_sample_are_those_of_a_picture_moved_there(man, texture, backend, samples):
    body = man(1)
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=texture)
    offset = {1: 0, 2: .25, 3: 0}[samples]
    render = [make_renderer(mesh, backend, samples=samples, ids_at=place).render for place in ('sample', 'center')]
    frame = render[0](body.vertices, Camera(K, SIZE))
    moved = render[1](body.vertices, Camera([*K[:2], K[2] - offset, K[3] - offset], SIZE))
    assert frame.mask.sum() > 800 and (frame.mask != moved.mask).sum() <= 2
    same = frame.mask & (frame.face == moved.face)
    assert same.sum() >= .998 * frame.mask.sum()
    np.testing.assert_allclose(frame.depth[same], moved.depth[same], atol=5e-5)
    # Where it is seen edge-on the normal of a face changes quickly, and the rounding of its corners shows.
    assert np.percentile(np.abs(frame.normal[same] - moved.normal[same]), 99) < 1e-3
    at_center = render[1](body.vertices, Camera(K, SIZE))
    for name in ('rgb', 'alpha'):
        np.testing.assert_array_equal(getattr(frame, name), getattr(at_center, name))
    if offset:
        assert (frame.face != at_center.face).sum() > 50
    alone = render[0](body.vertices, Camera(K, SIZE), want={'face'})
    np.testing.assert_array_equal(alone.face, frame.face)


def test_weak_camera_far_away_keeps_depth_and_ids(man, ray_caster, backend):
    body = man(1)
    centred = body.vertices - [0, 0, 3]
    camera, translation = Camera.from_weak(torch.tensor([[.9, .1, 0]]), 5000., 96)
    vertices = (centred + translation.numpy()).astype(np.float32)
    assert vertices[:, 2].min() > 100
    frame = make_renderer(Mesh(body.faces), backend).render(vertices, camera, want={'face', 'depth'})
    depth, face = ray_caster(vertices, body.faces, camera.K[0], (96, 96))
    both = frame.mask[0] & (face >= 0)
    assert both.sum() > 500 and (frame.mask[0] != (face >= 0)).sum() <= 2
    assert (frame.face[0] == face)[both].mean() >= .99
    assert np.percentile(np.abs(frame.depth[0] - depth)[both], 99) <= 5e-4


def test_body_behind_the_camera_gives_an_empty_frame(man, backend):
    body = man(0)
    frame = make_renderer(Mesh(body.faces), backend).render(body.vertices * [1, 1, -1], Camera(K, SIZE))
    assert not frame.mask.any() and not frame.alpha.any() and not frame.rgb.any() and not frame.depth.any()


def test_faces_that_cross_the_near_plane_are_dropped_and_the_rest_stays(man, ray_caster, backend):
    body = man(0)
    vertices = body.vertices - np.float32([0, 0, 3])  # the camera stands inside the man
    frame = make_renderer(Mesh(body.faces), backend, two_sided=True).render(vertices, Camera([60, 60, 40, 44], SIZE))
    behind = (vertices[body.faces][..., 2] <= .01).any(1)
    _, face = ray_caster(vertices, body.faces[~behind], [60, 60, 40, 44], SIZE)
    assert not behind[frame.face[frame.mask]].any()
    assert frame.mask.any() and (frame.mask[0] != (face >= 0)).mean() < .002


@pytest.mark.parametrize('tilt', [3, 5, 7, 11])
def test_neighbours_leave_no_gap(backend, tilt):
    """Edges that run within a rounding error of pixel centres belong to both faces or to one, never to none."""
    slopes = np.arange(-9, 10) / tilt
    far = np.stack([np.full(19, 40.), 40 * slopes], 1)
    ring = np.concatenate([far, -far]) + [20.5, 20.5]
    K = [37.3, 41.7, 11.1, 13.3]
    plane = (np.concatenate([[[20.5, 20.5]], ring]) - K[2:]) / K[:2] * 1.7
    vertices = np.float32(np.concatenate([plane, np.full((len(plane), 1), 1.7)], 1))
    faces = [[0, a + 1, a] for start in (1, 20) for a in range(start, start + 18)]
    frame = make_renderer(Mesh(faces), backend, samples=4, two_sided=True).render(vertices, Camera(K, (41, 41)))
    y, x = np.mgrid[:41, :41] - 20
    inside = np.abs(y) <= np.abs(x) * (9 / tilt) - 3
    assert inside.sum() > 200
    assert frame.mask[0][inside].all() and (frame.alpha[0][inside] == 255).all()


def test_of_faces_at_one_depth_the_lower_id_is_in_front(backend):
    square = np.float32([[-1, -1, 2], [1, -1, 2], [1, 1, 2], [-1, 1, 2]])
    for faces in ([[0, 2, 1], [0, 3, 2], [0, 2, 1]], [[0, 2, 1]] * 3):
        face = make_renderer(Mesh(faces), backend).render(square, Camera([20, 20, 4, 4], (8, 8)), want={'face'}).face
        assert face.max() == (1 if faces[1] != faces[0] else 0)


def test_sheet_whose_normals_cancel_looks_at_the_camera(backend):
    sheet = np.float32([[-1, -1, 2], [1, -1, 2], [1, 1, 2]])
    frame = make_renderer(Mesh([[0, 1, 2], [0, 2, 1]]), backend).render(sheet, Camera([20, 20, 4, 4], (8, 8)))
    assert frame.mask.sum() > 20
    rays = np.stack([np.mgrid[:8, :8][1] - 3.5, np.mgrid[:8, :8][0] - 3.5, np.full((8, 8), 20)], -1)
    rays /= -np.linalg.norm(rays, axis=-1, keepdims=True)
    np.testing.assert_allclose(frame.normal[0][frame.mask[0]], rays[frame.mask[0]], atol=1e-5)
    assert frame.rgb[frame.alpha == 255].min() > 0.4 * .75 * 255


def test_body_partly_outside_equals_the_cut_of_a_larger_picture(man, backend):
    body = man(2)
    renderer = make_renderer(Mesh(body.faces), backend)
    whole = renderer.render(body.vertices, Camera([150, 130, 70, 80], (160, 140)))
    cut = renderer.render(body.vertices, Camera([150, 130, 70 - 64, 80 - 64], (50, 40)))
    assert cut.mask[0, 0].any() or cut.mask[0, :, 0].any()
    np.testing.assert_array_equal(cut.mask[0], whole.mask[0, 64:114, 64:104])
    np.testing.assert_allclose(cut.depth[0], whole.depth[0, 64:114, 64:104], atol=2e-5)


def test_collapsed_limbs_break_nothing(man, backend):
    body = man(0)
    camera, renderer = Camera(K, SIZE), make_renderer(Mesh(body.faces), backend)
    gone = np.unique(body.faces[np.isin(body.part, (2, 3))])
    vertices = body.vertices.copy()
    vertices[gone] = vertices[gone].mean(0)  # a whole arm in one point
    frame = renderer.render(vertices, camera)
    alone = renderer.render(body.vertices, camera, face_mask=~np.isin(body.part, (2, 3)))
    for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
        assert np.isfinite(getattr(frame, name)).all()
        np.testing.assert_array_equal(getattr(frame, name), getattr(alone, name))
    line = body.vertices.copy()
    line[gone] = line[gone] * [1, 0, 0] + [0, 0, 2.9]  # flat as a line: faces without area
    assert np.isfinite(renderer.render(line, camera).normal).all()
    vertices[:] = vertices[0]
    assert not renderer.render(vertices, camera).mask.any()


def test_two_runs_and_two_batch_places_are_equal(man, texture, backend):
    body = man(1)
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=texture)
    runs = [make_renderer(mesh, backend).render(np.stack([man(0).vertices, body.vertices]), Camera(K, SIZE))
            for _ in range(2)]
    alone = make_renderer(mesh, backend).render(body.vertices, Camera(K, SIZE))
    for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
        np.testing.assert_array_equal(getattr(runs[0], name), getattr(runs[1], name))
        np.testing.assert_array_equal(getattr(runs[0], name)[1], getattr(alone, name)[0])


def test_people_in_one_scene_hide_each_other(man, backend):
    body = man(0)
    near, far = body.vertices, body.vertices + np.float32([.05, 0, 1])
    frame = make_renderer(Mesh(body.faces, face_part=body.part).repeat(2), backend).render(
        np.concatenate([far, near]), Camera(K, SIZE))
    alone = make_renderer(Mesh(body.faces), backend).render(near, Camera(K, SIZE))
    assert (frame.instance[alone.mask] == 1).mean() > .95
    assert (frame.instance == 0).any() and frame.part.max() == 9


def test_vertex_colours_arrive_where_their_part_is(man, backend):
    body = man(0)
    paint = np.zeros((len(body.vertices), 3), np.uint8)
    paint[np.unique(body.faces[body.part == 0])] = [255, 0, 0]
    frame = make_renderer(Mesh(body.faces, vertex_color=paint, face_part=body.part), backend, samples=1).render(
        body.vertices, Camera(K, SIZE))
    trunk = frame.part == 0
    assert trunk.sum() > 100 and (frame.rgb[trunk][:, 0] >= 102).all()  # 0.4 of ambient light at the least
    assert (frame.rgb[~trunk] == 0).all() and (frame.rgb[..., 1:] == 0).all()
    blue = make_renderer(frame.mesh, backend).render(body.vertices, Camera(K, SIZE),
                                                     vertex_color=np.float32([[0, 0, 1]] * len(paint)))
    assert (blue.rgb[..., :2] == 0).all() and blue.rgb[..., 2].any()


def test_texture_is_perspective_correct(backend):
    # A floor that runs away from 1 m to 9 m, painted with v: in perspective, depth tells v.
    floor = np.float32([[-1, .5, 1], [1, .5, 1], [1, .5, 9], [-1, .5, 9]])
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 3, 2)
    mesh = Mesh([[0, 1, 2], [0, 2, 3]], uv=[[0, 0], [1, 0], [1, 1], [0, 1]], texture=ramp)
    frame = make_renderer(mesh, backend, samples=1, two_sided=True).render(
        floor, Camera([40, 40, 32, 10], (64, 64)), Light(ambient=[1] * 3, diffuse=[0] * 3))
    expected = (frame.depth - 1) / 8 * 256 - .5
    assert frame.mask.sum() > 500
    # OpenGL shrinks the texture by mipmaps, which mix in the edge of the texture where it is far away.
    check = frame.mask & (frame.depth < 6) if backend == 'gl' else frame.mask
    assert np.abs(frame.rgb[..., 0] - expected.clip(0, 255))[check].max() <= 1


def test_output_is_of_the_kind_of_the_vertices_and_only_what_was_wanted(man, backend):
    body = man(0)
    renderer = make_renderer(Mesh(body.faces), backend)
    frame = renderer.render(torch.from_numpy(body.vertices)[None].requires_grad_(), Camera(K, SIZE), want={'rgb'})
    assert frame.rgb.dtype == frame.alpha.dtype == torch.uint8 and frame.rgb.shape == (1, *SIZE, 3)
    assert frame.depth is None and frame.face is None and frame.normal is None
    frame = renderer.render(body.vertices, Camera(K, SIZE), want={'face'})
    assert frame.face.dtype == np.int32 and frame.rgb is None and frame.depth is None


def test_auto_takes_warp_if_it_is_there_and_torch_if_not(monkeypatch):
    pytest.importorskip('warp')
    assert make_renderer(Mesh([[0, 1, 2]])).name == 'warp'
    monkeypatch.setattr('ajahr_mm.rendering.renderer.find_spec', lambda name: None)
    assert make_renderer(Mesh([[0, 1, 2]])).name == 'torch'


def test_a_third_party_renderer_is_found_by_its_type():
    @RENDERERS.register_module(name='BlankRenderer', force=True)
    class BlankRenderer(Renderer):
        def draw(self, scene, want):
            return {'face': torch.full((len(scene.vertices), *scene.size), -1)}
    blank = make_renderer(Mesh([[0, 1, 2]]), 'BlankRenderer')
    assert not blank.render(np.ones((3, 3)), Camera(K, SIZE), want={'face'}).mask.any()


@pytest.mark.parametrize('make, call, said', [
    (dict(name='metal'), {}, 'unknown renderer'),
    (dict(samples=0), {}, 'samples must be 1 to 8'),
    (dict(ids_at='corner'), {}, "ids_at must be 'center' or 'sample', got 'corner'"),
    ({}, dict(vertices=np.zeros((2, 3))), '2 vertices are too few'),
    ({}, dict(vertices=np.zeros((3, 4))), 'vertices has shape'),
    ({}, dict(want={'shadow'}), 'want must name some of'),
    ({}, dict(want=()), 'want must name some of'),
    ({}, dict(camera=Camera([K, K], SIZE)), 'Camera.K has a batch of 2'),
    ({}, dict(vertex_color=np.full((3, 3), 200.)), 'vertex_color must be uint8'),
    ({}, dict(vertex_color=np.zeros((4, 3))), 'vertex_color has shape'),
    ({}, dict(texture=np.zeros((4, 4, 3), np.uint8)), 'needs Mesh.uv'),
    ({}, dict(vertices=np.zeros((0, 3, 3))), 'batch of 0'),
    ({}, dict(vertices=[[[0, 0, 1]] * 3, [[0, 0, 1], [0, np.nan, 1], [np.inf, 0, 1]]]),
     'vertices holds 2 points that are not finite, the first is vertex 1 of picture 1'),
    (dict(device='cuda:99'), {}, "device 'cuda:99' cannot be used here"),
    (dict(device='abacus'), {}, "device 'abacus' cannot be used here"),
    ({}, dict(face_mask=[True, False]), 'face_mask has shape'),
])
def test_refusals(make, call, said):
    with pytest.raises(UserError, match=said) as refusal:
        renderer = make_renderer(Mesh([[0, 1, 2]]), **{'name': 'torch', **make})
        renderer.render(**{'vertices': np.zeros((3, 3)), 'camera': Camera(K, SIZE), **call})
    assert '\n' not in str(refusal.value)


@pytest.mark.parametrize('texture, said', [(np.ones((4, 4, 3)), 'must be uint8 RGB, got float64'),
                                           (np.zeros((0, 4, 3), np.uint8), 'has no pixels')])
def test_textures_that_would_be_drawn_black_are_refused(texture, said):
    uv = dict(uv=np.zeros((3, 2)))
    with pytest.raises(UserError, match=said):
        make_renderer(Mesh([[0, 1, 2]], texture=texture, **uv), 'torch')
    with pytest.raises(UserError, match=said):
        make_renderer(Mesh([[0, 1, 2]], **uv), 'torch').render(np.ones((3, 3)), Camera(K, SIZE), texture=texture)
