"""The systems of the paper's tables are configs of one estimator; each takes a step (Tables 2-4, B)."""
import numpy as np
import pytest
import torch
from mmengine.optim import build_optim_wrapper

TOKENS = dict(num_tokens=20, code_dim=16, num_codes=32, width=16)
BRIDGE = dict(dim=32, width=8, num_blocks=1, token_width=8, channel_width=8)
HMR2 = dict(pose_head=dict(type='RegressionPoseHead', dim=32))
TOKENHMR = dict(pose_head=dict(type='TokenPoseHead', codec=TOKENS, **BRIDGE))
CLIFF = dict(decoder=dict(type='BoxPooling'), pose_head=None, params_head=dict(type='CLIFFHead', in_dim=27, dim=32))
ALONE = dict(limb_classifier=None)
NO_PATH = dict(limb_classifier=dict(type='BPACNet', token_dim=None, image_size=64, crop_size=64,
                                    backbone=dict(type='CBAMResNet', layers=(1, 1), width=4)),
               decoder=dict(type='TwoPathDecoder', dim=32, depth=2, heads=2, dim_head=8, mlp_dim=32, context_dim=24,
                            limb_path='off'))
SYSTEMS = {
    'ajahr': {}, 'hmr2': {**HMR2, **ALONE}, 'tokenhmr': {**TOKENHMR, **ALONE}, 'cliff': {**CLIFF, **ALONE},
    'hmr2+bpac': HMR2, 'tokenhmr+bpac': TOKENHMR,
    'cliff+bpac': {**CLIFF, 'decoder': dict(type='BoxPooling', limb_path='concat'),
                   'params_head': dict(type='CLIFFHead', in_dim=27 + 24, dim=32)},
    'ajahr without cross-attention': NO_PATH,
    'ajahr without classifier': {**ALONE, 'test_switch': 'gt'},
    'ajahr with the losses of tokenhmr': dict(losses=dict(type='TALSLosses')),
}
WITH_VERDICT = [name for name in SYSTEMS if 'bpac' in name or name.startswith('ajahr') and 'without classifier' not in name]


@pytest.fixture
def batch(make_samples):
    samples = make_samples(4)
    for sample in samples:
        sample.set_metainfo(dict(img_shape=(480, 640), size=200.0, crop_size=64, dataset_name='a3d',
                                 affine=np.array([[0.32, 0, -40], [0, 0.32, -30]])))
    return dict(inputs=[torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8) for _ in range(4)], data_samples=samples)


@pytest.mark.parametrize('name', SYSTEMS)
def test_a_step_moves_all_that_trains_and_nothing_else(small_system, batch, name):
    model = small_system(**SYSTEMS[name]).train()
    wrapper = build_optim_wrapper(model, dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0)))
    before = {key: value.detach().clone() for key, value in model.named_parameters()}
    log = model.train_step(batch, wrapper)
    assert torch.as_tensor(log['loss']).isfinite() and ('loss_limbs' in log) == (name in WITH_VERDICT)
    moved = {key for key, value in model.named_parameters() if not torch.equal(value, before[key])}
    still = {key for key in before if 'codec.' in key} | {'decoder.token_embedding.weight'} & set(before)
    assert set(before) - moved == still  # the query's weight multiplies the number zero
    pred = model.val_step(batch)[0].pred
    assert pred.body_pose.shape == (23, 3, 3) and ('limb_classes' in pred) == (name in WITH_VERDICT)


@pytest.mark.parametrize('name', ['ajahr', 'hmr2+bpac', 'tokenhmr+bpac', 'cliff+bpac'])
def test_the_limb_token_reaches_the_body_of_its_own_sample(small_system, batch, name):
    model = small_system(**SYSTEMS[name]).eval()
    torch.nn.init.normal_(model.params_head.shape.weight)
    data = model.data_preprocessor(batch)
    tokens = []

    def replace(_, args, out):
        tokens.append(out['token'])
        changed = out['token'].clone()
        changed[1] += 3.0
        return {**out, 'token': changed}

    plain = model(**data)['betas']
    model.limb_classifier.register_forward_hook(replace)
    difference = (model(**data)['betas'] - plain).abs().amax(1)
    assert tokens[0].shape == (4, 1, 24) and difference[1] > 1e-3 and difference[[0, 2, 3]].max() < 1e-5


def test_cliff_knows_where_the_crop_lies_and_the_others_do_not(small_system, batch):
    for name, matters in (('cliff', True), ('hmr2', False)):
        model = small_system(**SYSTEMS[name]).eval()
        torch.nn.init.normal_(model.params_head.shape.weight)
        data = model.data_preprocessor(batch)
        plain = model(**data)['betas']
        moved = [sample.clone() for sample in batch['data_samples']]
        for sample in moved:
            sample.set_metainfo(dict(affine=np.array([[0.32, 0, 60], [0, 0.32, -30]])))
        assert torch.equal(model(data['inputs'], moved)['betas'], plain) != matters
