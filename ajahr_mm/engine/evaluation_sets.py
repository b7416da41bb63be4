"""One system on several test sets: what is evaluated comes from one config, on whom from another."""
from mmengine.config import Config

from ajahr_mm.engine.config import load_config
from ajahr_mm.io.errors import UserError


def use_test_set(cfg: Config, path: str) -> Config:
    """``cfg`` with the test data and metrics of the config ``path``, such as ``configs/_base_/datasets/emdb.py``.

    The system keeps how it sees people (its test pipeline) and the body it is measured with. Metrics that its own
    evaluator lacks are left out: without limb classifier there is no ``LimbMetric``.

    Raises:
        UserError: a config without test set, or one that measures nothing this system gives.
    """
    other = load_config(path)
    if not other.get('test_dataloader') or not other.get('test_evaluator'):
        raise UserError(f'{path} has no test_dataloader and test_evaluator; give a test set, such as '
                        'configs/_base_/datasets/emdb.py.')
    own = {metric['type']: metric for metric in _as_list(cfg.test_evaluator)}
    metrics = [metric for metric in _as_list(other.test_evaluator) if metric['type'] in own]
    if not metrics:
        raise UserError(f'{path} measures {", ".join(metric["type"] for metric in _as_list(other.test_evaluator))} and '
                        f'{cfg.filename} can be measured by {", ".join(own)}; give a test set that fits.')
    for metric in metrics:
        if 'body' in own[metric['type']]:
            metric['body'] = own[metric['type']]['body']
    loader = other.test_dataloader
    if 'pipeline' in cfg.test_dataloader.dataset:
        loader.dataset.pipeline = cfg.test_dataloader.dataset.pipeline
    cfg.test_dataloader, cfg.test_evaluator = loader, metrics
    cfg.data_sources = {**(cfg.get('data_sources') or {}), **(other.get('data_sources') or {})}
    return cfg


def _as_list(metrics) -> list:
    return [metrics] if isinstance(metrics, dict) else list(metrics)
