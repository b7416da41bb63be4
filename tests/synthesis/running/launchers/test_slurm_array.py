import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running.launchers import SlurmArray
from ajahr_mm.synthesis.running.launchers.slurm_array import share_of
from ajahr_mm.synthesis.running.share import Share


def array(task, count, **more):
    return dict(SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(count), **more)


@pytest.mark.parametrize('environment, share', [
    (array(0, 4), (0, 4)), (array(3, 4, SLURM_PROCID='0', SLURM_NTASKS='1'), (3, 4)),
    (array(1, 4, SLURM_ARRAY_TASK_MIN='1'), (0, 4)), (array(4, 4, SLURM_ARRAY_TASK_MIN='1'), (3, 4)),
    (array(8, 3, SLURM_ARRAY_TASK_MIN='4', SLURM_ARRAY_TASK_STEP='2'), (2, 3)),
    (dict(SLURM_PROCID='2', SLURM_NTASKS='5'), (2, 5))])
def test_a_task_knows_its_share(environment, share):
    assert share_of(environment) == share


@pytest.mark.parametrize('environment, words', [
    ({}, 'finds no number of a task'), (dict(SLURM_PROCID='1'), 'finds no number of a task'),
    (array('a', 4), 'finds no number of a task'), (array(7, 2, SLURM_ARRAY_TASK_MIN='3'), 'an array without gaps'),
    (array(5, 3, SLURM_ARRAY_TASK_MIN='4', SLURM_ARRAY_TASK_STEP='2'), 'an array without gaps')])
def test_what_cannot_be_a_share_is_refused(environment, words):
    with pytest.raises(UserError, match=words):
        share_of(environment)


def test_a_share_that_is_given_needs_no_slurm(monkeypatch):
    for name in ('SLURM_ARRAY_TASK_ID', 'SLURM_PROCID'):
        monkeypatch.delenv(name, raising=False)
    assert SlurmArray(2, Share(1, 3)).share == (1, 3)
    monkeypatch.setenv('SLURM_ARRAY_TASK_ID', '1')
    monkeypatch.setenv('SLURM_ARRAY_TASK_COUNT', '2')
    assert SlurmArray(2).share == (1, 2)
