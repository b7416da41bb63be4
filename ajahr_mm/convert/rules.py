"""A checkpoint under other names: tables of rules, applied so that nothing is lost and nothing invented in silence.

A table is a tuple of rules. Each rule has a pattern for whole names of the public checkpoint and says what becomes of such
an entry: kept under our name, changed, or dropped for a reason. An entry that no rule knows stops the conversion.
"""
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Sequence, Tuple

from torch import Tensor

from ajahr_mm.io.errors import UserError

State = Mapping[str, Tensor]
Change = Callable[[Tensor], Tensor]


class Rule(NamedTuple):
    """``targets``: our names (with ``\\1`` for groups of ``pattern``) and how each value comes about; none: dropped."""
    pattern: str
    targets: Mapping[str, Optional[Change]]
    note: str = ''


def keep(pattern: str, name: str) -> Rule:
    """The value as it is, under ``name``."""
    return Rule(pattern, {name: None})


def change(pattern: str, targets: Mapping[str, Change], note: str) -> Rule:
    """Another value under one or several names; ``note`` says what was done."""
    return Rule(pattern, targets, note)


def drop(pattern: str, reason: str) -> Rule:
    """Not taken over, for ``reason``."""
    return Rule(pattern, {}, reason)


def within(theirs: str, ours: str, rules: Iterable[Rule]) -> Tuple[Rule, ...]:
    """``rules`` for the entries whose names begin with ``theirs``; ours begin with ``ours``."""
    return tuple(Rule(re.escape(theirs) + rule.pattern, {ours + name: how for name, how in rule.targets.items()}, rule.note)
                 for rule in rules)


@dataclass
class Conversion:
    """What became of every entry of a public checkpoint, and of every entry of ours."""
    state: Dict[str, Tensor] = field(default_factory=dict)   # ours
    kept: Dict[str, str] = field(default_factory=dict)       # their name -> our name
    changed: Dict[str, str] = field(default_factory=dict)    # their name -> what was done
    dropped: Dict[str, str] = field(default_factory=dict)    # their name -> why
    derived: Dict[str, str] = field(default_factory=dict)    # our name -> where the value comes from
    facts: Dict[str, Any] = field(default_factory=dict)      # inferred from the weights
    model: Dict[str, Any] = field(default_factory=dict)      # config of the network they fit

    def derive(self, name: str, value: Tensor, how: str) -> None:
        """An entry of ours that the public checkpoint does not have."""
        self.state[name], self.derived[name] = value, how


def apply_rules(state: State, rules: Sequence[Rule], title: str) -> Conversion:
    """Sends every entry of ``state`` through the first rule that knows its name.

    Raises:
        UserError: no rule knows it, its shape contradicts the rule, or two entries claim one of our names.
    """
    done, compiled = Conversion(), [(re.compile(rule.pattern), rule) for rule in rules]
    for name, value in state.items():
        match, rule = next(((m, rule) for pattern, rule in compiled if (m := pattern.fullmatch(name))), (None, None))
        if match is None:
            raise UserError(f'{name} is not an entry of a {title} checkpoint, and nothing is dropped without a reason; '
                            'give an unchanged public checkpoint, or the right --family.')
        ours = {match.expand(template): how for template, how in rule.targets.items()}
        for mine, how in ours.items():
            if mine in done.state:
                raise UserError(f'{name} and another entry of the checkpoint both claim {mine}; the file is no plain '
                                f'{title} checkpoint.')
            done.state[mine] = _changed(value, how, name)
        if not ours:
            done.dropped[name] = rule.note
        elif rule.note:
            done.changed[name] = rule.note
        else:
            done.kept[name] = next(iter(ours))
    return done


def _changed(value: Tensor, how: Optional[Change], name: str) -> Tensor:
    try:
        return value if how is None else how(value).contiguous()
    except (IndexError, RuntimeError, ValueError):
        raise UserError(f'{name} has the unexpected shape {tuple(value.shape)}; the file is damaged or of another '
                        'model.') from None


def require(state: State, names: Iterable[str], title: str) -> None:
    """Raises UserError unless all ``names`` are among the entries."""
    absent = [name for name in names if name not in state]
    if absent:
        raise UserError(f'{absent[0]} is missing, so this is not a whole {title} checkpoint; give another file.')


def count(state: State, pattern: str) -> int:
    """How many different numbers the group of ``pattern`` takes among the names: layers, blocks, heads."""
    return len({match.group(1) for name in state if (match := re.match(pattern, name))})


def check_complete(done: Conversion, expected: Mapping[str, Sequence[int]], title: str) -> None:
    """Every entry of our network must have come from the file or be listed as derived, in its shape, and none be left over.

    ``expected``: shape by name of the network that ``done.model`` describes. Raises UserError.
    """
    wrong = [(name, 'the checkpoint lacks') for name in expected if name not in done.state]
    wrong += [(name, 'the network has no place for') for name in done.state if name not in expected]
    wrong += [(name, f'{tuple(done.state[name].shape)} instead of {tuple(shape)} has') for name, shape in expected.items()
              if name in done.state and tuple(done.state[name].shape) != tuple(shape)]
    if wrong:
        name, what = wrong[0]
        more = f' (and {len(wrong) - 1} more entries are wrong)' if len(wrong) > 1 else ''
        raise UserError(f'this {title} checkpoint does not fill our network: {what} {name}{more}; '
                        'it is cut, damaged or of another version.')
