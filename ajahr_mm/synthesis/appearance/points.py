"""Places on the skin at which clothes, hair and skin are painted: the texels of a texture, or the vertices themselves."""
from dataclasses import dataclass, fields, replace
from typing import Dict, Optional, Tuple

import numpy as np

from ajahr_mm.anatomy import limbs, skeleton
from ajahr_mm.synthesis.appearance.surface import Surface

#: place of the last joint, at knuckles and ball of the foot
_LAST = limbs.JOINT_POSITION[3]
#: segments of arm that a place on the trunk counts less for each metre below the armpit
_FALL = 5.


@dataclass
class Points:
    """What painters know of places on the skin, each array (h,w,...): the texels of a texture, or (V,1) vertices.

    Attributes:
        position: (h,w,3) m in the rest pose (T-pose, y up, +z front, +x left).
        normal: (h,w,3) unit.
        part: (h,w) dominant SMPL joint.
        arm, leg: (h,w) place on the arm and leg of the same side in segments: 0 shoulder or hip, 1 elbow or knee, 2 wrist or
            ankle, 3 tips; they go on below 0 into the trunk.
        openness: (h,w) 0..1, share of the surroundings that other skin does not hide (ambient occlusion).
        fields: name -> (h,w) float32, whatever else painters share: masks of lips and nails, coordinates of cloth.
    """
    position: np.ndarray
    normal: np.ndarray
    part: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    openness: np.ndarray
    fields: Dict[str, np.ndarray]

    @property
    def shape(self) -> Tuple[int, int]:
        return self.part.shape

    @property
    def x(self) -> np.ndarray:
        return self.position[..., 0]

    @property
    def y(self) -> np.ndarray:
        return self.position[..., 1]

    @property
    def z(self) -> np.ndarray:
        return self.position[..., 2]

    def select(self, where) -> 'Points':
        """The places at an index into (h,w): two slices, or a mask (h,w), which gives a column (N,1) of places."""
        def pick(values: np.ndarray) -> np.ndarray:
            chosen = values[where]
            return chosen if isinstance(where, tuple) else chosen[:, None]
        cut = {f.name: pick(getattr(self, f.name)) for f in fields(self) if f.name != 'fields'}
        return replace(self, **cut, fields={name: pick(field) for name, field in self.fields.items()})

    def field(self, name: str) -> np.ndarray:
        """(h,w) one of the fields; zeros where the body has none of this name, as bodies of another layout have no masks."""
        return self.fields.get(name, np.zeros(self.shape, np.float32))

    def is_part(self, *names: str) -> np.ndarray:
        """(h,w) bool: the skin follows one of the named SMPL joints."""
        return np.isin(self.part, [skeleton.joint_index(name) for name in names])


def vertex_points(surface: Surface, openness: Optional[np.ndarray] = None) -> Points:
    """The vertices of a body as places, (V,1)."""
    from ajahr_mm.synthesis.appearance.openness import vertex_openness
    normal = vertex_normals(surface.rest, surface.faces)
    openness = vertex_openness(surface.rest, normal, surface.faces) if openness is None else openness
    arm, leg = (_reach(surface, pair) for pair in ((0, 1), (2, 3)))
    columns = (surface.rest, normal, surface.part.astype(np.uint8), arm, leg, openness)
    return Points(*(column[:, None] for column in columns), fields={})


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Area-weighted unit normals (V,3) float32 of vertices (V,3) and faces (F,3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    flat, total = np.cross(b - a, c - a), np.zeros((len(vertices), 3))
    for k in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(faces[:, k], flat[:, axis], len(vertices))
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _reach(surface: Surface, pair: Tuple[int, int]) -> np.ndarray:
    """(V,) place on the limb of each vertex's own side, in segments."""
    left = surface.rest[:, 0] >= 0
    place = np.where(left, *(_reach_of(surface, limb) for limb in pair))
    return place.astype(np.float32)


def _reach_of(surface: Surface, limb: int) -> np.ndarray:
    chain = limbs.CHAINS[limb]
    joints = surface.joints[list(chain)]
    place = np.empty((3, len(surface.rest)))
    for segment in range(3):
        axis = joints[segment + 1] - joints[segment]
        place[segment] = (surface.rest - joints[segment]) @ axis / (axis @ axis)
    place[2] *= _LAST - 2
    own = surface.limb == limb
    hand, lower = own & np.isin(surface.part, chain[2:]), own & (surface.part == chain[1])
    outside = place[0] - _FALL * np.maximum(joints[0, 1] - .12 - surface.rest[:, 1], 0)     # hips are as wide as shoulders
    upper = np.where(own, np.minimum(place[0], 1), outside if limb < 2 else place[0])
    knuckles, last = _LAST - 2, np.maximum(place[2], 0)
    reach = max(last[hand].max(initial=0), knuckles + 1e-6)          # from the knuckles on, counted to the tips
    last = np.where(last > knuckles, knuckles + (1 - knuckles) * (last - knuckles) / (reach - knuckles), last)
    return np.where(hand, 2 + np.clip(last, 0, 1), np.where(lower, 1 + np.clip(place[1], 0, 1), upper))
