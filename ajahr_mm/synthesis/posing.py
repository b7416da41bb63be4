"""From drawn people to posed, dressed surfaces and the keypoints that are annotated."""
from typing import Dict, List, Optional

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.draft import Draft
from ajahr_mm.synthesis.lighting.normals import VertexNormals


class Poser:
    """A body model and what the generator needs to know of its surface.

    Args:
        body: keyword arguments of ``body_models.build_body``.
        amputation: 'collapse' shows the paper's zero matrices, 'stump' a rounded residual limb. Keypoints are always
            those of the collapsed body (paper Sec. 3.1).
    """

    def __init__(self, body: Optional[Dict] = None, amputation: str = 'collapse') -> None:
        from ajahr_mm.body_models import build_body
        self.body = build_body(**(body or dict(source='open'))).eval()
        self.amputation = amputation
        self.surface = Surface.of(self.body)
        self.faces = np.asarray(self.body.faces, dtype=np.int32)
        self.normals = VertexNormals(self.faces, len(self.surface.rest))

    def pose(self, drafts: List[Draft]) -> None:
        """Fills in vertices, normals, points, root and ends of every draft, before translation."""
        import torch

        from ajahr_mm.geometry.rotations import axis_angle_to_matrix

        def tensor(values) -> 'torch.Tensor':
            return torch.from_numpy(np.stack(values).astype(np.float32))
        orient = axis_angle_to_matrix(tensor([draft.view.global_orient for draft in drafts]))
        pose = axis_angle_to_matrix(tensor([draft.pose.body_pose.reshape(23, 3) for draft in drafts]))
        betas, extent = (tensor([getattr(draft.subject, name) for draft in drafts]) for name in ('betas', 'limb_extent'))
        with torch.no_grad():
            shown = self.body(orient, pose, betas, limb_extent=extent, amputation=self.amputation, ghost=True)
            collapsed = shown if self.amputation == 'collapse' else self.body(
                orient, pose, betas, limb_extent=extent, amputation='collapse', with_vertices=False)
        skin, whole = shown.vertices.numpy(), shown.ghost_joints.numpy()
        dressed, normals = self._dress(skin, drafts)
        points, joints = collapsed.keypoints.numpy(), collapsed.joints.numpy()
        for i, draft in enumerate(drafts):
            draft.vertices, draft.normals, draft.points, draft.root = dressed[i], normals[i], points[i], joints[i, 0]
            draft.ends = self._ends(whole[i], draft.subject.limb_extent)

    def _dress(self, skin: np.ndarray, drafts: List[Draft]):
        """Vertices (B,V,3) raised by what is worn, and their normals."""
        normals = self.normals(skin)
        if all(draft.look.offset is None for draft in drafts):
            return skin, normals
        nothing = np.zeros(skin.shape[1], np.float32)
        offset = np.stack([nothing if draft.look.offset is None else draft.look.offset for draft in drafts])
        dressed = skin + normals * offset[..., None]
        return dressed, self.normals(dressed)

    def _ends(self, joints: np.ndarray, extent: np.ndarray) -> np.ndarray:
        """(L,3) where each lost limb ends; ``joints`` (24,3) of the same person with all limbs."""
        ends = []
        for limb in np.flatnonzero(extent < limbs.INTACT_EXTENT):
            shown = extent[limb] if self.amputation == 'stump' else np.floor(extent[limb])
            segment = min(int(shown), 2)
            start, after = (joints[limbs.CHAINS[limb][k]] for k in (segment, segment + 1))
            ends.append(start + (shown - segment) * (after - start))
        return np.array(ends, np.float32).reshape(-1, 3)
