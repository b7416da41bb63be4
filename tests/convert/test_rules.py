"""The table mechanism: nothing is lost, nothing is invented, every refusal is a sentence."""
import pytest
import torch

from ajahr_mm.convert.rules import apply_rules, change, check_complete, count, drop, keep, require, within
from ajahr_mm.io import UserError

RULES = (keep(r'a\.(\d+)\.w', r'first.\1.weight'), drop(r'junk\..*', 'nobody reads it'),
         change(r'both', {'head': lambda v: v[:1], 'rest': lambda v: v[1:]}, 'split'))
STATE = {'a.0.w': torch.ones(2), 'a.1.w': torch.zeros(2), 'both': torch.arange(4.0), 'junk.x': torch.ones(1)}
FILLED = {'first.0.weight': (2,), 'first.1.weight': (2,), 'head': (1,), 'rest': (3,)}


def test_every_entry_is_accounted_for():
    done = apply_rules(STATE, RULES, 'Toy')
    assert done.kept == {'a.0.w': 'first.0.weight', 'a.1.w': 'first.1.weight'}
    assert done.changed == {'both': 'split'} and done.dropped == {'junk.x': 'nobody reads it'}
    assert done.state['head'].tolist() == [0] and done.state['rest'].tolist() == [1, 2, 3]
    assert done.state['first.0.weight'] is STATE['a.0.w']
    assert set(done.kept) | set(done.changed) | set(done.dropped) == set(STATE)


def test_whole_names_match_and_the_first_rule_counts():
    with pytest.raises(UserError, match='a.0.weight is not an entry of a Toy checkpoint'):
        apply_rules({'a.0.weight': torch.ones(1)}, RULES, 'Toy')
    done = apply_rules({'x': torch.ones(1)}, (drop('x', 'first'), keep('x', 'y')), 'Toy')
    assert done.dropped == {'x': 'first'} and not done.state


def test_two_entries_cannot_claim_one_name():
    with pytest.raises(UserError, match='both claim same'):
        apply_rules({'p': torch.ones(1), 'q': torch.ones(1)}, (keep('[pq]', 'same'),), 'Toy')


def test_a_change_that_does_not_fit_is_a_damaged_file():
    with pytest.raises(UserError, match=r'both has the unexpected shape \(\)'):
        apply_rules({'both': torch.tensor(1.0)}, RULES, 'Toy')


def test_within_takes_their_prefix_literally():
    rules = within('model.net.', 'backbone.', (keep(r'(conv\d)\.w', r'\1.weight'),))
    done = apply_rules({'model.net.conv1.w': torch.ones(1)}, rules, 'Toy')
    assert done.kept == {'model.net.conv1.w': 'backbone.conv1.weight'}
    with pytest.raises(UserError):
        apply_rules({'model_net_conv1.w': torch.ones(1)}, rules, 'Toy')


def test_count_and_require():
    assert count(STATE, r'a\.(\d+)\.') == 2
    require(STATE, ['both'], 'Toy')
    with pytest.raises(UserError, match='nothing is missing'):
        require(STATE, ['nothing'], 'Toy')


@pytest.mark.parametrize('change_of, words', [
    (dict(rest=None), 'no place for rest'), (dict(more=(1,)), 'lacks more'),
    (dict(rest=(2,)), r'\(3,\) instead of \(2,\) has rest')])
def test_a_network_must_be_filled_exactly(change_of, words):
    done = apply_rules(STATE, RULES, 'Toy')
    check_complete(done, FILLED, 'Toy')
    expected = {name: shape for name, shape in {**FILLED, **change_of}.items() if shape}
    with pytest.raises(UserError, match=words):
        check_complete(done, expected, 'Toy')


def test_derived_entries_count_and_are_listed():
    done = apply_rules(STATE, RULES, 'Toy')
    done.derive('more', torch.ones(1), 'made up')
    check_complete(done, dict(FILLED, more=(1,)), 'Toy')
    assert done.derived == {'more': 'made up'}
