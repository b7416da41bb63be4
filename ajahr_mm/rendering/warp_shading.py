"""Normals, texture and light as warp kernels, one source for CPU and CUDA. Imports warp: import this file only to render.

Arithmetic follows :mod:`torch_shading`, up to the rounding of a colour.
"""
import warp as wp

from ajahr_mm.rendering.warp_raster import LAST, clip

wp.set_module_options({'enable_backward': False, 'fuse_fp': False})


@wp.struct
class Shape:
    """Where the surface is; rows of the first three are pictures."""
    screen: wp.array2d(dtype=wp.vec3)
    vertices: wp.array2d(dtype=wp.vec3)
    normals: wp.array2d(dtype=wp.vec3)
    faces: wp.array(dtype=wp.vec3i)
    two_sided: int


@wp.struct
class Look:
    """What the surface looks like; arrays whose flag is 0 are left empty."""
    color: wp.array2d(dtype=wp.vec3)
    colored: int
    uv: wp.array(dtype=wp.vec2)
    uv_faces: wp.array(dtype=wp.vec3i)
    texture: wp.array3d(dtype=wp.vec3ub)
    textured: int
    light: wp.array2d(dtype=wp.vec3)
    lit: int
    grey: float


@wp.struct
class Picture:
    """The buffers to fill; those that nobody wants are left empty."""
    rgb: wp.array3d(dtype=wp.vec3ub)
    alpha: wp.array3d(dtype=wp.uint8)
    depth: wp.array3d(dtype=float)
    face: wp.array3d(dtype=int)
    normal: wp.array3d(dtype=wp.vec3)


@wp.func
def unit(v: wp.vec3):
    length = wp.length(v)
    if length > 0.0:
        return v / length
    return wp.vec3(0.0, 0.0, 0.0)


@wp.func
def blend(weight: wp.vec3, a: wp.vec3, b: wp.vec3, c: wp.vec3):
    return weight[0] * a + weight[1] * b + weight[2] * c


@wp.kernel
def vertex_normals(vertices: wp.array2d(dtype=wp.vec3), faces: wp.array(dtype=wp.vec3i), start: wp.array(dtype=int),
                   index: wp.array(dtype=int), normals: wp.array2d(dtype=wp.vec3)):
    image, vertex = wp.tid()
    total = wp.vec3(0.0, 0.0, 0.0)
    i = int(start[vertex])
    stop = start[vertex + 1]
    while i < stop:
        face = faces[index[i]]
        a = vertices[image, face[0]]
        flat = wp.cross(vertices[image, face[1]] - a, vertices[image, face[2]] - a)
        if wp.isfinite(flat):
            total = total + flat
        i = i + 1
    normals[image, vertex] = unit(total)


@wp.func
def corner_weights(a: wp.vec3, b: wp.vec3, c: wp.vec3, x: float, y: float):
    """Shares of the corners, correct in perspective, at a point of a face."""
    ax, ay = a[0] - x, a[1] - y
    bx, by = b[0] - x, b[1] - y
    cx, cy = c[0] - x, c[1] - y
    wa = (bx * cy - by * cx) * a[2]
    wb = (cx * ay - cy * ax) * b[2]
    wc = (ax * by - ay * bx) * c[2]
    share = 1.0 / (wa + wb + wc)
    return wp.vec3(wa * share, wb * share, wc * share)


@wp.func
def shading_normal(shape: Shape, image: int, face: wp.vec3i, weight: wp.vec3):
    normal = unit(blend(weight, shape.normals[image, face[0]], shape.normals[image, face[1]],
                        shape.normals[image, face[2]]))
    a, b, c = shape.vertices[image, face[0]], shape.vertices[image, face[1]], shape.vertices[image, face[2]]
    # Where every normal around has collapsed, the lit side is the one that is seen.
    if wp.length(normal) == 0.0:
        normal = -unit(blend(weight, a, b, c))
    if shape.two_sided != 0:
        if wp.dot(wp.cross(b - a, c - a), a) > 0.0:
            normal = -normal
    return normal


@wp.func
def texel(texture: wp.array3d(dtype=wp.vec3ub), image: int, y: int, x: int):
    t = texture[image, y, x]
    return wp.vec3(float(t[0]), float(t[1]), float(t[2]))


@wp.func
def sample_texture(texture: wp.array3d(dtype=wp.vec3ub), image: int, u: float, v: float):
    height, width = texture.shape[1], texture.shape[2]
    x = clip(u * float(width) - 0.5, 0.0, float(width - 1))
    y = clip(v * float(height) - 0.5, 0.0, float(height - 1))
    left, top = int(x), int(y)
    right, bottom = wp.min(left + 1, width - 1), wp.min(top + 1, height - 1)
    fx, fy = x - float(left), y - float(top)
    gx, gy = 1.0 - fx, 1.0 - fy
    total = (texel(texture, image, top, left) * (gx * gy) + texel(texture, image, top, right) * (fx * gy)
             + texel(texture, image, bottom, left) * (gx * fy) + texel(texture, image, bottom, right) * (fx * fy))
    return total * (1.0 / 255.0)


