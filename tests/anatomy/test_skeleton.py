from ajahr_mm.anatomy import skeleton


def test_parents_come_before_children_and_reach_the_root():
    for joint, parent in enumerate(skeleton.PARENTS):
        assert parent < joint
    assert skeleton.PARENTS.count(-1) == 1


def test_flip_is_an_involution_that_keeps_the_tree():
    flip = skeleton.FLIP
    assert [flip[flip[j]] for j in range(24)] == list(range(24))
    for joint, parent in enumerate(skeleton.PARENTS[1:], 1):
        assert skeleton.PARENTS[flip[joint]] == flip[parent]


def test_descendants_follow_the_paper_example():
    # Paper Fig. B: the right knee (5) takes the right ankle (8) and the right foot (11) with it.
    assert skeleton.descendants(5) == [5, 8, 11]
    assert skeleton.descendants(0) == list(range(24))


def test_token_joints_leave_out_the_hands():
    assert skeleton.JOINTS[skeleton.NUM_TOKEN_JOINTS + 1:] == ('left_hand', 'right_hand')
