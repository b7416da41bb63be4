"""Every config of configs/ trains and is evaluated at reduced size, and is what its name says.

A new config is tested without a word here; what sets a row of the paper apart stands in ``ROWS``.
"""
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.loops import use_resumable_loop
from ajahr_mm.engine.preflight import missing_files
from ajahr_mm.registry import MODELS, register_all

from .shrinking import FRACTION, shrink

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = {path.stem: path for path in sorted((ROOT / 'configs').glob('*/*.py'))
           if path.parent.name not in ('_base_', 'synthesis')}

DATA_SET = ['pipeline.splits.train=25', 'pipeline.splits.test=25', 'shard_size=25', 'pose_sets.train=100',
            'pose_sets.test=20']

PARTIAL = dict(vit_blocks={28, 29, 30, 31}, decoder_layers={4, 5})
EVERYTHING = dict(vit_blocks=set(range(32)), decoder_layers=set(range(6)))
BPAC = dict(inputs='both', in_channels=15)
AJAHR = dict(pose_head='SwitchingTokenHead', codebooks=2 * [(320, 256, 2048)], switch=('gt', 'predicted'), noise=0.0,
             losses='BodyLosses', shares=dict(a3d=0.5, corpora=0.5), **BPAC, **PARTIAL, limb_path='second_pass',
             limb_token=True)
HMR2 = dict(pose_head='RegressionPoseHead', adversary=True, distance='l1', reduction='sum', **EVERYTHING)
TOKENHMR = dict(pose_head='TokenPoseHead', codebooks=[(160, 256, 2048)], losses='TALSLosses', **EVERYTHING)
CLIFF = dict(params_head='CLIFFHead', backbone='HRNetBackbone', crop=224)
ALONE = dict(limb_path='off', limb_token=False, inputs=None)
AMPUTEE, INTACT = (dict(shares=shares) for shares in (dict(amputee=0.5, intact=0.5), dict(intact=1.0)))
#: Config -> what it is about; facts not named are not looked at.
ROWS = {
    'ajahr_vitpose_a3d': AJAHR,
    **{f'ajahr_vitpose_a3d_noise-{percent}': {**AJAHR, 'noise': percent / 100} for percent in (25, 50, 75, 100)},
    'ajahr_vitpose_a3d_image-only': {**AJAHR, 'inputs': 'image', 'in_channels': 3},
    'ajahr_vitpose_a3d_keypoint-only': {**AJAHR, 'inputs': 'keypoints', 'in_channels': 12},
    **{f'ajahr_vitpose_a3d_tokens-{tokens}': {**AJAHR, 'codebooks': 2 * [(tokens, 256, 2048)]} for tokens in (160, 640)},
    **{f'ajahr_vitpose_a3d_{kind}-tokenizer': {**AJAHR, 'pose_head': 'TokenPoseHead', 'codebooks': [(320, 256, 2048)]}
       for kind in ('amputee', 'intact')},
    'ajahr_vitpose_a3d_full': {**AJAHR, **EVERYTHING},
    'ajahr_vitpose_a3d_no-cross-attention': {**AJAHR, 'limb_path': 'off', 'limb_token': False},
    'ajahr_vitpose_a3d_full_no-cross-attention': {**AJAHR, **EVERYTHING, 'limb_path': 'off', 'limb_token': False},
    'ajahr_vitpose_a3d_no-classifier': {**AJAHR, **ALONE, 'in_channels': None, 'switch': ('gt', 'gt')},
    **{f'ajahr_vitpose_a3d_share-{percent}': {**AJAHR, 'shares': shares} for percent, shares in (
        (25, dict(a3d=0.25, corpora=0.75)), (75, dict(a3d=0.75, corpora=0.25)), (100, dict(a3d=1.0)))},
    'hmr2_vitpose_a3d': {**HMR2, **ALONE},
    'hmr2_vitpose_a3d_bpac': {**HMR2, **BPAC, 'limb_path': 'second_pass', 'limb_token': True},
    'tokenhmr_vitpose_a3d': {**TOKENHMR, **ALONE},
    'tokenhmr_vitpose_a3d_bpac': {**TOKENHMR, **BPAC, 'limb_path': 'second_pass', 'limb_token': True},
    'cliff_hrnet-w48_a3d': {**CLIFF, **ALONE, 'shares': dict(a3d=0.5, corpora=0.5)},
    'cliff_hrnet-w48_a3d_bpac': {**CLIFF, **BPAC, 'limb_path': 'concat', 'limb_token': True},
    'cliff_hrnet-w48_bedlam': {**CLIFF, **ALONE, 'corpora': ['corpora.bedlam']},
    'bpac_resnet34-cbam_a3d': dict(system='LimbEstimator', limb_token=False, blocks=16, **BPAC),
    'bpac_resnet34-cbam_a3d_image-only': dict(system='LimbEstimator', inputs='image', in_channels=3),
    'bpac_resnet34-cbam_a3d_keypoint-only': dict(system='LimbEstimator', inputs='keypoints', in_channels=12),
    **{f'tokenizer_{tokens}x{dim}x{codes}_amputee': dict(codebooks=[(tokens, dim, codes)], **AMPUTEE)
       for tokens, dim, codes in (*((tokens, 256, 2048) for tokens in (20, 40, 80, 160, 320, 640)), (320, 128, 2048),
                                  (320, 256, 1024))},
    **{f'tokenizer_{tokens}x256x2048_intact': dict(codebooks=[(tokens, 256, 2048)], **INTACT) for tokens in (160, 320, 640)},
    'tokenizer_160x256x2048_tokenhmr': dict(codebooks=[(160, 256, 2048)], freeze_after=2500, vertex_weighting='area',
                                            **INTACT),
    'ajahr_tiny_a3d-mini': dict(pose_head='SwitchingTokenHead', limb_path='second_pass', limb_token=True),
    'tokenhmr_tiny_a3d-mini': dict(pose_head='TokenPoseHead', **ALONE),
    'hmr2_tiny_a3d-mini': dict(pose_head='RegressionPoseHead', **ALONE),
    'cliff_tiny_a3d-mini': dict(params_head='CLIFFHead', backbone='HybridBackbone', **ALONE),
}


