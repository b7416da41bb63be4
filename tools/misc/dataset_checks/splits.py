"""Who is in a set: labels, people who come twice, and what splits share that they must not."""
from collections import Counter, defaultdict
from functools import partial
from itertools import combinations
from typing import Callable, Dict, List, Mapping, Set

import numpy as np
from dataset_checks.opening import Part
from dataset_checks.report import Report, listed

from ajahr_mm.anatomy import limbs
from ajahr_mm.synthesis.output import leakage


def check_labels(part: Part, report: Report) -> None:
    """Tells the distribution; contradictions between columns are told when the table is opened."""
    if not part.dataset._told['has_limbs']:
        report.fact('limbs: not annotated')
        return
    classes = limbs.extent_to_classes(part.extent)
    labels = Counter(limbs.classes_to_label(row) for row in classes)
    names = {label: limbs.LABEL_NAMES[label] if label >= 0 else 'several limbs' for label in labels}
    report.fact('limbs: ' + ', '.join(f'{names[label]} {count}' for label, count in sorted(labels.items())))
    between = (part.extent != np.floor(part.extent)).any(1).sum()
    if between:
        report.fact(f'{between} people have residual limbs that end between joints')
    missing = [limbs.LABEL_NAMES[label] for label in range(limbs.INTACT_LABEL) if label not in labels]
    if missing and len(missing) < limbs.INTACT_LABEL:
        report.fact(f'nobody lacks exactly: {", ".join(missing)}')


def check_duplicates(part: Part, report: Report, digests: Mapping[str, str]) -> None:
    """People who are annotated twice, and pictures that are there twice under different names."""
    place = [part.dataset.image_place(int(row)) for row in part.rows]
    names = [each['img_part'][2] if 'img_part' in each else each['img_path'] for each in place]
    people = Counter(zip(names, part.column('center').astype(np.float64).round(3).sum(1), part.column('size').tolist()))
    for (name, *_), count in list((key, n) for key, n in people.items() if n > 1)[:5]:
        report.defect(part.source, f'{name} has the same box {count} times')
    by_digest: Dict[str, List[str]] = defaultdict(list)
    for name, digest in digests.items():
        by_digest[digest].append(name)
    same = [group for group in by_digest.values() if len(group) > 1]
    for group in same[:5]:
        report.defect(part.source, f'{listed(group[:3], len(group))} are the same picture')
    if len(same) > 5:
        report.defect(part.source, f'{len(same)} pictures are there more than once; the first 5 are named')


def check_leakage(parts: List[Part], report: Report, digests: List[Mapping[str, str]]) -> None:
    """Pictures, poses, backgrounds and sources of poses that two splits have in common."""
    kinds: Dict[str, Callable[[int], Set[str]]] = {
        'pictures': lambda i: set(digests[i].values()),
        **{words: partial(_of_column, parts, column, find) for words, column, find in (
            ('poses', 'body_pose', leakage.poses), ('backgrounds', 'background', leakage.backgrounds),
            ('sources of poses', 'pose_source', leakage.pose_sources))}}
    for kind, found in kinds.items():
        sets = [found(i) for i in range(len(parts))]
        for (i, first), (j, second) in combinations(enumerate(sets), 2):
            shared = sorted(first & second)
            if shared:
                shown = [names_of(digests[j], text) if kind == 'pictures' else text for text in shared[:3]]
                named = f': {listed(shown, len(shared))}' if kind != 'poses' else ''
                report.defect(f'{parts[i].name} and {parts[j].name}', f'share {len(shared)} {kind}{named}')


def names_of(digests: Mapping[str, str], digest: str) -> str:
    return next(name for name, each in digests.items() if each == digest)


def _of_column(parts: List[Part], column: str, find: Callable, i: int) -> set:
    return find({column: parts[i].column(column)}) if column in parts[i] else set()
