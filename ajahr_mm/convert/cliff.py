"""``--family cliff``: BEDLAM-CLIFF (HRNet-W48, three regression steps); SMPL-X or SMPL, by the shapes of its head."""
from ajahr_mm.convert.rules import Conversion, State, apply_rules, change, count, drop, keep, require, within
from ajahr_mm.io.errors import UserError

TITLE = 'BEDLAM-CLIFF'
_WB = r'\.(weight|bias)'
_DEAD = 'in the checkpoint, but not on the way from image to body'

_BACKBONE = within('model.backbone.', 'backbone.', (
    drop(r'final_layer\..*', _DEAD),
    *(keep(rf'downsample_stage_{scale}\.(.+)', rf'descend.{scale - 1}.\1') for scale in (1, 2, 3)),
    keep(r'((?:conv|bn|layer|transition|stage)\d\..+)', r'hrnet.\1')))
_HEAD = within('model.head.', 'params_head.', (
    drop(r'downsample_module\..*', _DEAD),
    change(r'init_pose', {'init_pose': lambda value: value[0]}, 'batch axis taken off'),
    change(r'init_shape', {'init_betas': lambda value: value[0]}, 'batch axis taken off'),
    change(r'init_cam', {'init_camera': lambda value: value[0]}, 'batch axis taken off'),
    keep(r'(fc[12])' + _WB, r'\1.\2'), keep(r'decpose' + _WB, r'pose.\1'), keep(r'decshape' + _WB, r'shape.\1'),
    keep(r'deccam' + _WB, r'camera.\1')))
_BODY = (drop(r'(?:model\.)?(?:smplx?|J_regressor|.*body_model)(?:\..*)?',
              'buffers of a body model: licensed arrays, built from your own file'),)


def recognise(state: State) -> bool:
    """The two dense layers of the regressor under ``model.head``."""
    return 'model.head.fc1.weight' in state and 'model.head.decpose.weight' in state


def convert(state: State) -> Conversion:
    """-> entries of a ``BodyEstimator`` with ``HRNetBackbone``, ``BoxPooling`` and ``CLIFFHead``.

    Raises:
        UserError: it is the network without box information (BEDLAM-HMR), or its trunk is of another make.
    """
    head = 'model.head.'
    require(state, [head + 'fc1.weight', head + 'decshape.weight', head + 'init_pose',
                    'model.backbone.transition1.0.0.weight'], TITLE)
    if 'model.backbone.downsample_stage_1.0.weight' not in state:
        raise UserError('the trunk of this checkpoint does not stride its maps down (no downsample_stage_1), so it is not '
                        'the published BEDLAM-CLIFF; give bedlam_cliff.ckpt or cliff.ckpt.')
    width = len(state['model.backbone.transition1.0.0.weight'])
    pose, betas = len(state[head + 'decpose.weight']), len(state[head + 'decshape.weight'])
    hidden, inputs = state[head + 'fc1.weight'].shape
    if inputs != 15 * width + 3 + pose + betas + 3:
        raise UserError(f'the head of this checkpoint takes {inputs} numbers where CLIFF takes '
                        f'{15 * width + pose + betas + 6} (features, box, pose, shape, camera); it is a network without box '
                        'information, such as BEDLAM-HMR, which is not supported.')
    done = apply_rules(state, _BACKBONE + _HEAD + _BODY, TITLE)
    modules = tuple(count(state, rf'model\.backbone\.stage{stage}\.(\d+)\.') for stage in (2, 3, 4))
    blocks = count(state, r'model\.backbone\.stage2\.0\.branches\.0\.(\d+)\.')
    # 22 joints are those of SMPL-X, whose betas mean something else than those of SMPL.
    body = 'SMPLX_NEUTRAL' if pose == 132 else 'SMPL_NEUTRAL'
    done.facts = dict(layout='interleaved', num_joints=pose // 6, num_betas=betas, width=width, body=body)
    done.model = dict(
        type='BodyEstimator', data_preprocessor=dict(type='BodyPreprocessor'), image_columns=None, crop_size=224,
        backbone=dict(type='HRNetBackbone', width=width, modules=modules, blocks=blocks),
        decoder=dict(type='BoxPooling'), pose_head=None,
        params_head=dict(type='CLIFFHead', in_dim=15 * width + 3, dim=hidden, num_joints=pose // 6, num_betas=betas),
        body=dict(type='BodyModel', source=f'data/body_models/{body}.npz', num_betas=betas),
        losses=dict(type='BodyLosses'))
    return done
