"""A man of capsules, an independent ray caster, and both backends, for every test of this room."""
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import pytest

#: Ends (metres, body space, y up) and radius of each capsule; the arms and legs can be turned.
BONES = [((0, .95, 0), (0, 1.40, 0), .15), ((0, 1.58, 0), (0, 1.70, 0), .10),
         ((.18, 1.42, 0), (.46, 1.42, 0), .055), ((.46, 1.42, 0), (.72, 1.42, 0), .045),
         ((-.18, 1.42, 0), (-.46, 1.42, 0), .055), ((-.46, 1.42, 0), (-.72, 1.42, 0), .045),
         ((.10, .90, 0), (.10, .48, 0), .08), ((.10, .48, 0), (.10, .08, 0), .06),
         ((-.10, .90, 0), (-.10, .48, 0), .08), ((-.10, .48, 0), (-.10, .08, 0), .06)]


def capsule(start, end, radius, rings, sectors):
    """Closed capsule: vertices, outward counter-clockwise faces, uv per vertex (a seam column is doubled in uv)."""
    start, end = np.float64(start), np.float64(end)
    axis = (end - start) / np.linalg.norm(end - start)
    side = np.cross(axis, [0.3, 0.5, 0.8])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    vertices, uv = [start - radius * axis], [[.5, 0]]
    latitude = np.concatenate([np.linspace(-np.pi / 2, 0, rings)[1:], np.linspace(0, np.pi / 2, rings)[:-1]])
    base = np.repeat([start, end], rings - 1, 0)
    for i, (angle, center) in enumerate(zip(latitude, base)):
        for j in range(sectors):
            turn = 2 * np.pi * j / sectors
            vertices.append(center + radius * (np.sin(angle) * axis + np.cos(angle) *
                                               (np.cos(turn) * side + np.sin(turn) * other)))
        uv += [[j / sectors, (i + 1) / (len(latitude) + 1)] for j in range(sectors + 1)]
    vertices.append(end + radius * axis)
    uv.append([.5, 1])
    faces, uv_faces = [], []
    last, uv_last = len(vertices) - 1, len(uv) - 1

    def ids(i, j):
        return 1 + i * sectors + j % sectors, 1 + i * (sectors + 1) + j
    for j in range(sectors):
        (a, ua), (b, ub) = ids(0, j), ids(0, j + 1)
        faces.append([0, b, a]), uv_faces.append([0, ub, ua])
        for i in range(len(latitude) - 1):
            (a, ua), (b, ub), (c, uc), (d, ud) = ids(i, j), ids(i, j + 1), ids(i + 1, j + 1), ids(i + 1, j)
            faces.extend([[a, b, c], [a, c, d]])
            uv_faces.extend([[ua, ub, uc], [ua, uc, ud]])
        (a, ua), (b, ub) = ids(len(latitude) - 1, j), ids(len(latitude) - 1, j + 1)
        faces.append([last, a, b]), uv_faces.append([uv_last, ua, ub])
    return np.array(vertices), np.array(faces), np.array(uv), np.array(uv_faces)


def turn(point, pivot, angle, axis):
    rotation = np.eye(3)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    rotation[[i, i, j, j], [i, j, i, j]] = [np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)]
    return rotation @ (np.float64(point) - pivot) + pivot


