"""Any config of configs/ at a size for tests: narrow layers and a handful of pictures, every part and switch as it is."""
import copy

from mmengine.config import Config

from ajahr_mm.engine.config import turn_off_validation, without_files

WIDTH = 32  # of image tokens, limb tokens and hidden states alike
BATCH = 2  # one amputee, one intact person
#: What a part gets in place of its own sizes. Depths stay: patterns of `trainable` name their layers.
SMALL = {
    'ViTBackbone': dict(arch=dict(embed_dims=WIDTH, num_layers=32, num_heads=2, feedforward_channels=WIDTH)),
    'HybridBackbone': dict(dim=WIDTH, heads=2),
    'HRNetBackbone': dict(width=4, modules=(1, 1, 1), blocks=1),
    'CBAMResNet': dict(width=8),
    'TwoPathDecoder': dict(dim=WIDTH, heads=2, dim_head=8, mlp_dim=WIDTH, context_dim=WIDTH),
    'TokenPoseHead': dict(dim=WIDTH, width=8, token_width=8, channel_width=8),
    'SwitchingTokenHead': dict(dim=WIDTH, width=8, token_width=8, channel_width=8),
    'RegressionPoseHead': dict(dim=WIDTH),
    'BodyParamsHead': dict(dim=WIDTH),
    'CLIFFHead': dict(dim=WIDTH),
}
#: The same for what the paper varies: divisors, so that 1024 codes stay half as many as 2048.
FRACTION = {'VQPoseCodec': dict(code_dim=16, num_codes=32, width=32)}


def shrink(cfg: Config, data) -> Config:
    """A copy that needs no file but the A3D in folder ``data`` and trains for two iterations."""
    cfg = copy.deepcopy(cfg)
    adversary = cfg.model.get('adversary')
    cfg.model = without_files(cfg.model)
    if adversary:
        cfg.model.adversary = adversary
    _shrink_parts(cfg.model, data)
    if cfg.model.get('params_head', {}).get('type') == 'CLIFFHead':
        pooled = {'HRNetBackbone': 15 * SMALL['HRNetBackbone']['width']}.get(cfg.model.backbone.type, WIDTH)
        cfg.model.params_head.in_dim = pooled + 3 + (WIDTH if cfg.model.decoder.get('limb_path') == 'concat' else 0)
    for phase, split in (('train', 'train'), ('val', 'test'), ('test', 'test')):
        loader = cfg[f'{phase}_dataloader']
        loader.update(batch_size=BATCH, num_workers=0, persistent_workers=False)
        loader.dataset = _small_data(loader.dataset, data, split)
    for metrics in (cfg.val_evaluator, cfg.test_evaluator):
        for metric in metrics if isinstance(metrics, list) else [metrics]:
            if 'body' in metric:
                metric.body.source = 'open'
    cfg.load_from = None
    cfg.train_cfg.max_iters = 2
    return turn_off_validation(cfg)


def _shrink_parts(node, data) -> None:
    if isinstance(node, dict):
        kind = node.get('type')
        node.update(copy.deepcopy(SMALL.get(kind, {})))
        for name, divisor in FRACTION.get(kind, {}).items():
            node[name] = max(node[name] // divisor, 2)
        if kind == 'BPACNet':
            node.update(image_size=64, token_dim=WIDTH if node.get('token_dim') else None)
        if kind == 'PoseAdversary':
            node.poses = f'{data}/train/annotations.npz'
        if kind == 'MeanBody':
            node.annotations = f'{data}/train/annotations.npz'
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, (list, tuple)) else ():
        _shrink_parts(value, data)


def _small_data(node: dict, data, split: str) -> dict:
    """The tree of data sets with its shares and pipelines, each leaf replaced by a few pictures or poses of ``data``."""
    if node['type'] == 'MixedDataset':
        return {**node, 'parts': {name: _small_data(part, data, split) for name, part in node['parts'].items()}}
    node = {key: value for key, value in node.items() if key in ('name', 'pipeline', 'limbs', 'test_mode', 'type')}
    if node['type'] in ('AMASS', 'MOYO', 'PosesOf', 'PoseDataset'):
        return {**node, 'type': 'PoseDataset', 'data_root': str(data), 'ann_file': f'poses_{split}.npz'}
    return {**node, 'type': 'A3DDataset', 'data_root': f'{data}/{split}', **({'indices': 6} if split == 'test' else {})}
