"""What a folder of cleaned pictures comes to, as numbers for a dataset card (paper Table A)."""
from collections import Counter
from typing import Any, Dict, List, Mapping, Optional

Record = Mapping[str, Any]


def summarise(pictures: Mapping[str, Record], skipped: Mapping[str, str] = {}, unmeasured: Mapping[str, str] = {}) -> dict:
    """Counts and means, over all and for each source.

    The source of a picture is the first folder of its path. SSIM and LPIPS are means over the pictures that stay and from
    which somebody was removed; those that never showed anybody are equal to their originals and would flatter.

    Args:
        pictures: path -> dropped, ssim, lpips, people, as in ``report.json``.
        skipped: path -> why it could not be read.
        unmeasured: measure -> why it could not be taken.
    """
    sources: Dict[str, List[Record]] = {}
    for path, record in pictures.items():
        sources.setdefault(path.split('/')[0] if '/' in path else '.', []).append(record)
    whole = _count(list(pictures.values()))
    return dict(**whole, skipped=len(skipped), unmeasured=dict(unmeasured),
                by_source={name: _count(records) for name, records in sorted(sources.items())})


def _count(records: List[Record]) -> dict:
    kept = [record for record in records if record['dropped'] is None]
    reasons = Counter(record['dropped'].split(':')[0] for record in records if record['dropped'] is not None)
    changed = [record for record in kept if record['people']]
    return dict(pictures=len(records), kept=len(kept), dropped=len(records) - len(kept),
                share_dropped=round(1 - len(kept) / len(records), 4) if records else None,
                dropped_because=dict(sorted(reasons.items())), people=sum(record['people'] for record in records),
                without_people=len(kept) - len(changed), ssim=_mean(changed, 'ssim'), lpips=_mean(changed, 'lpips'))


def _mean(records: List[Record], measure: str) -> Optional[float]:
    values = [record[measure] for record in records if record[measure] is not None]
    return round(sum(values) / len(values), 5) if values else None
