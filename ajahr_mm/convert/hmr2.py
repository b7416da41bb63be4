"""``--family hmr2``: HMR2.0 (4D-Humans), a and b."""
from ajahr_mm.convert.rules import Conversion, State, apply_rules, change, keep, within
from ajahr_mm.convert.transformer import decoder_config, estimator_config, shared_rules
from ajahr_mm.convert.vit import vit_config, vit_rules

TITLE = 'HMR2.0'

#: One read-out for all 24 joints; the first is the root.
_POSE = (change(r'smpl_head\.decpose\.(weight|bias)',
                {r'params_head.orient.\1': lambda value: value[:6], r'pose_head.pose.\1': lambda value: value[6:]},
                'split into root and body'),)

#: For names without ``discriminator.`` -> ``PoseDiscriminator``.
_DISCRIMINATOR = (
    change(r'D_conv1\.weight', {'embed.0.weight': lambda value: value[:, :, 0, 0]}, '1x1 convolution as a linear layer'),
    change(r'D_conv2\.weight', {'embed.2.weight': lambda value: value[:, :, 0, 0]}, '1x1 convolution as a linear layer'),
    keep(r'D_conv1\.bias', 'embed.0.bias'), keep(r'D_conv2\.bias', 'embed.2.bias'),
    keep(r'pose_out\.(\d+)\.(weight|bias)', r'joints.\1.\2'),
    keep(r'betas_fc1\.(weight|bias)', r'shape.0.\1'), keep(r'betas_fc2\.(weight|bias)', r'shape.2.\1'),
    keep(r'betas_out\.(weight|bias)', r'shape.4.\1'),
    keep(r'D_alljoints_fc1\.(weight|bias)', r'pose.0.\1'), keep(r'D_alljoints_fc2\.(weight|bias)', r'pose.2.\1'),
    keep(r'D_alljoints_out\.(weight|bias)', r'pose.4.\1'))


def recognise(state: State) -> bool:
    """One read-out for the whole pose."""
    return 'smpl_head.decpose.weight' in state and 'backbone.pos_embed' in state


def convert(state: State) -> Conversion:
    """-> entries of a ``BodyEstimator`` with ``RegressionPoseHead``; 6D vectors are columns."""
    backbone, decoder = vit_config(state, 'backbone.', TITLE), decoder_config(state, TITLE, 'off')
    done = apply_rules(state, vit_rules() + _POSE + shared_rules(), TITLE)
    done.facts = dict(layout='column', num_betas=state['smpl_head.init_betas'].shape[-1],
                      depth=backbone['arch']['num_layers'])
    done.model = estimator_config(
        backbone=backbone, decoder=decoder,
        pose_head=dict(type='RegressionPoseHead', dim=decoder['dim'], layout='column'),
        params_head=dict(type='BodyParamsHead', dim=decoder['dim'], layout='column', num_betas=done.facts['num_betas']))
    return done


def convert_discriminator(state: State) -> Conversion:
    """The adversary of a training checkpoint, for ``PoseDiscriminator``; all other entries are left out."""
    rules: tuple = within('discriminator.', '', _DISCRIMINATOR)
    return apply_rules({name: value for name, value in state.items() if name.startswith('discriminator.')}, rules, TITLE)
