"""Numbers for the dataset card."""
import json

from ajahr_mm.synthesis.removal.summary import summarise


def record(dropped=None, ssim=.8, lpips=.1, people=1):
    return dict(cleaned=None if dropped else 'x', dropped=dropped, ssim=ssim, lpips=lpips, people=people)


PICTURES = {'coco/a.jpg': record(), 'coco/deep/b.jpg': record(ssim=.6, lpips=.3, people=2),
            'coco/c.jpg': record('SSIMCheck: SSIM 0.4 is below 0.5', ssim=.4, lpips=None),
            'mpii/d.jpg': record('NoPersonCheck: still there', ssim=.9, lpips=None),
            'mpii/e.jpg': record('SSIMCheck: SSIM 0.1 is below 0.5', ssim=.1, lpips=None),
            'f.jpg': record(ssim=1., people=0)}


def test_counts_and_means_are_those_of_the_pictures_that_stay_and_changed():
    summary = summarise(PICTURES, {'g.jpg': 'broken'}, dict(lpips='no weights'))
    assert (summary['pictures'], summary['kept'], summary['dropped'], summary['skipped']) == (6, 3, 3, 1)
    assert summary['share_dropped'] == .5 and summary['people'] == 6 and summary['without_people'] == 1
    assert summary['dropped_because'] == dict(NoPersonCheck=1, SSIMCheck=2)
    assert (summary['ssim'], summary['lpips']) == (.7, .2)
    assert summary['unmeasured'] == dict(lpips='no weights')


def test_each_source_for_itself():
    by_source = summarise(PICTURES)['by_source']
    assert list(by_source) == ['.', 'coco', 'mpii']
    assert by_source['coco']['pictures'] == 3 and by_source['coco']['ssim'] == .7
    assert by_source['mpii']['kept'] == 0 and by_source['mpii']['ssim'] is None and by_source['mpii']['share_dropped'] == 1
    assert by_source['.']['without_people'] == 1 and by_source['.']['lpips'] is None


def test_nothing_at_all_and_json():
    empty = summarise({})
    assert empty['pictures'] == 0 and empty['share_dropped'] is None and empty['by_source'] == {}
    assert json.loads(json.dumps(summarise(PICTURES))) == summarise(PICTURES)
