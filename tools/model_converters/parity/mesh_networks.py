"""AJAHR, TokenHMR and HMR2.0: backbone, limb verdicts, decoder, codes, rotations, camera, body."""
from typing import Any, Dict

import numpy as np
import torch
from parity import comparison
from parity.bpac import in_their_order
from parity.common import artificial_body, build, converted, mean_and_std, pictures, probe, tap
from parity.folder import Fixture
from parity.recipe import keypoints, rotations
from parity.tokenizer_files import tokenizer_state
from torch import Tensor, nn

from ajahr_mm.anatomy.limbs import classes_to_extent
from ajahr_mm.body_models.amputation import kept_joints
from ajahr_mm.convert import hmr2
from ajahr_mm.geometry.cameras import CROP_SIZE, project_to_crop, weak_to_translation
from ajahr_mm.models import PoseDiscriminator

LIMITS = comparison.COMMON
INPUTS = ('keypoints_2d',)
_INTACT = 3  # their class of a whole limb


def family_of(fixture: Fixture) -> str:
    """Which of the three, by the names of the entries; '' for none."""
    if fixture.has('smpl_head.decpose.mixer_trans.ff.0.weight'):
        return 'ajahr' if fixture.has('classifier.projection.weight') else 'tokenhmr'
    return 'hmr2' if fixture.has('smpl_head.decpose.weight') else ''


def applies(fixture: Fixture) -> bool:
    return fixture.arrays is not None and bool(family_of(fixture))


def run(fixture: Fixture) -> Dict[str, Any]:
    """Every stored array, computed by a converted ``BodyEstimator``."""
    family, state = family_of(fixture), fixture.state()
    files = {} if family != 'tokenhmr' else dict(tokenizer=tokenizer_state(fixture))
    done = converted(family, state, **files)
    body = dict(done.model['body'], source=artificial_body(6890, 13776))
    second_pass = 'decoder_token_image_only' in fixture.arrays
    decoder = dict(done.model['decoder'], limb_path='second_pass' if second_pass else 'off')
    model = build(dict(done.model, body=body, decoder=decoder), done.state)

    image, maps = pictures(fixture), {}
    tap(model.backbone, maps, 'features')
    tap(model.decoder, maps, 'hidden')
    limb_keypoints = _limb_keypoints(fixture) if family == 'ajahr' else None
    pred = model.regress(image, limb_keypoints)
    features, hidden = maps['features'], maps['hidden']
    blank = model.backbone(torch.zeros(1, 3, 256, 192))
    out = dict(weight_mean_std=mean_and_std(fixture, state), img_probe=probe(image), feat_sub=_thin(features),
               feat_zero_image_sub=_thin(blank), feat_mean=features.mean((1, 2, 3)),
               feat_std=features.std((1, 2, 3), correction=0), decoder_token=hidden)
    pose_sixd = _hmr2(model, hidden, out, fixture, state) if family == 'hmr2' else _tokens(model, pred, hidden, out, fixture)
    if family == 'ajahr':
        _limbs(model, image, limb_keypoints, pred, out)
    if second_pass:
        token = model.limb_classifier(image, limb_keypoints)['token']
        out['decoder_token_image_only'] = model.decoder(features, None)
        # As if all tokens of the batch were one sequence: what a two-dimensional context did in the release's decoder.
        shared = token.transpose(0, 1).expand(len(image), -1, -1)
        out['decoder_token_2d_context_legacy'] = _again(model.decoder, out['decoder_token_image_only'], shared)
    _read_outs(model, pred, out, pose_sixd, hidden, fixture.arrays)
    return out


def _thin(features: Tensor) -> Tensor:
    return features[:, ::40, ::5, ::4]


def _limb_keypoints(fixture: Fixture) -> Tensor:
    """Limb joints of the stored COCO keypoints, or of those the recipe draws."""
    stored = fixture.arrays.get('keypoints_2d')
    points = keypoints(fixture.seed('keypoints'), fixture.seed('images')[1]) if stored is None else stored
    return torch.from_numpy(points)[:, 5:17]


