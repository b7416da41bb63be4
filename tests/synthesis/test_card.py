import numpy as np

from ajahr_mm.synthesis import annotation, card


def table_of(samples) -> dict:
    return annotation.to_columns([sample.row for sample in samples])


def test_counts_agree_with_the_rows(samples):
    table = table_of(samples)
    found = card.counts(table)
    assert found['pictures'] == 30 and sum(found['label'].values()) == 30 and sum(found['group'].values()) == 30
    assert found['label']['intact'] == (table['label'] == 12).sum()
    assert found['lost_limbs']['right_leg'] == (table['limb_extent'][:, 3] < 3).sum()
    assert found['keypoints']['absent'] == (table['visibility'] == 3).sum()


def test_shared_photographs_and_pose_pairs_are_found():
    train = dict(background=np.array(['photograph/a.png', 'procedural/room']), pose_source=np.array(['x + y / u + v', 'x + x']))
    test = dict(background=np.array(['photograph/a.png', 'procedural/room']), pose_source=np.array(['u + v', 'y + y']))
    assert card.shared(dict(train=train, test=test)) == dict(photographs=['photograph/a.png'], pose_pairs=['u + v'])
    assert card.shared(dict(train=train)) == dict(photographs=[], pose_pairs=[])


def test_contact_sheet_shows_every_label_before_it_repeats_one(tmp_path, samples):
    import cv2
    (tmp_path / 'train' / 'images').mkdir(parents=True)
    for sample in samples:
        (tmp_path / 'train' / sample.row['image']).write_bytes(sample.jpeg)
    card.contact_sheet(dict(train=table_of(samples)), tmp_path, columns=4, rows=2, side=50)
    assert cv2.imread(str(tmp_path / 'contact_sheet.jpg')).shape == (100, 200, 3)
