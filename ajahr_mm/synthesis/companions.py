"""Where a second person stands: on the same floor, to the side of the first, before or behind."""
import numpy as np

from ajahr_mm.synthesis.draft import Draft
from ajahr_mm.synthesis.records import View


def seen_by(camera: View, own: View) -> View:
    """The view of a companion who was drawn for a camera of their own (``own``) through ``camera``: upright on its floor."""
    from scipy.spatial.transform import Rotation
    axis = np.cross(own.up, camera.up)
    length = np.linalg.norm(axis)
    turn = Rotation.from_rotvec(axis / max(length, 1e-9) * np.arctan2(length, own.up @ camera.up))
    orient = (turn * Rotation.from_rotvec(own.global_orient)).as_rotvec().astype(np.float32)
    return own._replace(global_orient=orient, focal=camera.focal, up=camera.up)


def place_beside(draft: Draft, rng: np.random.Generator) -> np.ndarray:
    """Translation (3,) of ``draft.companion``; ``draft`` is in its place already. Metres.

    The companion stands 0.35 to 0.9 m to one side and up to 1.2 m nearer or farther, feet on the floor of the first.
    """
    up, other = draft.view.up, draft.companion
    right = np.cross(up, [0., 0., 1.])
    right /= max(np.linalg.norm(right), 1e-6)
    away = np.cross(right, up)
    floor = (draft.vertices @ up).min()
    middle = (draft.vertices.max(0) + draft.vertices.min(0)) / 2
    side, depth = rng.choice((-1., 1.)) * rng.uniform(.35, .9), rng.choice((-1., 1.)) * rng.uniform(.35, 1.2)
    if middle[2] + depth < .5 * middle[2]:   # never at the nose of a near camera
        depth = -depth
    wanted = middle + side * right + depth * away
    own = (other.vertices.max(0) + other.vertices.min(0)) / 2
    move = wanted - own
    return move + (floor - ((other.vertices + move) @ up).min()) * up


def is_in_front(draft: Draft) -> bool:
    """Whether the companion is nearer to the camera than the first person."""
    return bool(np.median(draft.companion.vertices[:, 2]) < np.median(draft.vertices[:, 2]))
