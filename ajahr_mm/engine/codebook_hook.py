"""How a learning codebook is used."""
from typing import Iterator, Optional, Tuple

import torch
from mmengine.hooks import Hook
from torch import nn

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
        freeze_after: iterations after which codebooks no longer move, while encoder and decoder go on. None lets them
            learn to the end; 2500 is what happens in TokenHMR, whose first evaluation leaves the network in eval mode.
    """

    def __init__(self, interval: int = 50, freeze_after: Optional[int] = None) -> None:
        self.interval, self.freeze_after = interval, freeze_after

    def before_train_iter(self, runner, batch_idx: int, data_batch=None) -> None:
        # At every iteration, because the loop puts the whole model into training mode before each.
        if self.freeze_after is not None and runner.iter >= self.freeze_after:
            for _, quantizer, _ in quantizers(runner.model):
                quantizer.eval()

    def after_train_iter(self, runner, batch_idx: int, data_batch=None, outputs=None) -> None:
        if not self.every_n_train_iters(runner, self.interval):
            return
        for name, quantizer, count in quantizers(runner.model):
            if quantizer.training:
                for key, value in codebook_statistics(count).items():
                    runner.message_hub.update_scalar(f'train/{name}.{key}', value)


def quantizers(model: nn.Module) -> Iterator[Tuple[str, nn.Module, torch.Tensor]]:
    """Name, module and recent use (M,) of every quantiser in a model, wrapped or not."""
    for name, module in unwrapped(model).named_modules():
        count = module.usage() if callable(getattr(module, 'usage', None)) else getattr(module, 'code_count', None)
        if isinstance(count, torch.Tensor):
            yield name, module, count
