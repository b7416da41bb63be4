"""The rasteriser as warp kernels, one source for CPU and CUDA. Imports warp: import this file only to render.

Arithmetic follows :mod:`torch_raster` and :mod:`torch_shading` operation by operation.
"""
import warp as wp

# Without contraction to FMA two neighbours compute the same number for their common edge, up to the sign: no gaps.
wp.set_module_options({'enable_backward': False, 'fuse_fp': False})

LAST = wp.constant(wp.int64(0x7fffffff))


@wp.struct
class Surface:
    """A point of a face: screen weights of its corners, and 1/z (0 = missed)."""
    weight: wp.vec3
    inverse: float


@wp.func
def surface_point(a: wp.vec3, b: wp.vec3, c: wp.vec3, x: float, y: float):
    point = Surface()
    ax, ay = a[0] - x, a[1] - y
    bx, by = b[0] - x, b[1] - y
    cx, cy = c[0] - x, c[1] - y
    ea = bx * cy - by * cx
    eb = cx * ay - cy * ax
    ec = ax * by - ay * bx
    area = ea + eb + ec
    positive = ea >= 0.0 and eb >= 0.0 and ec >= 0.0
    negative = ea <= 0.0 and eb <= 0.0 and ec <= 0.0
    if (positive or negative) and area != 0.0:
        point.weight = wp.vec3(ea / area, eb / area, ec / area)
        point.inverse = point.weight[0] * a[2] + point.weight[1] * b[2] + point.weight[2] * c[2]
    return point


@wp.func
def corner(screen: wp.array2d(dtype=wp.vec3), image: int, vertex: int, scale: float):
    p = screen[image, vertex]
    return wp.vec3(p[0] * scale, p[1] * scale, p[2])


@wp.func
def unit(v: wp.vec3):
    length = wp.length(v)
    if length > 0.0:
        return v / length
    return wp.vec3(0.0, 0.0, 0.0)


@wp.kernel
def vertex_normals(vertices: wp.array2d(dtype=wp.vec3), faces: wp.array(dtype=wp.vec3i), start: wp.array(dtype=int),
                   index: wp.array(dtype=int), normals: wp.array2d(dtype=wp.vec3)):
    image, vertex = wp.tid()
    total = wp.vec3(0.0, 0.0, 0.0)
    for i in range(start[vertex], start[vertex + 1]):
        face = faces[index[i]]
        a = vertices[image, face[0]]
        flat = wp.cross(vertices[image, face[1]] - a, vertices[image, face[2]] - a)
        if wp.isfinite(flat):
            total = total + flat
    normals[image, vertex] = unit(total)


@wp.kernel
def rasterize(screen: wp.array2d(dtype=wp.vec3), faces: wp.array(dtype=wp.vec3i), visible: wp.array2d(dtype=wp.uint8),
              masked: int, two_sided: int, scale: float, keys: wp.array3d(dtype=wp.int64)):
    image, f = wp.tid()
    if masked != 0:
        if visible[wp.min(image, visible.shape[0] - 1), f] == wp.uint8(0):
            return
    face = faces[f]
    a = corner(screen, image, face[0], scale)
    b = corner(screen, image, face[1], scale)
    c = corner(screen, image, face[2], scale)
    if a[2] <= 0.0 or b[2] <= 0.0 or c[2] <= 0.0:
        return
    # With y down, a face that is counter-clockwise from outside has a negative area when it looks at the camera.
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    if not (area < 0.0 or (two_sided != 0 and area > 0.0)):
        return
    width, height = float(keys.shape[2]), float(keys.shape[1])
    left = wp.clamp(wp.ceil(wp.min(a[0], wp.min(b[0], c[0])) - 0.5), 0.0, width)
    top = wp.clamp(wp.ceil(wp.min(a[1], wp.min(b[1], c[1])) - 0.5), 0.0, height)
    right = wp.clamp(wp.floor(wp.max(a[0], wp.max(b[0], c[0])) - 0.5), -1.0, width - 1.0)
    bottom = wp.clamp(wp.floor(wp.max(a[1], wp.max(b[1], c[1])) - 0.5), -1.0, height - 1.0)
    for y in range(int(top), int(bottom) + 1):
        for x in range(int(left), int(right) + 1):
            point = surface_point(a, b, c, float(x) + 0.5, float(y) + 0.5)
            if point.inverse > 0.0:
                bits = wp.int64(wp.cast(point.inverse, wp.int32))
                wp.atomic_max(keys, image, y, x, (bits << wp.int64(32)) | (LAST - wp.int64(f)))


@wp.func
def interpolate(weight: wp.vec3, a: wp.vec3, b: wp.vec3, c: wp.vec3):
    return weight[0] * a + weight[1] * b + weight[2] * c


@wp.func
def shading_normal(image: int, face: wp.vec3i, weight: wp.vec3, vertices: wp.array2d(dtype=wp.vec3),
                   normals: wp.array2d(dtype=wp.vec3), two_sided: int):
    a, b, c = vertices[image, face[0]], vertices[image, face[1]], vertices[image, face[2]]
    normal = unit(interpolate(weight, normals[image, face[0]], normals[image, face[1]], normals[image, face[2]]))
    # Where every normal around has collapsed, the lit side is the one that is seen.
    if wp.length(normal) == 0.0:
        normal = -unit(interpolate(weight, a, b, c))
    if two_sided != 0:
        if wp.dot(wp.cross(b - a, c - a), a) > 0.0:
            normal = -normal
    return normal