def build_man(pose=0, rings=5, sectors=10):
    """Vertices (V,3) float32 in the camera frame 3 m away, and topology."""
    draw = np.random.default_rng(pose)
    vertices, faces, uv, uv_faces, part = [], [], [], [], []
    turns = draw.uniform(-1, 1, (5, 3))
    count = uv_count = 0
    for n, (start, end, radius) in enumerate(BONES):
        if n >= 2:
            limb = n // 2 - 1
            pivot = np.float64(BONES[2 * limb + 2][0])
            for axis in range(3):
                start, end = turn(start, pivot, turns[limb, axis], axis), turn(end, pivot, turns[limb, axis], axis)
        v, f, t, tf = capsule(start, end, radius, rings, sectors)
        vertices.append(v), faces.append(f + count), uv_faces.append(tf + uv_count)
        uv.append((t * .9 + .05 + [n % 4, n // 4]) / [4, 3])
        part.append(np.full(len(f), n))
        count, uv_count = count + len(v), uv_count + len(t)
    v = np.concatenate(vertices)
    for axis in range(3):
        v = np.array([turn(p, [0, .9, 0], .4 * turns[4, axis], axis) for p in v])
    v = (v - [0, .9, 0]) * [1, -1, -1] + [0, 0, 3]
    return SimpleNamespace(vertices=v.astype(np.float32), faces=np.concatenate(faces), uv=np.concatenate(uv),
                           uv_faces=np.concatenate(uv_faces), part=np.concatenate(part).astype(np.uint8))


def cast_rays(vertices, faces, K, size):
    """Moeller-Trumbore through every pixel centre: first z (H,W), 0 = none, and face (H,W), -1 = none; float64."""
    fx, fy, cx, cy = np.float64(K)
    y, x = np.mgrid[:size[0], :size[1]] + 0.5
    rays = np.stack([(x - cx) / fx, (y - cy) / fy, np.ones_like(x)], -1).reshape(-1, 3)
    a, b, c = np.float64(vertices)[faces].transpose(1, 0, 2)
    e1, e2 = b - a, c - a
    depth, face = np.full(len(rays), np.inf), np.full(len(rays), -1)
    for chunk in range(0, len(rays), 256):
        d = rays[chunk:chunk + 256, None]
        p = np.cross(d, e2)
        det = (p * e1).sum(-1)
        with np.errstate(divide='ignore', invalid='ignore'):
            u = -(p * a).sum(-1) / det
            q = np.cross(-a, e1)
            v = (d * q).sum(-1) / det
            t = (e2 * q).sum(-1) / det
            hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0) & (det != 0)
        t = np.where(hit, t, np.inf)
        depth[chunk:chunk + 256], face[chunk:chunk + 256] = t.min(1), t.argmin(1)
    none = np.isinf(depth)
    return (np.where(none, 0, depth).reshape(size), np.where(none, -1, face).reshape(size))


@lru_cache(maxsize=None)
def ray_kernel():
    from ajahr_mm.rendering.warp_renderer import start_warp
    wp = start_warp()

    @wp.kernel
    def first_hit(mesh: wp.uint64, start: wp.array(dtype=wp.vec3), ray: wp.array(dtype=wp.vec3),
                  distance: wp.array(dtype=float), face: wp.array(dtype=int)):
        i = wp.tid()
        hit = wp.mesh_query_ray(mesh, start[i], ray[i], 1.0e6)
        face[i] = -1
        if hit.result:
            distance[i] = hit.t
            face[i] = hit.face
    return wp, first_hit


def cast_rays_quickly(vertices, faces, K, size):
    """As ``cast_rays``, by warp's bounding volume hierarchy and its watertight triangle test; no renderer uses them.

    Rays start in float64 just in front of the body and are handed on relative to it, so a body 40 m away costs no digits.
    """
    wp, kernel = ray_kernel()
    vertices, (fx, fy, cx, cy) = np.float64(vertices), np.float64(K)
    near = vertices[:, 2].min() - .1
    origin = np.append(vertices[:, :2].mean(0), near)
    y, x = np.mgrid[:size[0], :size[1]] + 0.5
    ray = np.stack([(x - cx) / fx, (y - cy) / fy, np.ones_like(x)], -1).reshape(-1, 3)
    mesh = wp.Mesh(wp.array(np.float32(vertices - origin), dtype=wp.vec3, device='cpu'),
                   wp.array(np.int32(faces).reshape(-1), dtype=int, device='cpu'))
    out = wp.zeros(len(ray), dtype=float, device='cpu'), wp.zeros(len(ray), dtype=int, device='cpu')
    start, along = (wp.array(np.float32(part), dtype=wp.vec3, device='cpu') for part in (ray * near - origin, ray))
    wp.launch(kernel, dim=len(ray), inputs=[mesh.id, start, along, *out], device='cpu')
    depth, face = (part.numpy().reshape(size) for part in out)
    return np.where(face >= 0, depth + near, 0), face


@pytest.fixture(scope='session')
def quick_ray_caster():
    pytest.importorskip('warp')
    return cast_rays_quickly


@pytest.fixture(scope='session')
def man():
    return build_man


@pytest.fixture(scope='session')
def ray_caster():
    """``cast_rays``, once for each scene whatever the number of backends."""
    known = {}

    def cast(vertices, faces, K, size):
        key = np.asarray(vertices).tobytes(), np.asarray(faces).tobytes(), tuple(float(k) for k in K), size
        if key not in known:
            known[key] = cast_rays(vertices, faces, K, size)
        return known[key]
    return cast


@pytest.fixture(scope='session')
def texture():
    """Checks and a gradient, 96 x 128."""
    y, x = np.mgrid[:96, :128]
    check = ((x // 8 + y // 8) % 2 * 120)[..., None]
    return (check + np.stack([x, y, 128 - x], -1)).astype(np.uint8)


@pytest.fixture(scope='session')
def gl_or_skip():
    """Skips, with the reason in words, where no OpenGL context can be made."""
    from ajahr_mm.io.errors import UserError
    from ajahr_mm.rendering.gl_context import open_context
    try:
        open_context().release()
    except (ImportError, UserError) as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=['warp', 'torch', 'gl'])
def backend(request):
    """Name of each backend that is installed."""
    if request.param == 'warp':
        pytest.importorskip('warp')
    if request.param == 'gl':
        request.getfixturevalue('gl_or_skip')
    return request.param