def facts(runner):
    """What sets systems apart, read off the built parts (sizes as the config had them before it was shrunk)."""
    model, found = runner.model, {}
    part = dict(model.named_children()).get
    bpac, decoder, data = part('limb_classifier'), part('decoder'), runner.train_dataloader.dataset
    found.update(system=type(model).__name__, inputs=getattr(bpac, 'inputs', None),
                 limb_path=getattr(decoder, 'limb_path', None), adversary=part('adversary') is not None,
                 limb_token=bpac is not None and bpac.projection is not None)
    if bpac is not None:
        found.update(in_channels=bpac.backbone.conv1.in_channels, blocks=sum(hasattr(m, 'cbam') for m in bpac.modules()))
    else:
        found.update(in_channels=None)
    for name in ('pose_head', 'params_head', 'backbone', 'losses'):
        found[name] = type(part(name)).__name__ if part(name) is not None else None
    codecs = [m for m in model.modules() if type(m).__name__ == 'VQPoseCodec']
    divisor = FRACTION['VQPoseCodec']
    found['codebooks'] = [(codec.num_tokens, codec.quantizer.codebook.shape[1] * divisor['code_dim'],
                           codec.num_codes * divisor['num_codes']) for codec in codecs]
    trained = '\n'.join(name for name, parameter in model.named_parameters() if parameter.requires_grad)
    found['vit_blocks'] = {int(number) for number in re.findall(r'backbone\.vit\.layers\.(\d+)', trained)}
    found['decoder_layers'] = {int(number) for number in re.findall(r'decoder\.layers\.(\d+)\.self', trained)}
    found['switch'] = (getattr(model, 'train_switch', None), getattr(model, 'test_switch', None))
    found['crop'] = getattr(model, 'crop_size', None)
    for name in ('distance', 'reduction', 'vertex_weighting'):
        found[name] = getattr(part('losses'), name, None)
    shares, found['corpora'] = getattr(data, 'shares', {}), getattr(data, 'part_names', None)
    found['shares'] = {part: share / sum(shares.values()) for part, share in shares.items()}
    steps = getattr(getattr(runner.test_dataloader.dataset, 'pipeline', None), 'transforms', [])
    found['noise'] = next((step.noise_ratio for step in steps if hasattr(step, 'noise_ratio')), None)
    found['freeze_after'] = next((hook.freeze_after for hook in runner.hooks if hasattr(hook, 'freeze_after')), None)
    return found