@wp.func
def texel(texture: wp.array4d(dtype=wp.uint8), image: int, y: int, x: int):
    return wp.vec3(float(texture[image, y, x, 0]), float(texture[image, y, x, 1]), float(texture[image, y, x, 2]))


@wp.func
def sample_texture(texture: wp.array4d(dtype=wp.uint8), image: int, uv: wp.vec2):
    height, width = texture.shape[1], texture.shape[2]
    x = wp.clamp(uv[0] * float(width) - 0.5, 0.0, float(width - 1))
    y = wp.clamp(uv[1] * float(height) - 0.5, 0.0, float(height - 1))
    left, top = int(wp.floor(x)), int(wp.floor(y))
    right, bottom = wp.min(left + 1, width - 1), wp.min(top + 1, height - 1)
    fx, fy = x - float(left), y - float(top)
    upper = texel(texture, image, top, left) * (1.0 - fx) + texel(texture, image, top, right) * fx
    lower = texel(texture, image, bottom, left) * (1.0 - fx) + texel(texture, image, bottom, right) * fx
    return (upper * (1.0 - fy) + lower * fy) / 255.0


@wp.kernel
def resolve_ids(keys: wp.array3d(dtype=wp.int64), screen: wp.array2d(dtype=wp.vec3),
                vertices: wp.array2d(dtype=wp.vec3), normals: wp.array2d(dtype=wp.vec3),
                faces: wp.array(dtype=wp.vec3i), two_sided: int, wants_normal: int,
                depth: wp.array3d(dtype=float), face_id: wp.array3d(dtype=int), normal: wp.array3d(dtype=wp.vec3)):
    image, y, x = wp.tid()
    key = keys[image, y, x]
    if key == wp.int64(0):
        face_id[image, y, x] = -1
        return
    f = int(LAST - (key & LAST))
    inverse = wp.cast(wp.int32(key >> wp.int64(32)), wp.float32)
    face_id[image, y, x] = f
    depth[image, y, x] = 1.0 / inverse
    if wants_normal != 0:
        face = faces[f]
        a = screen[image, face[0]]
        b = screen[image, face[1]]
        c = screen[image, face[2]]
        point = surface_point(a, b, c, float(x) + 0.5, float(y) + 0.5)
        weight = wp.cw_mul(point.weight, wp.vec3(a[2], b[2], c[2])) / point.inverse  # perspective-correct
        normal[image, y, x] = shading_normal(image, face, weight, vertices, normals, two_sided)


@wp.kernel
def resolve_color(keys: wp.array3d(dtype=wp.int64), samples: int, screen: wp.array2d(dtype=wp.vec3),
                  vertices: wp.array2d(dtype=wp.vec3), normals: wp.array2d(dtype=wp.vec3),
                  faces: wp.array(dtype=wp.vec3i), color: wp.array2d(dtype=wp.vec3), uv: wp.array(dtype=wp.vec2),
                  uv_faces: wp.array(dtype=wp.vec3i), texture: wp.array4d(dtype=wp.uint8),
                  light: wp.array2d(dtype=wp.vec3), colored: int, textured: int, grey: float, two_sided: int,
                  rgb: wp.array4d(dtype=wp.uint8), alpha: wp.array3d(dtype=wp.uint8)):
    image, row, column = wp.tid()
    scale = float(samples)
    lamp = wp.min(image, light.shape[0] - 1)
    total = wp.vec3(0.0, 0.0, 0.0)
    hits = float(0.0)
    for j in range(samples):
        for i in range(samples):
            y, x = row * samples + j, column * samples + i
            key = keys[image, y, x]
            if key != wp.int64(0):
                f = int(LAST - (key & LAST))
                face = faces[f]
                a = corner(screen, image, face[0], scale)
                b = corner(screen, image, face[1], scale)
                c = corner(screen, image, face[2], scale)
                point = surface_point(a, b, c, float(x) + 0.5, float(y) + 0.5)
                weight = wp.cw_mul(point.weight, wp.vec3(a[2], b[2], c[2])) / point.inverse  # perspective-correct
                normal = shading_normal(image, face, weight, vertices, normals, two_sided)
                albedo = wp.vec3(1.0, 1.0, 1.0)
                if colored == 0 and textured == 0:
                    albedo = wp.vec3(grey, grey, grey)
                if colored != 0:
                    own = wp.min(image, color.shape[0] - 1)
                    albedo = interpolate(weight, color[own, face[0]], color[own, face[1]], color[own, face[2]])
                if textured != 0:
                    t = uv_faces[f]
                    at = weight[0] * uv[t[0]] + weight[1] * uv[t[1]] + weight[2] * uv[t[2]]
                    albedo = wp.cw_mul(albedo, sample_texture(texture, wp.min(image, texture.shape[0] - 1), at))
                lit = light[lamp, 1] + light[lamp, 2] * wp.max(wp.dot(normal, light[lamp, 0]), 0.0)
                value = wp.cw_mul(albedo, lit)
                total = total + wp.vec3(wp.clamp(value[0], 0.0, 1.0), wp.clamp(value[1], 0.0, 1.0),
                                        wp.clamp(value[2], 0.0, 1.0))
                hits = hits + 1.0
    if hits > 0.0:
        total = total / hits
        for k in range(3):
            rgb[image, row, column, k] = wp.uint8(int(total[k] * 255.0 + 0.5))
        alpha[image, row, column] = wp.uint8(int(hits / (scale * scale) * 255.0 + 0.5))
