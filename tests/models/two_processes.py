"""One of two processes that train a small AJAHR with an adversary over gloo: ``two_processes.py RANK FOLDER``."""
import importlib.util
import sys
from pathlib import Path

import torch
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from ajahr_mm.registry import MODELS, register_all

spec = importlib.util.spec_from_file_location('models_conftest', Path(__file__).with_name('conftest.py'))
conftest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conftest)


def main(rank: int, folder: str) -> None:
    torch.set_num_threads(1)
    torch.distributed.init_process_group('gloo', init_method=f'file://{folder}/sync', rank=rank, world_size=2)
    register_all()
    torch.manual_seed(0)
    adversary = dict(type='PoseAdversary', poses=f'{folder}/real.npz', weight=0.1,
                     discriminator=dict(type='PoseDiscriminator', joint_width=4, pose_width=8))
    model = MODELS.build(conftest.small_system(adversary=adversary))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    wrapped = MMDistributedDataParallel(model, device_ids=None, broadcast_buffers=False)
    wrapper = build_optim_wrapper(wrapped, dict(optimizer=dict(type='AdamW', lr=1e-3)))
    for step in range(3):
        samples = conftest.make_samples(4, seed=10 * step + rank)
        crops = list(torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8))
        wrapped.train().train_step(dict(inputs=crops, data_samples=samples), wrapper)
    torch.save(dict(before=before, after=model.state_dict(), draw=model.adversary.draw(3)[0].sum().item(),
                    parameters=[name for name, _ in model.named_parameters()]), f'{folder}/{rank}.pth')
    torch.distributed.destroy_process_group()


if __name__ == '__main__':
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        main(int(sys.argv[1]), sys.argv[2])
