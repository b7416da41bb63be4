"""Where every vertex sits on the person: limb and place along it, trunk height, parts of the face. Clothes are cut by it."""
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ajahr_mm.anatomy import keypoints as keypoint_table
from ajahr_mm.anatomy import limbs, skeleton


@dataclass
class Surface:
    """Facts about a body's V vertices in the rest pose (y up, metres).

    Attributes:
        rest: (V,3) vertices; joints: (24,3); keypoints: (44,3).
        part: (V,) dominant SMPL joint.
        limb: (V,) index of the limb, -1 on trunk and head.
        along: (V,) place on the limb in segments, 0 at the shoulder/hip to 3 at finger or toe tips; 0 elsewhere.
        faces: (F,3) triangles.
        uv: (T,2) texture coordinates, v = 0 the top row of a picture as files hold it (OBJ files count from below), or None.
        uv_faces: (F,3) into ``uv``, or None.
    """
    rest: np.ndarray
    joints: np.ndarray
    keypoints: np.ndarray
    part: np.ndarray
    limb: np.ndarray
    along: np.ndarray
    faces: Optional[np.ndarray] = None
    uv: Optional[np.ndarray] = None
    uv_faces: Optional[np.ndarray] = None

    @classmethod
    def of(cls, body) -> 'Surface':
        """The surface of a body model with mean shape."""
        import torch
        identity = torch.eye(3)
        with torch.no_grad():
            out = body(identity.expand(1, 3, 3), identity.expand(1, 23, 3, 3), torch.zeros(1, 10))
        surface = cls.from_arrays(*(value[0].cpu().numpy() for value in (out.vertices, out.joints, out.keypoints)),
                                  body.part_labels.cpu().numpy().astype(np.int64))
        surface.faces = body.faces.cpu().numpy().astype(np.int32)
        if body.uv is not None and body.uv_faces is not None:
            surface.uv = (body.uv.cpu().numpy() * [1, -1] + [0, 1]).astype(np.float32)
            surface.uv_faces = body.uv_faces.cpu().numpy().astype(np.int32)
        return surface

    @classmethod
    def from_arrays(cls, rest: np.ndarray, joints: np.ndarray, keypoints: np.ndarray, part: np.ndarray) -> 'Surface':
        """From rest vertices (V,3), joints (24,3), keypoints (44,3) and part labels (V,)."""
        limb, along = np.full(len(rest), -1), np.zeros(len(rest), np.float32)
        for index, chain in enumerate(limbs.CHAINS):
            for segment in range(3):
                start, end = joints[chain[segment]], joints[chain[segment + 1]]
                owners = chain[segment:segment + 1] if segment < 2 else chain[2:]
                own = np.isin(part, owners)
                axis = end - start
                place = (rest[own] - start) @ axis / (axis @ axis)
                limb[own] = index
                # the last segment reaches past its joint, to the tips
                along[own] = segment + (np.clip(place, 0, 1) if segment < 2 else np.clip(place / 2, 0, 1))
        return cls(rest.astype(np.float32), joints, keypoints, part, limb, along)

    def is_part(self, *names: str) -> np.ndarray:
        """(V,) bool: the vertex belongs to one of the named SMPL joints."""
        return np.isin(self.part, [skeleton.joint_index(name) for name in names])

    def keypoint(self, name: str) -> np.ndarray:
        """(3,) rest position of a keypoint of the 44-keypoint set."""
        return self.keypoints[keypoint_table.HMR44.index(name)]

    def near(self, point: np.ndarray, radius: float) -> np.ndarray:
        """(V,) bool: within ``radius`` metres of a point in the rest pose."""
        return ((self.rest - np.asarray(point, np.float32)) ** 2).sum(1) < radius ** 2
