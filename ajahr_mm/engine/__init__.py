"""Running: safe checkpoints, launching, pre-flight checks, hooks."""
from ajahr_mm.engine import loops
from ajahr_mm.engine.amp import BFloat16OptimWrapper, enable_amp
from ajahr_mm.engine.checkpoint import load_file, load_weights
from ajahr_mm.engine.codebook_hook import CodebookHook
from ajahr_mm.engine.dump_hook import DumpPredictionsHook
from ajahr_mm.engine.freezing import apply_trainable
from ajahr_mm.engine.preflight import check_files, missing_files
from ajahr_mm.engine.progress_hook import ProgressHook
from ajahr_mm.engine.strict_init import StrictPretrained
from ajahr_mm.engine.trainable_constructor import TrainableOptimWrapperConstructor
from ajahr_mm.engine.visualization_hook import BodyVisualizationHook

__all__ = [
    'BFloat16OptimWrapper', 'BodyVisualizationHook', 'CodebookHook', 'DumpPredictionsHook', 'ProgressHook',
    'StrictPretrained', 'TrainableOptimWrapperConstructor', 'apply_trainable', 'check_files', 'enable_amp', 'load_file',
    'load_weights', 'loops', 'missing_files']
