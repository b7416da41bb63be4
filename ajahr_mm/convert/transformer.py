"""The decoder and read-outs that HMR2.0, TokenHMR and AJAHR share."""
from typing import Any, Dict, Tuple

from ajahr_mm.convert.rules import Rule, State, change, count, drop, keep, require, within

_WB = r'\.(weight|bias)'
_LAYER = r'transformer\.layers\.(\d+)\.'

#: For names without ``smpl_head.transformer.``.
DECODER: Tuple[Rule, ...] = (
    keep(r'pos_embedding', 'pos_embedding'), keep(r'to_token_embedding' + _WB, r'token_embedding.\1'),
    keep(_LAYER + r'0\.norm' + _WB, r'layers.\1.self_attention.norm.\2'),
    keep(_LAYER + r'0\.fn\.to_qkv\.weight', r'layers.\1.self_attention.to_qkv.weight'),
    keep(_LAYER + r'0\.fn\.to_out\.0' + _WB, r'layers.\1.self_attention.to_out.\2'),
    keep(_LAYER + r'1\.norm' + _WB, r'layers.\1.cross_attention.norm.\2'),
    keep(_LAYER + r'1\.fn\.(to_q|to_kv)\.weight', r'layers.\1.cross_attention.\2.weight'),
    keep(_LAYER + r'1\.fn\.to_out\.0' + _WB, r'layers.\1.cross_attention.to_out.\2'),
    keep(_LAYER + r'2\.norm' + _WB, r'layers.\1.feed_forward.0.\2'),
    keep(_LAYER + r'2\.fn\.net\.0' + _WB, r'layers.\1.feed_forward.1.\2'),
    keep(_LAYER + r'2\.fn\.net\.3' + _WB, r'layers.\1.feed_forward.3.\2'))

#: Initial values; their pose begins with the root, and ours are without the batch axis.
MEANS: Tuple[Rule, ...] = within('smpl_head.', '', (
    change(r'init_body_pose', {'params_head.init_orient': lambda pose: pose[0, :6],
                               'pose_head.init_pose': lambda pose: pose[0, 6:]}, 'split into root and body'),
    change(r'init_betas', {'params_head.init_betas': lambda betas: betas[0]}, 'batch axis taken off'),
    change(r'init_cam', {'params_head.init_camera': lambda camera: camera[0]}, 'batch axis taken off')))

#: What no network of ours needs.
LEFT_OUT: Tuple[Rule, ...] = (
    drop(r'smpl\..*', 'buffers of a body model: licensed arrays, built from your own file'),
    drop(r'initialized', 'flag of the training program'),
    drop(r'discriminator\..*', 'adversary of the training, no part of the network'))

_SHARED = within('smpl_head.transformer.', 'decoder.', DECODER) + MEANS + within('smpl_head.', 'params_head.', (
    keep(r'decshape' + _WB, r'shape.\1'), keep(r'deccam' + _WB, r'camera.\1'))) + LEFT_OUT


def shared_rules() -> Tuple[Rule, ...]:
    """Rules for everything but backbone, pose and global orientation."""
    return _SHARED


def decoder_config(state: State, title: str, limb_path: str) -> Dict[str, Any]:
    """The ``decoder`` of these entries. A head of the attention is 64 wide in all releases; the weights do not tell."""
    prefix = 'smpl_head.transformer.'
    layer = prefix + 'transformer.layers.0.'
    require(state, [prefix + 'pos_embedding', layer + '1.fn.to_kv.weight', layer + '2.fn.net.0.weight',
                    *(f'smpl_head.init_{name}' for name in ('body_pose', 'betas', 'cam'))], title)
    inner, context = state[layer + '1.fn.to_kv.weight'].shape
    return dict(type='TwoPathDecoder', dim=state[prefix + 'pos_embedding'].shape[-1], dim_head=64, heads=inner // 128,
                depth=count(state, prefix.replace('.', r'\.') + _LAYER), mlp_dim=len(state[layer + '2.fn.net.0.weight']),
                context_dim=context, limb_path=limb_path)


def estimator_config(**parts: Any) -> Dict[str, Any]:
    """A ``BodyEstimator`` of the given parts, with what these three systems have in common."""
    # Without the mask the pose blend shapes see the zero matrices, as in the releases.
    body = dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz', mask_pose_blend=False)
    return dict(type='BodyEstimator', data_preprocessor=dict(type='BodyPreprocessor'), image_columns=(32, 224), body=body,
                losses=dict(type='BodyLosses'), **parts)
