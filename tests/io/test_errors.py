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
