import numpy as np

from ajahr_mm.evaluation.tables import body_table, confusion_table, limb_table, markdown, tokenizer_table


def cells(table):
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in table.strip().split('\n')]


def test_markdown_is_rectangular():
    table = markdown(['a', 'long header'], [['row', '1'], ['longer row', '22']])
    assert len({len(line) for line in table.strip().split('\n')}) == 1
    assert cells(table) == [['a', 'long header'], ['------------', '------------:'], ['row', '1'], ['longer row', '22']]


def test_body_table_follows_the_paper_and_marks_the_best():
    ours = {'gt_labels/mve': 73.421, 'gt_labels/mpjpe': 73.19, 'gt_labels/pa_mpjpe': 49.42}
    mean = {'a3d/gt_labels/mve': 140.0, 'a3d/gt_labels/mpjpe': 120.0, 'a3d/gt_labels/pa_mpjpe': 40.0}
    rows = cells(body_table(dict(AJAHR=ours, mean=mean), protocols=['gt_labels']))
    assert rows[0] == ['Method (mm)', 'MVE ↓ gt_labels', 'MPJPE ↓ gt_labels', 'PA-MPJPE ↓ gt_labels']
    assert rows[2] == ['AJAHR', '**73.42**', '**73.19**', '49.42']
    assert rows[3] == ['mean', '140.00', '120.00', '**40.00**']


def test_numbers_that_are_not_there_stay_empty():
    rows = cells(body_table(dict(a={'gt_labels/mve': 1.0})))
    assert rows[2] == ['a', '1.00', '–', '–', '–', '–', '–']


def test_breakdown_is_not_mistaken_for_the_total():
    rows = cells(body_table(dict(a={'gt_labels/amputee/mve': 9.0, 'gt_labels/mve': 1.0}), protocols=['gt_labels']))
    assert rows[2][1] == '1.00'


def test_limb_and_tokenizer_tables():
    rows = cells(limb_table(dict(a={'limb/accuracy': 0.9, 'limb/f1': 0.977}, b={'limb/f1': 0.5})))
    assert rows[2] == ['a', '**90.0%**', '–', '–', '**97.7%**', '–'] and rows[3][4] == '50.0%'
    rows = cells(tokenizer_table({'40 tokens': {'recon/mve': 8.123, 'recon/mpjpe': 7}}))
    assert rows[2] == ['40 tokens', '8.12', '7.00']


def test_confusion_tables_are_one_per_limb():
    confusion = np.arange(64).reshape(4, 4, 4)
    parts = confusion_table(confusion).split('\n\n')
    assert len(parts) == 4
    assert cells(parts[1])[0][0] == 'right arm'
    assert cells(parts[1])[3] == ['hand/foot', '20', '21', '22', '23']
