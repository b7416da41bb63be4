"""What the card asks of a pipeline."""
from types import SimpleNamespace


class Subjects:
    def asked(self, count):
        return dict(label={12: count / 15, **{label: count / 15 for label in range(12)}, 'two limbs': count / 15},
                    group=dict(african=count / 2, white=count / 2), age={'20-42': count * 23 / 50, '43-80': count * 27 / 50})

    def facts(self):
        return dict(shares=dict(african=.5), limits='only two groups')


class Backgrounds:
    def sources(self, split):
        return {f'photographs of {split}': 'CC0'}


def pipeline(**changes):
    parts = dict(subjects=Subjects(), backgrounds=Backgrounds())
    return SimpleNamespace(**{**dict(
        parts=lambda: parts, backgrounds=parts['backgrounds'], splits=dict(train=45, test=8), seed=5, size=64,
        amputation='stump', is_open_body=True), **changes})


CONFIG = dict(name='tiny', pose_sets=dict(train=3))
