"""Only what trains goes to the optimiser."""
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from torch import nn

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import OPTIM_WRAPPER_CONSTRUCTORS


# Under MMEngine's own name it is the one that every config here gets without asking.
@OPTIM_WRAPPER_CONSTRUCTORS.register_module(name=['TrainableOptimWrapperConstructor', 'DefaultOptimWrapperConstructor'])
class TrainableOptimWrapperConstructor(DefaultOptimWrapperConstructor):
    """MMEngine's default constructor, less the frozen parameters, which it hands to the optimiser as well.

    Frozen tokenizers and backbones then cost no state, no weight decay can reach them, and a checkpoint holds no more
    than what it takes to resume. ``paramwise_cfg`` works as in MMEngine.

    Raises:
        UserError: no parameter of the model is trainable.
    """

    def __call__(self, model: nn.Module) -> OptimWrapper:
        wrapper = super().__call__(model)
        groups = wrapper.optimizer.param_groups
        for group in groups:
            group['params'] = [parameter for parameter in group['params'] if parameter.requires_grad]
        groups[:] = [group for group in groups if group['params']]
        if not groups:
            raise UserError(f'no parameter of {type(model).__name__} is trainable; widen `trainable` in the config.')
        return wrapper
