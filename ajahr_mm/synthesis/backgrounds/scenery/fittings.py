"""What is let into walls or hangs on them: windows, doors, pictures, radiators. Textures (h,w,3) uint8 RGB."""
import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials
from ajahr_mm.synthesis.backgrounds.scenery.stock import stock

WHITE = (236, 234, 228)


def view_outside(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """What is to be seen through a window: bright, out of focus, sky above something green or grey."""
    import cv2
    sky, far = np.float32([238, 244, 250]), materials.pick(rng, ((176, 190, 150), (196, 194, 186), (170, 186, 176)), .1)
    line = int(h * rng.uniform(.45, .8))
    image = np.tile(sky, (h, w, 1)).astype(np.float32)
    image[line:] = far
    image += 16 * materials.rough(rng, h, w)[..., None] * (np.arange(h) >= line * .8)[:, None, None]
    return np.clip(cv2.GaussianBlur(image, (0, 0), h / 24) * rng.uniform(.94, 1.06), 0, 255).astype(np.uint8)


@stock(6)
def window(rng: np.random.Generator, panes=(1, 2), frame=WHITE, blinds: bool = False) -> np.ndarray:
    """A window of so many rows and columns of panes."""
    import cv2
    h, w = 112, 112
    image = view_outside(rng, h, w)
    if blinds:
        image[::5] = (image[::5] * .72).astype(np.uint8)
        image[1::5] = (image[1::5] * .86).astype(np.uint8)
    thick = int(rng.integers(4, 7))
    for k in range(panes[0] + 1):
        cv2.line(image, (0, k * (h - 1) // panes[0]), (w, k * (h - 1) // panes[0]), frame, thick)
    for k in range(panes[1] + 1):
        cv2.line(image, (k * (w - 1) // panes[1], 0), (k * (w - 1) // panes[1], h), frame, thick)
    cv2.rectangle(image, (0, 0), (w - 1, h - 1), frame, 2 * thick)
    cv2.rectangle(image, (thick, thick), (w - 1 - thick, h - 1 - thick), tuple(int(v * .8) for v in frame), 1)
    return image


def door(rng: np.random.Generator, tone: np.ndarray, frame: np.ndarray, panels: int = 2, glass: bool = False) -> np.ndarray:
    """A door in its frame, with panels or a pane and a handle."""
    import cv2
    h, w = 168, 84
    image = materials.paint(rng, frame, h, w)
    leaf = materials.paint(rng, tone, h - 7, w - 16, .02)
    if rng.random() < .4:
        leaf = materials.boards(rng, tone, h - 7, w - 16, 90, 500, 0.)
    dark, light = (tone * .72).tolist(), np.clip(tone * 1.12, 0, 255).tolist()
    for k in range(panels):
        top, bottom = 12 + k * (h - 24) // panels, (k + 1) * (h - 24) // panels
        cv2.rectangle(leaf, (11, top), (w - 28, bottom), dark, 1)
        cv2.rectangle(leaf, (12, top + 1), (w - 27, bottom + 1), light, 1)
    if glass:
        leaf[14:90, 22:w - 38] = view_outside(rng, 76, w - 60) // 2 + 60
        cv2.rectangle(leaf, (22, 14), (w - 39, 90), dark, 1)
    cv2.line(leaf, (6, 84), (15, 84), (150, 148, 144), 3)
    cv2.line(leaf, (6, 86), (15, 86), (70, 70, 70), 1)
    image[7:, 8:w - 8] = leaf
    cv2.rectangle(image, (8, 7), (w - 9, h - 1), (frame * .6).tolist(), 1)
    return image


@stock(40)
def picture(rng: np.random.Generator) -> np.ndarray:
    """Something in a frame: a landscape or patches of colour."""
    import cv2
    h, w = int(rng.integers(48, 90)), int(rng.integers(48, 100))
    tones = np.stack([materials.pick(rng, materials.ACCENTS + materials.WALLS, .2) for _ in range(3)])
    low, mid = materials.smooth(rng, h, w, 4)[..., None] * .5 + .5, np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    image = tones[0] + low * (tones[1] - tones[0])
    image = image + np.clip((mid - rng.uniform(.3, .7)) * 8, 0, 1) * (tones[2] - image)
    image = np.clip(image * (1 + .05 * materials.rough(rng, h, w)[..., None]), 0, 255).astype(np.uint8)
    if rng.random() < .5:
        cv2.rectangle(image, (0, 0), (w - 1, h - 1), (238, 236, 230), 14)
    frame = materials.pick(rng, ((40, 38, 36), (226, 224, 220), *materials.WOODS))
    cv2.rectangle(image, (0, 0), (w - 1, h - 1), frame.tolist(), 5)
    return image


@stock(1)
def radiator(rng: np.random.Generator) -> np.ndarray:
    """Ribs of a radiator."""
    return materials.lit(materials.stripes(rng, np.float32([226, 224, 218]), 40, 96, 8, .12), np.float32([[1.02], [.9]]))


def bars(rng: np.random.Generator, tone: np.ndarray, wall: np.ndarray) -> np.ndarray:
    """Wall bars of a gym, wall in between."""
    h, w = 150, 60
    image = materials.paint(rng, wall * .8, h, w)
    for row in range(5, h - 3, 9):
        image[row:row + 3] = np.clip(tone, 0, 255)
        image[row + 3] = np.clip(wall * .5, 0, 255)
    image[:, :3] = image[:, -3:] = np.clip(tone * .9, 0, 255)
    return image


def books(rng: np.random.Generator, tone: np.ndarray, shelves: int = 4, h: int = 128, w: int = 96) -> np.ndarray:
    """The front of a shelf with books and gaps."""
    image = np.clip(np.tile(tone * .42, (h, w, 1)), 0, 255).astype(np.uint8)
    step = h // shelves
    for shelf in range(shelves):
        base, x = (shelf + 1) * step - 3, 4
        while x < w - 6:
            wide, tall = int(rng.integers(3, 8)), int(step * rng.uniform(.5, .86))
            if rng.random() < .8:
                spine = materials.pick(rng, materials.ACCENTS + materials.CLOTHS + materials.WALLS, .2)
                image[base - tall:base, x:x + wide] = spine
                image[base - tall:base, min(x + wide - 1, w - 1)] = spine * .6
            x += wide
        image[base:base + 3] = np.clip(tone, 0, 255)
    image[:, :3] = image[:, -3:] = np.clip(tone, 0, 255)
    image[:3] = np.clip(tone * 1.05, 0, 255)
    return image


def fronts(rng: np.random.Generator, tone: np.ndarray, rows: int, columns: int, wood: bool, h: int = 96, w: int = 128
           ) -> np.ndarray:
    """Doors or drawers of a cupboard, with knobs."""
    import cv2
    image = materials.boards(rng, tone, h, w, 200, 500, 0.) if wood else materials.paint(rng, tone, h, w)
    for row in range(rows):
        for column in range(columns):
            x0, y0 = column * w // columns + 2, row * h // rows + 2
            x1, y1 = (column + 1) * w // columns - 3, (row + 1) * h // rows - 3
            cv2.rectangle(image, (x0, y0), (x1, y1), (tone * .62).tolist(), 1)
            cv2.circle(image, ((x0 + x1) // 2 if rows > 1 else x1 - 6, (y0 + y1) // 2), 2, (60, 58, 56), -1)
    return image
