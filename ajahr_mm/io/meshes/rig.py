"""A skinned mesh and its motion: what a rigged file holds, as arrays, and the skinning that viewers do."""
from dataclasses import dataclass, replace
from typing import Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.cleaning import check_mesh

#: How far a rotation matrix may be from a rotation (largest entry of R R^T - I).
ROTATION_TOLERANCE = 1e-3


@dataclass
class Rig:
    """V vertices over J joints in their rest pose, in which no joint is turned. Metres, y up.

    Raises UserError if it does not fit together: one root, parents before children, weights of a vertex that are
    positive, sum to 1 and leave the absent joints out.
    """

    vertices: np.ndarray                   # (V,3)
    faces: np.ndarray                      # (F,3)
    joint_names: Sequence[str]             # J
    parents: Sequence[int]                 # J, -1 for the root
    joints: np.ndarray                     # (J,3)
    weights: np.ndarray                    # (V,J)
    absent: Optional[np.ndarray] = None    # (J,) bool: bones of lost limbs; None: none
    colors: Optional[np.ndarray] = None    # (V,3) sRGB in 0..1
    uv: Optional[np.ndarray] = None        # (T,2)
    uv_faces: Optional[np.ndarray] = None  # (F,3) into uv

    def __post_init__(self) -> None:
        self.vertices, self.faces, self.colors = check_mesh(self.vertices, self.faces, self.colors)
        self.joints, self.weights = np.asarray(self.joints, np.float64), np.asarray(self.weights, np.float64)
        count = len(self.joint_names)
        self.absent = np.zeros(count, bool) if self.absent is None else np.asarray(self.absent, bool)
        for name, shape in (('joints', (count, 3)), ('weights', (len(self.vertices), count)), ('absent', (count,))):
            if getattr(self, name).shape != shape:
                raise UserError(f'rig: {name} has shape {getattr(self, name).shape} where {shape} was expected')
        if list(self.parents[:1]) != [-1] or len(self.parents) != count or any(
                not 0 <= p < j for j, p in enumerate(self.parents) if j):
            raise UserError('rig: parents must name one root, the first joint (-1), and for each other an earlier joint')
        if not np.isfinite(self.joints).all():
            raise UserError('rig: joints are not finite')
        if not (self.weights >= 0).all() or np.abs(self.weights.sum(1) - 1).max() > 1e-3:
            raise UserError('rig: the weights of a vertex must be positive and sum to 1')
        if self.weights[:, self.absent].any():
            raise UserError('rig: absent joints hold vertices; give their weights to the last joint that is there')
        if any(self.absent[p] and not self.absent[j] for j, p in enumerate(self.parents) if p >= 0) or self.absent[0]:
            raise UserError('rig: a joint that is there hangs on an absent one')

    def present(self) -> np.ndarray:
        """(j,) indices of the joints that are there."""
        return np.flatnonzero(~self.absent)

    def without_absent(self) -> 'Rig':
        """The rig of the joints that are there."""
        keep = self.present()
        new = {int(old): i for i, old in enumerate(keep)}
        return replace(self, joint_names=[self.joint_names[j] for j in keep], absent=None, joints=self.joints[keep],
                       parents=[new.get(self.parents[j], -1) for j in keep], weights=self.weights[:, keep])


@dataclass
class Clip:
    """T frames of motion of J joints. Raises UserError for wrong shapes, NaN and matrices that are no rotations."""

    rotations: np.ndarray                     # (T,J,3,3) relative to the parent
    translation: Optional[np.ndarray] = None  # (T,3) m, added to everything
    fps: float = 30.
    name: str = 'motion'

    def __post_init__(self) -> None:
        self.rotations = np.asarray(self.rotations, np.float64)
        frames = len(self.rotations) if self.rotations.ndim else 0
        if self.rotations.ndim != 4 or self.rotations.shape[2:] != (3, 3) or not frames:
            raise UserError(f'poses have shape {self.rotations.shape} where (frames, joints, 3, 3) was expected')
        self.translation = np.zeros((frames, 3)) if self.translation is None else np.asarray(self.translation, np.float64)
        if self.translation.shape != (frames, 3):
            raise UserError(f'translation has shape {self.translation.shape} where ({frames}, 3) was expected')
        if not np.isfinite(self.rotations).all() or not np.isfinite(self.translation).all():
            raise UserError('poses hold numbers that are not finite')
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise UserError(f'fps must be a positive number, got {self.fps}')
        off = np.abs(self.rotations @ self.rotations.swapaxes(-1, -2) - np.eye(3)).max((-1, -2))
        wrong = np.argwhere((off > ROTATION_TOLERANCE) | (np.linalg.det(self.rotations) < 0))
        if len(wrong):
            frame, joint = wrong[0]
            raise UserError(f'the pose of joint {joint} in frame {frame} is not a rotation matrix')

    def quaternions(self) -> np.ndarray:
        """(T,J,4) float32 x, y, z, w; of the two signs the one nearer to the frame before, so players turn the short way."""
        from scipy.spatial.transform import Rotation
        frames, joints = self.rotations.shape[:2]
        turns = Rotation.from_matrix(self.rotations.reshape(-1, 3, 3)).as_quat().reshape(frames, joints, 4)
        turns[0] *= np.where(turns[0, :, 3:] < 0, -1, 1)
        flips = np.where((turns[1:] * turns[:-1]).sum(-1, keepdims=True) < 0, -1, 1)
        turns[1:] *= np.cumprod(flips, 0)
        return turns.astype(np.float32)


def pose_rig(rig: Rig, rotations: np.ndarray, translation: Sequence[float] = (0, 0, 0),
             weights: Optional[np.ndarray] = None) -> np.ndarray:
    """Linear blend skinning: vertices (V,3) float64 of the rig in a pose (J,3,3).

    ``weights`` (V,J) replace those of the rig, for instance after :func:`strongest_weights`.
    """
    world, place = np.empty((len(rig.parents), 3, 3)), np.empty((len(rig.parents), 3))
    for joint, parent in enumerate(rig.parents):
        if parent < 0:
            world[joint], place[joint] = rotations[joint], rig.joints[joint] + translation
        else:
            world[joint] = world[parent] @ rotations[joint]
            place[joint] = place[parent] + world[parent] @ (rig.joints[joint] - rig.joints[parent])
    moved = rig.vertices @ world.swapaxes(1, 2) + (place - np.einsum('jab,jb->ja', world, rig.joints))[:, None]  # (J,V,3)
    return np.einsum('vj,jva->va', rig.weights if weights is None else weights, moved)


def strongest_weights(weights: np.ndarray, limit: Optional[int] = None) -> np.ndarray:
    """(V,J) weights of which each vertex keeps the ``limit`` largest, made to sum to 1; None keeps all."""
    kept = np.array(weights, np.float64)
    if limit is not None and limit < kept.shape[1]:
        weakest = np.argsort(kept, 1, kind='stable')[:, :-limit]
        np.put_along_axis(kept, weakest, 0, 1)
    return kept / kept.sum(1, keepdims=True)
