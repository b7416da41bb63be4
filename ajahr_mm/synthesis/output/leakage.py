"""What two splits must not have in common: backgrounds, sources of poses, poses."""
import hashlib
from collections import Counter
from typing import Dict, List, Mapping, Set

import numpy as np


def backgrounds(table: Mapping[str, np.ndarray]) -> Set[str]:
    """Names of the backgrounds: photographs, places, drawn scenes."""
    return {name for name in np.unique(table['background']).tolist() if name}


def pose_sources(table: Mapping[str, np.ndarray]) -> Set[str]:
    """What the poses are made from, each piece for itself."""
    return {piece for source in np.unique(table['pose_source']).tolist() for piece in source.split(' / ') if piece}


def poses(table: Mapping[str, np.ndarray]) -> Set[bytes]:
    """Digests of the poses themselves, but for the rest pose, which means that nothing is known."""
    rows = np.ascontiguousarray(table['body_pose'], np.float32).reshape(len(table['body_pose']), -1)
    return {hashlib.blake2b(row.tobytes(), digest_size=16).digest() for row in rows if row.any()}


def shared(tables: Mapping[str, Mapping[str, np.ndarray]]) -> Dict[str, List[str]]:
    """What occurs in more than one split, by kind; all lists have to be empty. Poses are told by their number."""
    def common(find) -> list:
        times = Counter(each for table in tables.values() for each in find(table))
        return sorted(each for each, count in times.items() if count > 1)
    same = len(common(poses))
    return dict(backgrounds=common(backgrounds), pose_sources=common(pose_sources),
                poses=[f'{same} poses are in more than one split'] if same else [])
