"""Words for limbs."""
from ajahr_mm.anatomy import limbs
from ajahr_mm.visualization.captions import CLASS_NAMES, limb_caption, verdict_sentence


def test_every_class_of_arms_and_legs_has_a_word_of_its_own():
    for names in CLASS_NAMES.values():
        assert len(names) == limbs.NUM_CLASSES and len(set(names)) == limbs.NUM_CLASSES
    assert limb_caption(1, 2) == 'right arm: absent from the elbow'
    assert limb_caption(2, 1, 0.934) == 'left leg: foot absent (0.93)'


def test_sentences():
    assert verdict_sentence([0, 0, 0, 0]) == 'all limbs intact'
    assert verdict_sentence([0, 0, 0, 0], [.9, .8, .99, .7]) == 'all limbs intact (least sure: 0.70)'
    assert verdict_sentence([0, 3, 2, 0], [.9, .8, .7, 1]) == ('right arm: absent from the shoulder (0.80); '
                                                               'left leg: absent from the knee (0.70)')
