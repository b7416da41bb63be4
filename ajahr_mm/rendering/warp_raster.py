"""The z-buffer as a warp kernel, one source for CPU and CUDA. Imports warp: import this file only to render.

Arithmetic follows :mod:`torch_raster` operation by operation. Loops are ``while`` and minima are comparisons because warp
turns ``range`` and ``wp.min`` into code that costs more than the arithmetic between them.
"""
import warp as wp

# Without contraction to FMA two neighbours compute the same number for their common edge, up to the sign: no gaps.
wp.set_module_options({'enable_backward': False, 'fuse_fp': False})

LAST = wp.constant(wp.int64(0x7fffffff))


@wp.func
def least(a: float, b: float, c: float):
    low = wp.where(a < b, a, b)
    return wp.where(low < c, low, c)


@wp.func
def most(a: float, b: float, c: float):
    high = wp.where(a > b, a, b)
    return wp.where(high > c, high, c)


@wp.func
def clip(value: float, low: float, high: float):
    value = wp.where(value > low, value, low)
    return wp.where(value < high, value, high)


@wp.func
def corner(screen: wp.array2d(dtype=wp.vec3), image: int, vertex: int, scale: float):
    p = screen[image, vertex]
    return wp.vec3(p[0] * scale, p[1] * scale, p[2])


@wp.func
def draw_face(f: int, a: wp.vec3, b: wp.vec3, c: wp.vec3, slot: int, keys: wp.array3d(dtype=wp.int64),
              spans: wp.array3d(dtype=int)):
    width, height = keys.shape[2], keys.shape[1]
    right_most, low_most = float(width) - 1.0, float(height) - 1.0
    left = int(clip(wp.ceil(least(a[0], b[0], c[0]) - 0.5), 0.0, float(width)))
    top = int(clip(wp.ceil(least(a[1], b[1], c[1]) - 0.5), 0.0, float(height)))
    right = int(clip(wp.floor(most(a[0], b[0], c[0]) - 0.5), -1.0, right_most))
    bottom = int(clip(wp.floor(most(a[1], b[1], c[1]) - 0.5), -1.0, low_most))
    if left > right:
        return
    y = int(top)
    while y <= bottom:
        wp.atomic_max(spans, slot, y, 0, width - left)
        wp.atomic_max(spans, slot, y, 1, right + 1)
        py = float(y) + 0.5
        ay, by, cy = a[1] - py, b[1] - py, c[1] - py
        x = int(left)
        while x <= right:
            px = float(x) + 0.5
            ax, bx, cx = a[0] - px, b[0] - px, c[0] - px
            ea = bx * cy - by * cx
            eb = cx * ay - cy * ax
            ec = ax * by - ay * bx
            area = ea + eb + ec
            if (least(ea, eb, ec) >= 0.0 or most(ea, eb, ec) <= 0.0) and area != 0.0:
                inverse = (ea * a[2] + eb * b[2] + ec * c[2]) / area
                if inverse > 0.0:
                    bits = wp.int64(wp.cast(inverse, wp.int32))
                    wp.atomic_max(keys, slot, y, x, (bits << wp.int64(32)) | (LAST - wp.int64(f)))
            x = x + 1
        y = y + 1


@wp.kernel
def rasterize(first: int, screen: wp.array2d(dtype=wp.vec3), faces: wp.array(dtype=wp.vec3i),
              visible: wp.array2d(dtype=wp.uint8), masked: int, two_sided: int, scale: float, run: int,
              keys: wp.array3d(dtype=wp.int64), spans: wp.array3d(dtype=int)):
    """Draws ``run`` faces of picture ``first + slot``. ``spans`` (slots,H,2) marks what each row of ``keys`` may hold:
    width - first column, and last column + 1; 0 where nothing was drawn.
    """
    slot, part = wp.tid()
    image = first + slot
    f = int(part * run)
    stop = wp.min(f + run, faces.shape[0])
    while f < stop:
        face = faces[f]
        a = corner(screen, image, face[0], scale)
        b = corner(screen, image, face[1], scale)
        c = corner(screen, image, face[2], scale)
        # With y down, a face that is counter-clockwise from outside has a negative area when it looks at the camera.
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if (area < 0.0 or (two_sided != 0 and area > 0.0)) and least(a[2], b[2], c[2]) > 0.0:
            shown = int(1)
            if masked != 0:
                shown = int(visible[wp.min(image, visible.shape[0] - 1), f])
            if shown != 0:
                draw_face(f, a, b, c, slot, keys, spans)
        f = f + 1
