"""Quotas: how many pictures of each kind were asked for, how many there are, and how far that is apart."""
from typing import Any, Dict, Mapping, Optional

from ajahr_mm.anatomy import limbs

#: Kind of ``counts`` -> name under which ``facts()`` of the part that draws people has its shares.
_SHARES = dict(label='labels', group='groups', gender='genders', age='ages', build='builds')


def asked_of(part: Any, count: int) -> Optional[Dict[str, Mapping]]:
    """How many of ``count`` pictures should be of each kind: ``part.asked(count)``, else the shares in ``part.facts()``.

    None if the part tells neither.
    """
    if hasattr(part, 'asked'):
        return part.asked(count)
    facts = part.facts() if hasattr(part, 'facts') else {}
    found = {kind: {name: share * count for name, share in facts[shares].items()} for kind, shares in _SHARES.items()
             if isinstance(facts.get(shares), Mapping)}
    return found or None


def compare(asked: Optional[Mapping[str, Mapping]], met: Mapping[str, Any]) -> Optional[Dict[str, Any]]:
    """Beside each other, by kind (``label``, ``group``, ...) and name, with the largest difference in pictures.

    Args:
        asked: expected counts, whole or not, as :func:`asked_of` gives them: kinds and names as in ``met``, labels also as
            AJAHR indices; None if there are no quotas.
        met: ``counts.counts`` of the split. Kinds that are not counted there are left out.
    """
    if asked is None:
        return None
    kinds: Dict[str, Any] = {}
    for kind in (kind for kind in asked if kind in met):
        wanted = {limbs.LABEL_NAMES[name] if kind == 'label' and not isinstance(name, str) else name: float(count)
                  for name, count in asked[kind].items()}
        kinds[kind] = {name: dict(asked=round(wanted.get(name, 0.), 2), met=met[kind].get(name, 0))
                       for name in dict.fromkeys([*wanted, *met[kind]]) if wanted.get(name) or met[kind].get(name)}
    differences = {(kind, name): abs(pair['met'] - pair['asked']) for kind, names in kinds.items()
                   for name, pair in names.items()}
    worst = max(differences, key=differences.get, default=None)
    return dict(largest_difference=round(differences[worst], 2) if worst else 0.,
                where=' '.join(worst) if worst else '', **kinds)