@wp.func
def shade(shape: Shape, look: Look, image: int, f: int, weight: wp.vec3):
    """Colour of a point of a face under its light, 0..1."""
    face = shape.faces[f]
    albedo = wp.vec3(1.0, 1.0, 1.0)
    if look.colored != 0:
        own = wp.min(image, look.color.shape[0] - 1)
        albedo = blend(weight, look.color[own, face[0]], look.color[own, face[1]], look.color[own, face[2]])
    elif look.textured == 0:
        albedo = wp.vec3(look.grey, look.grey, look.grey)
    if look.textured != 0:
        t = look.uv_faces[f]
        a, b, c = look.uv[t[0]], look.uv[t[1]], look.uv[t[2]]
        skin = sample_texture(look.texture, wp.min(image, look.texture.shape[0] - 1),
                              weight[0] * a[0] + weight[1] * b[0] + weight[2] * c[0],
                              weight[0] * a[1] + weight[1] * b[1] + weight[2] * c[1])
        albedo = wp.cw_mul(albedo, skin)
    lamp = wp.min(image, look.light.shape[0] - 1)
    light = look.light[lamp, 1]
    if look.lit != 0:
        normal = shading_normal(shape, image, face, weight)
        facing = wp.dot(normal, look.light[lamp, 0])
        light = light + look.light[lamp, 2] * wp.where(facing > 0.0, facing, 0.0)
    value = wp.cw_mul(albedo, light)
    return wp.vec3(clip(value[0], 0.0, 1.0), clip(value[1], 0.0, 1.0), clip(value[2], 0.0, 1.0))


@wp.func
def to_bytes(color: wp.vec3):
    return wp.vec3ub(wp.uint8(int(color[0] * 255.0 + 0.5)), wp.uint8(int(color[1] * 255.0 + 0.5)),
                     wp.uint8(int(color[2] * 255.0 + 0.5)))


@wp.func
def resolve_pixel(image: int, slot: int, row: int, column: int, keys: wp.array3d(dtype=wp.int64), samples: int,
                  shape: Shape, look: Look, out: Picture):
    size = 1.0 / float(samples)
    total = wp.vec3(0.0, 0.0, 0.0)
    hits = float(0.0)
    j = int(0)
    while j < samples:
        y = row * samples + j
        i = int(0)
        while i < samples:
            x = column * samples + i
            key = keys[slot, y, x]
            if key != wp.int64(0):
                f = int(LAST - (key & LAST))
                face = shape.faces[f]
                weight = corner_weights(shape.screen[image, face[0]], shape.screen[image, face[1]],
                                        shape.screen[image, face[2]], (float(x) + 0.5) * size, (float(y) + 0.5) * size)
                if out.rgb.shape[0] != 0:
                    total = total + shade(shape, look, image, f, weight)
                    hits = hits + 1.0
                if i == samples / 2 and j == samples / 2:
                    if out.face.shape[0] != 0:
                        out.face[image, row, column] = f
                    if out.depth.shape[0] != 0:
                        out.depth[image, row, column] = 1.0 / wp.cast(wp.int32(key >> wp.int64(32)), wp.float32)
                    if out.normal.shape[0] != 0:
                        out.normal[image, row, column] = shading_normal(shape, image, face, weight)
            i = i + 1
        j = j + 1
    if hits > 0.0:
        out.rgb[image, row, column] = to_bytes(total / hits)
        out.alpha[image, row, column] = wp.uint8(int(hits * size * size * 255.0 + 0.5))


@wp.kernel
def resolve(first: int, keys: wp.array3d(dtype=wp.int64), spans: wp.array3d(dtype=int), samples: int, run: int,
            shape: Shape, look: Look, out: Picture):
    """Fills ``run`` pixels of a row of picture ``first + slot`` from its z-buffer; uncovered ones stay as they are."""
    slot, row, part = wp.tid()
    left, right = int(0), int(0)
    j = int(0)
    while j < samples:
        left = wp.max(left, spans[slot, row * samples + j, 0])
        right = wp.max(right, spans[slot, row * samples + j, 1])
        j = j + 1
    width = keys.shape[2]
    column = wp.max((width - left) / samples, part * run)
    stop = wp.min((right + samples - 1) / samples, (part + 1) * run)
    while column < stop:
        resolve_pixel(first + slot, slot, row, column, keys, samples, shape, look, out)
        column = column + 1
