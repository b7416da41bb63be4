import os
import subprocess
import sys

import cv2
import torch

from ajahr_mm.synthesis.running import threads


def test_one_thread_inside_and_as_before_afterwards(monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '7')
    before = torch.get_num_threads()
    with threads.one():
        assert torch.get_num_threads() == cv2.getNumThreads() == 1
    assert torch.get_num_threads() == before


def test_processes_started_inside_have_one_thread(monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '7')
    monkeypatch.delenv('MKL_NUM_THREADS', raising=False)
    with threads.inherited():
        told = subprocess.run([sys.executable, '-c', 'import os; print(os.environ["OMP_NUM_THREADS"], '
                               'os.environ["MKL_NUM_THREADS"])'], capture_output=True, text=True).stdout
    assert told.split() == ['1', '1']
    assert os.environ['OMP_NUM_THREADS'] == '7' and 'MKL_NUM_THREADS' not in os.environ
