"""What the checks of several networks share: weights, converted networks, the artificial body."""
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, Optional

import numpy as np
import torch
from parity.folder import Fixture, body_buffers
from parity.recipe import images, synthetic_smpl
from torch import Tensor, nn

from ajahr_mm.apis.official import convert_checked
from ajahr_mm.body_models import BodyModel
from ajahr_mm.convert.reading import PublicFile
from ajahr_mm.convert.rules import Conversion
from ajahr_mm.registry import MODELS


def converted(family: str, state: Dict[str, Tensor], **tokenizers: Dict[str, Tensor]) -> Conversion:
    """The way of every public checkpoint, but for the file."""
    return convert_checked(family, PublicFile(state, {}, ''),
                           **{name: PublicFile(part, {}, '') for name, part in tokenizers.items()})


def build(config: Dict[str, Any], state: Dict[str, Tensor]) -> nn.Module:
    """A network in evaluation mode with exactly these weights."""
    with _no_initialisation():
        model = MODELS.build({'_scope_': 'ajahr_mm', **config})
    model.load_state_dict(state, strict=True)
    return model.eval()


class _no_initialisation:
    """Random initial weights of a full-size network cost more than its forward pass; all of them are replaced."""

    def __enter__(self) -> None:
        self.kept = {name: getattr(nn.init, name) for name in ('kaiming_uniform_', 'uniform_', 'kaiming_normal_')}
        for name in self.kept:
            setattr(nn.init, name, lambda tensor, *args, **kwargs: tensor)

    def __exit__(self, *error: Any) -> None:
        for name, function in self.kept.items():
            setattr(nn.init, name, function)


def mean_and_std(fixture: Fixture, state: Dict[str, Tensor]) -> np.ndarray:
    """(n,2) of every entry, in the order of the keys, float64."""
    rows = [(value.double().mean().item(), value.double().std(correction=0).item())
            for value in (state[key] for key, *_ in fixture.keys)]
    return np.array(rows)


def pictures(fixture: Fixture) -> Tensor:
    """The normalised images (B,3,S,S) of a fixture."""
    return torch.from_numpy(images(*fixture.seed('images')))


def probe(image: Tensor) -> Tensor:
    """The pixels that fixtures keep of their images."""
    return image[:, :, ::51, ::51]


def tap(module: nn.Module, store: Dict[str, Tensor], name: str) -> Callable:
    """Keeps the output of ``module`` under ``name``; returns what ends it."""
    return module.register_forward_hook(lambda _, __, output: store.__setitem__(name, output)).remove


@lru_cache(maxsize=2)
def artificial_body(vertices: int, faces: int) -> str:
    """Path of an SMPL file of the artificial body, with the 44 keypoints of the public wrappers; removed at exit."""
    smpl = synthetic_smpl(vertices, faces)
    shapes = dict(v_template=[vertices], faces_tensor=[faces])
    buffers = body_buffers(shapes)
    joints, points = np.zeros((44, 24), np.float32), np.zeros((44, vertices), np.float32)
    picks = buffers['vertex_joint_selector.extra_joints_idxs']
    for keypoint, source in enumerate(buffers['joint_map']):
        if source < 24:
            joints[keypoint, source] = 1
        else:
            points[keypoint, picks[source - 24]] = 1
    points[25:] = smpl.pop('extra_regressor')
    folder = tempfile.TemporaryDirectory(prefix='parity-')
    _FOLDERS.append(folder)
    path = Path(folder.name) / 'body.npz'
    np.savez(path, **smpl, keypoint_joints=joints, keypoint_vertices=points, keypoint_vertex_ids=np.arange(vertices))
    return str(path)


_FOLDERS: list = []


def body_model(vertices: int = 6890, faces: int = 13776, with_mask: bool = False) -> BodyModel:
    """The artificial body, its pose blend shapes seeing the zero matrices as in the releases."""
    return BodyModel(artificial_body(vertices, faces), mask_pose_blend=with_mask)


def numpy(value: Optional[Tensor]) -> np.ndarray:
    return value.detach().cpu().numpy()
