import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running.launchers import InProcess, Processes, RayCluster, SlurmArray, make_launcher
from ajahr_mm.synthesis.running.share import Share


@pytest.mark.parametrize('name, workers, kind', [
    (None, 1, InProcess), ('none', 1, InProcess), (None, 3, Processes), ('mp', 1, Processes), ('ray', None, RayCluster),
    ('ray', 2, RayCluster), ('slurm', 4, SlurmArray)])
def test_the_word_chooses_and_without_one_the_number_of_workers(name, workers, kind):
    launcher = make_launcher(name, workers, Share(1, 2))
    assert type(launcher) is kind and launcher.workers == workers and launcher.share == (1, 2)


def test_without_a_share_all_is_made():
    assert make_launcher().share == make_launcher('mp', 2).share == make_launcher('ray', None).share == Share(0, 1)


@pytest.mark.parametrize('arguments, words', [
    (('mpi', 2), "launcher 'mpi' is unknown; use one of none, mp, ray, slurm"), (('mp', 0), '--workers must be 1 or more'),
    ((None, -2), '--workers must be 1 or more'), (('none', 2), '--launcher none is one process, not 2')])
def test_impossible_wishes_are_refused(arguments, words):
    with pytest.raises(UserError, match=words):
        make_launcher(*arguments)