def _hmr2(model: nn.Module, hidden: Tensor, out: Dict[str, Any], fixture: Fixture, state: Dict[str, Tensor]) -> Tensor:
    pose = model.pose_head.pose(hidden) + model.pose_head.init_pose
    orient = model.params_head.orient(hidden) + model.params_head.init_orient
    out['pose6d_with_mean'] = torch.cat([orient, pose], 1)
    if 'discriminator_out' in fixture.arrays:
        judge = PoseDiscriminator()
        judge.load_state_dict(hmr2.convert_discriminator(state).state, strict=True)
        batch = len(fixture.arrays['discriminator_out'])
        betas = np.random.RandomState(fixture.seed('betas')).randn(batch, 10).astype(np.float32)
        out['discriminator_out'] = judge(torch.from_numpy(rotations(fixture.seed('rotations'), batch, 23)),
                                         torch.from_numpy(betas))
    return pose.unflatten(1, (23, 6))


def _tokens(model: nn.Module, pred: Dict[str, Tensor], hidden: Tensor, out: Dict[str, Any], fixture: Fixture) -> Tensor:
    head = model.pose_head
    probs = head.bridge(hidden).softmax(-1)
    best = probs.topk(2, dim=-1)
    amputee = (pred['limb_classes'] != 0).any(1) if 'limb_classes' in pred else None
    decoded = head.decode(probs, amputee)
    out.update(code_prob_max=best.values[..., 0], code_top_margin=best.values[..., 0] - best.values[..., 1],
               code_top_index=comparison.Ours(best.indices[..., 0], fixture.arrays['code_top_margin'] > 1e-4),
               decoded_body6d=decoded)
    return (torch.cat([decoded.flatten(1), head.hands(hidden)], 1) + head.init_pose).unflatten(1, (23, 6))


def _limbs(model: nn.Module, image: Tensor, limb_keypoints: Tensor, pred: Dict[str, Tensor], out: Dict[str, Any]) -> None:
    theirs = in_their_order(pred['limb_logits'])
    out.update(bpac_logits=theirs, bpac_class=theirs.argmax(-1), bpac_status=(theirs.argmax(-1) < _INTACT).int(),
               bpac_token=model.limb_classifier(image, limb_keypoints)['token'][:, 0])


def _again(decoder: nn.Module, hidden: Tensor, context: Tensor) -> Tensor:
    x = hidden[:, None]
    for layer in decoder.layers:
        x = layer(x, context)
    return x[:, 0]


def _read_outs(model: nn.Module, pred: Dict[str, Tensor], out: Dict[str, Any], pose_sixd: Tensor, hidden: Tensor,
               stored: Dict[str, np.ndarray]) -> None:
    """Rotations, camera and the body, with the predicted limbs where there is a classifier."""
    extent = classes_to_extent(pred['limb_classes']) if 'limb_classes' in pred else None
    body = model.body(pred['global_orient'], pred['body_pose'], pred['betas'], limb_extent=extent)
    orient = model.params_head.orient(hidden) + model.params_head.init_orient
    steep = comparison.steep(pose_sixd)
    out.update(
        global_orient=comparison.Ours(pred['global_orient'][:, None], comparison.steep(orient)[:, None]),
        betas=pred['betas'], cam=pred['camera'], cam_t=weak_to_translation(pred['camera']), keypoints_3d=body.keypoints,
        keypoints_2d_pred=project_to_crop(body.keypoints, pred['camera']) / CROP_SIZE - 0.5,
        vertices_sub=body.vertices[:, ::97], body_pose=comparison.Ours(pred['body_pose'], steep))
    if extent is not None:
        kept = kept_joints(extent)[:, 1:]
        out.update(zero_mask=(kept == 0).int(), body_pose_before_zeroing=comparison.Ours(pred['body_pose'], steep),
                   body_pose_after_zeroing=comparison.Ours(pred['body_pose'] * kept[..., None, None], steep))
