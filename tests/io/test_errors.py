import pytest

from ajahr_mm.io import UserError, exit_on_user_error


def test_user_error_becomes_one_sentence_and_exit_code_2(capsys):
    with pytest.raises(SystemExit) as stop:
        with exit_on_user_error():
            raise UserError('a.jpg is empty: copy it again')
    assert stop.value.code == 2
    assert capsys.readouterr().err == 'error: a.jpg is empty: copy it again\n'


def test_our_own_bugs_keep_their_traceback():
    with pytest.raises(KeyError):
        with exit_on_user_error():
            raise KeyError('bug')


def test_a_sentence_from_a_loader_worker_loses_its_traceback(capsys):
    from torch._utils import ExceptionWrapper
    try:
        raise UserError('a.jpg is torn; copy it again.')
    except UserError:
        wrapped = ExceptionWrapper(where='in DataLoader worker process 3')
    with pytest.raises(SystemExit) as stopped, exit_on_user_error():
        wrapped.reraise()
    assert stopped.value.code == 2 and capsys.readouterr().err == 'error: a.jpg is torn; copy it again.\n'
