"""How a learning codebook is used."""
import torch
from mmengine.hooks import Hook

from ajahr_mm.engine.launch import unwrapped
from ajahr_mm.registry import HOOKS


def codebook_statistics(count: torch.Tensor) -> dict:
    """Use of each code (M,) -> perplexity exp(entropy), 1 to M, and the number of dead codes (less than one use)."""
    share = count.double() / count.double().sum().clamp_min(1e-12)
    entropy = -(share * share.clamp_min(1e-12).log()).sum()
    return dict(perplexity=float(entropy.exp()), dead_codes=int((count < 1).sum()))


@HOOKS.register_module()
class CodebookHook(Hook):
    """Logs how a learning codebook is used: perplexity and dead codes of every quantiser in the model.

    A quantiser is a submodule with a method ``usage()`` -> (M,), or a buffer ``code_count`` (M,) of recent use.

    Args:
        interval: iterations between two entries in the log.
    """

    def __init__(self, interval: int = 50) -> None:
        self.interval = interval

    def after_train_iter(self, runner, batch_idx: int, data_batch=None, outputs=None) -> None:
        if not self.every_n_train_iters(runner, self.interval):
            return
        for name, module in unwrapped(runner.model).named_modules():
            count = module.usage() if callable(getattr(module, 'usage', None)) else getattr(module, 'code_count', None)
            if not isinstance(count, torch.Tensor) or not module.training:
                continue
            for key, value in codebook_statistics(count).items():
                runner.message_hub.update_scalar(f'train/{name}.{key}', value)
