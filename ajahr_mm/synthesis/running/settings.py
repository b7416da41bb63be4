"""What a synthesis config has to say, and what the command line changes in it."""
import inspect
from typing import Any, Dict, Iterator, Mapping

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS

REQUIRED = ('name', 'pipeline', 'shard_size', 'pose_sets')


def check(config: Mapping) -> None:
    """Refuses what cannot be made, before anything is written.

    Raises:
        UserError: a key is missing, a count is no positive whole number, or shards would cut through chunks.
    """
    for key in REQUIRED:
        if key not in config:
            raise UserError(f'the config has no {key!r}: it is not a synthesis config; see configs/synthesis')
    splits = config['pipeline'].get('splits')
    if not splits:
        raise UserError('pipeline.splits is empty; name at least one split with its number of pictures')
    for what, count in (*((f'the {split} split asks for', count) for split, count in splits.items()),
                        *((f'pose_sets.{split} asks for', count) for split, count in config['pose_sets'].items()),
                        ('shard_size is', config['shard_size'])):
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise UserError(f'{what} {count!r}; give a whole number of at least 1')
    chunk, size = config['pipeline'].get('chunk', 25), config['shard_size']
    if size % chunk:
        raise UserError(f'shard_size {size} is not a multiple of pipeline.chunk {chunk}; chunks may not straddle shards')


def divide(splits: Mapping[str, int], total: int) -> Dict[str, int]:
    """``total`` pictures over the splits in their proportions, by largest remainders.

    Raises:
        UserError: a split would be left without a picture.
    """
    whole = sum(splits.values())
    counts = {split: total * count // whole for split, count in splits.items()}
    remainders = sorted(splits, key=lambda split: -(total * splits[split] % whole))    # the first of equal ones stays first
    for split in remainders[:total - sum(counts.values())]:
        counts[split] += 1
    empty = [split for split, count in counts.items() if count < 1]
    if empty:
        raise UserError(f'--num {total} leaves nothing for the {" and ".join(empty)} split; ask for more, or set '
                        'pipeline.splits with --cfg-options')
    return counts


def make_strict(config: Any) -> int:
    """Sets ``strict=True`` in every part that takes it; returns how many there are."""
    count = 0
    for node in _nodes(config):
        kind = node.get('type')
        kind = SYNTHESIS.get(kind) if isinstance(kind, str) else kind
        if inspect.isclass(kind) and 'strict' in inspect.signature(kind).parameters:
            node['strict'] = True
            count += 1
    return count


def without_strict(config: Any) -> Any:
    """A copy that does not say what happens to files that cannot be used: the pictures do not depend on it."""
    if isinstance(config, Mapping):
        return {key: without_strict(value) for key, value in config.items() if key != 'strict'}
    return [without_strict(value) for value in config] if isinstance(config, (list, tuple)) else config


def types(config: Any) -> Iterator[type]:
    """The classes a config names."""
    for node in _nodes(config):
        kind = node.get('type')
        kind = SYNTHESIS.get(kind) if isinstance(kind, str) else kind
        if inspect.isclass(kind):
            yield kind


def _nodes(node: Any) -> Iterator[dict]:
    """Every dictionary of a config."""
    if isinstance(node, dict):
        yield node
        node = node.values()
    elif not isinstance(node, (list, tuple)):
        return
    for value in node:
        yield from _nodes(value)
