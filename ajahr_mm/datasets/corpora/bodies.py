"""Keypoints that a body model gives to sets which only come with SMPL parameters."""
from typing import Any, Dict, Mapping, Union

import numpy as np
import torch

from ajahr_mm.datasets.corpora.geometry import to_matrix, with_confidence
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import BODY_MODELS

GENDERS = ('neutral', 'male', 'female')
_CHUNK = 512

BodyConfig = Union[Dict[str, Any], Mapping[str, Dict[str, Any]], None]


def gender_word(value: str) -> str:
    """'m', 'male', 'f', 'F', 'female', 'neutral', … -> one of GENDERS; whatever else -> neutral."""
    letter = str(value).strip("b'\" ").lower()[:1]
    return {'m': 'male', 'f': 'female'}.get(letter, 'neutral')


class Bodies:
    """Body models by gender.

    Args:
        config: None (there is none), one config in ``BODY_MODELS`` for everybody, or configs by gender
            (``dict(male=…, female=…)``); a gender without one takes the neutral one.

    Raises:
        UserError: a gender that does not exist.
    """

    def __init__(self, config: BodyConfig) -> None:
        by_gender = dict(neutral=config) if config is not None and 'type' in config else dict(config or {})
        unknown = sorted(set(by_gender) - set(GENDERS))
        if unknown:
            raise UserError(f'body={{{unknown[0]}: …}} is no gender; give one body model, or some of {", ".join(GENDERS)}.')
        self._configs, self._built = by_gender, {}

    def __bool__(self) -> bool:
        return bool(self._configs)

    def _body(self, gender: str):
        name = gender if gender in self._configs else 'neutral'
        if name not in self._configs:
            raise UserError(f'body has no model for {gender} people; add one for them, or a neutral one.')
        if name not in self._built:
            self._built[name] = BODY_MODELS.build(self._configs[name]).eval()
        return self._built[name]

    @torch.no_grad()
    def points(self, global_orient: np.ndarray, body_pose: np.ndarray, betas: np.ndarray, gender: np.ndarray
               ) -> Dict[str, np.ndarray]:
        """SMPL parameters (N,3), (N,69), (N,10) and genders (N,) -> ``keypoints`` (N,44,3) and ``root_offset`` (N,3), m.

        The body's origin is SMPL's; add the translation. People with NaN get NaN.
        """
        count = len(betas)
        found = dict(keypoints=np.full((count, 44, 3), np.nan, np.float32),
                     root_offset=np.full((count, 3), np.nan, np.float32))
        pose = np.concatenate([global_orient, body_pose], 1)
        known = np.isfinite(pose).all(1) & np.isfinite(betas).all(1)
        for each in np.unique(gender):
            rows = np.flatnonzero((gender == each) & known)
            body = self._body(str(each))
            for chunk in np.split(rows, range(_CHUNK, len(rows), _CHUNK)):
                rotations = torch.from_numpy(to_matrix(pose[chunk].reshape(len(chunk), 24, 3))).float()
                out = body(rotations[:, 0], rotations[:, 1:], torch.from_numpy(betas[chunk]).float(), with_vertices=False)
                found['keypoints'][chunk] = out.keypoints.numpy()
                found['root_offset'][chunk] = out.joints[:, 0].numpy()  # the root stays where it is in any pose
        return found


def add_keypoints_3d(columns: Dict[str, np.ndarray], bodies: Bodies, gender: np.ndarray) -> None:
    """Fills ``keypoints_3d`` (N,44,4) in camera axes and ``root_offset`` from the parameters, in place."""
    found = bodies.points(columns['global_orient'], columns['body_pose'], columns['betas'], gender)
    columns['keypoints_3d'] = with_confidence(found['keypoints'] + columns['transl'][:, None]).astype(np.float32)
    columns['root_offset'] = found['root_offset']