@pytest.fixture(scope='session')
def data(tmp_path_factory):
    """A3D of 25 and 25 pictures, made by the tool that makes it."""
    out = tmp_path_factory.mktemp('configs') / 'a3d'
    done = subprocess.run([sys.executable, str(ROOT / 'tools/synthesize_a3d.py'), 'configs/synthesis/a3d-mini.py', '--out',
                           str(out), '--workers', '1', '--cfg-options', *DATA_SET], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


@pytest.mark.slow
@pytest.mark.parametrize('name', CONFIGS)
def test_a_config_trains_and_is_evaluated(name, data, tmp_path, monkeypatch):
    register_all()
    # MMEngine formats the whole config five times in a run and asks compilers for their versions: seconds that test nothing.
    monkeypatch.setattr(Config, 'pretty_text', property(lambda cfg: str(cfg.to_dict())))
    monkeypatch.setattr('mmengine.runner.runner.collect_env', dict)
    cfg = shrink(load_config(CONFIGS[name]), data)
    cfg.update(work_dir=str(tmp_path), experiment_name=f'{name}-{tmp_path.name}', log_level='ERROR')
    runner = Runner.from_cfg(use_resumable_loop(cfg))
    if name != 'mean-body_a3d-mini':
        runner.model.init_weights()
        before = {key: value.detach().clone() for key, value in runner.model.named_parameters()}
        runner.train()
        losses, _ = runner.message_hub.get_scalar('train/loss').data
        assert len(losses) == 2 and torch.tensor(losses).isfinite().all()
        moved = {key for key, value in runner.model.named_parameters() if not torch.equal(value, before[key])}
        trainable = {key for key, value in runner.model.named_parameters() if value.requires_grad}
        assert moved and moved <= trainable
    metrics = runner.test()
    best = load_config(CONFIGS[name]).default_hooks.checkpoint.save_best
    assert torch.tensor(metrics[best]).isfinite()
    found = facts(runner)
    wanted = ROWS.get(name, {})
    assert {key: found[key] for key in wanted} == wanted


def test_no_two_configs_are_the_same_system():
    """Also after shrinking: what a row is about must not be shrunk away. Only which tokenizer is read cannot remain."""
    seen = {}
    for name, path in CONFIGS.items():
        cfg = load_config(path)
        tokenizers, cfg = re.findall(r'tokenizer_\w+\.pth', str(cfg.model)), shrink(cfg, 'data')
        text = str([tokenizers, *(cfg.get(key) for key in ('model', 'train_dataloader', 'test_dataloader', 'optim_wrapper',
                                                           'custom_hooks'))])
        assert text not in seen, (name, seen[text])
        seen[text] = name
    assert set(ROWS) <= set(CONFIGS), set(ROWS) - set(CONFIGS)


def test_mesh_networks_read_the_tokenizers_of_their_names():
    for name, codecs in (('amputee-tokenizer', ['320x256x2048_amputee']), ('intact-tokenizer', ['320x256x2048_intact']),
                         *((f'tokens-{n}', [f'{n}x256x2048_amputee', f'{n}x256x2048_intact']) for n in (160, 640))):
        head = load_config(CONFIGS[f'ajahr_vitpose_a3d_{name}']).model.pose_head
        parts = [head.codec] if 'codec' in head else [head.amputee, head.intact]
        assert [part.checkpoint for part in parts] == [f'data/weights/tokenizer_{codec}.pth' for codec in codecs]
        assert {f'tokenizer_{codec}' for codec in codecs} <= set(CONFIGS)


@pytest.mark.parametrize('name', CONFIGS)
def test_every_missing_file_has_a_source(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where nothing is
    register_all()
    cfg = load_config(CONFIGS[name])
    missing = [file for phase in ('train', 'test') for file in missing_files(cfg, phase)]
    assert missing and not [file for file in missing if file.source is None]


def test_the_table_of_rows_names_every_config():
    text = (ROOT / 'configs/README.md').read_text(encoding='utf-8')
    linked = re.findall(r'\]\(([\w.\-/]+\.py)\)', text)
    assert {ROOT / 'configs' / link for link in linked} >= set(CONFIGS.values())
    assert all((ROOT / 'configs' / link).is_file() for link in linked)


def test_the_full_size_system_is_the_papers():
    """Built on the open body: parts and sizes of Sec. 3.3 and Supp. F-H."""
    register_all()
    init_default_scope('ajahr_mm')
    model = dict(load_config(CONFIGS['ajahr_vitpose_a3d']).model)
    model['body'] = dict(type='BodyModel', source='open')
    # Two of the 32 blocks keep the test light; their size is what counts.
    model['backbone'] = dict(model['backbone'], init_cfg=None, arch=dict(
        embed_dims=1280, num_layers=2, num_heads=16, feedforward_channels=5120))
    model['trainable'] = [pattern for pattern in model['trainable'] if 'vit.layers' not in pattern]
    system = MODELS.build(model)
    millions = {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in system.named_children()}
    assert millions['limb_classifier'] == pytest.approx(22.15, abs=0.01)
    assert millions['decoder'] == pytest.approx(39.39, abs=0.01)
    assert [codec.num_tokens for codec in system.pose_head.codecs] == [320, 320]
    trained = {name for name, p in system.named_parameters() if p.requires_grad}
    assert {name.split('.')[2] for name in trained if name.startswith('decoder.layers')} == {'4', '5'}
    assert not any('codec' in name for name in trained)
