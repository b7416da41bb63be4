"""The report page: well formed, complete, safe, and it links what exists."""
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from ajahr_mm.visualization.report import write_report

SUMMARY = {
    'protocols': {'gt_labels': {'mpjpe': 61.24, 'pa_mpjpe': 42.3, 'mve': 73.1},
                  'predicted_labels': {'mpjpe': 65.9, 'pa_mpjpe': 44.1, 'mve': 78.8}},
    'mean_pose_baseline': {'mpjpe': 122.48, 'pa_mpjpe': 90.7, 'mve': 150.2},
    'limb': {'accuracy': .951, 'precision': .812, 'recall': .763, 'f1': .787, 'majority_accuracy': .885},
    'tokenizers': {'intact': {'mpjpe': 11.7, 'mve': 13.9}, 'amputee': {'mpjpe': 12.6, 'mve': 14.5}},
    'seconds': {'synthesis': 61.5, 'training': 402.1}, 'images': {'train': 1200, 'test': 208}, 'seed': 3}
PICTURES = [dict(image='/data/a b.jpg', person=0, overlay='pictures/a b_0_overlay.png', json='pictures/a b_0.json',
                 glb='pictures/a b_0.glb', verdict='left arm: hand absent (0.81)'),
            dict(image='c.jpg', overlay='pictures/c_0_overlay.png', verdict='all limbs intact')]
VOID = {'meta', 'link', 'img', 'br'}


class Page(HTMLParser):
    """Checks nesting and gathers what the tests ask about."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.text = [], [], '', text
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {'style', 'script'} & set(self.open):
            self.words += data + ' '

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page(tmp_path, *args, **kwargs):
    write_report(tmp_path / 'index.html', *args, **kwargs)
    return Page((tmp_path / 'index.html').read_text(encoding='utf-8'))


def test_every_number_is_there(tmp_path):
    words = page(tmp_path, SUMMARY).words
    for number in ('61.2', '42.3', '73.1', '65.9', '44.1', '78.8', '122.5', '90.7', '150.2', '95.1', '81.2', '76.3',
                   '78.7', '88.5', '11.7', '13.9', '12.6', '14.5', '61.5', '402.1', '0.50', '208', 'Seed 3'):
        assert number in words, number


def test_pictures_verdicts_and_links(tmp_path):
    found = page(tmp_path, SUMMARY, PICTURES)
    assert [unquote(i['src']) for i in found.all('img')] == [p['overlay'] for p in PICTURES]
    assert all('Recovered body over' in i['alt'] for i in found.all('img'))
    links = [unquote(a['href']) for a in found.all('a')]
    assert 'pictures/a b_0.glb' in links and 'pictures/a b_0.json' in links
    assert all(' ' not in a['href'] for a in found.all('a'))
    assert 'left arm: hand absent (0.81)' in found.words and 'a b.jpg' in found.words


def test_absolute_paths_become_relative(tmp_path):
    entry = dict(overlay=str(tmp_path / 'out' / 'x.png'), image='x')
    assert page(tmp_path, {}, [entry]).all('img')[0]['src'] == 'out/x.png'


def test_nothing_comes_from_outside(tmp_path):
    found = page(tmp_path, SUMMARY, PICTURES)
    assert 'http' not in found.text and not found.all('script') and '@import' not in found.text


def test_text_is_escaped(tmp_path):
    evil = '"><script>alert(1)</script>'
    entry = dict(overlay=f'{evil}.png', image=evil, verdict=evil, json=evil, glb=evil)
    summary = dict(SUMMARY, seconds={evil: 3.0}, tokenizers={evil: {'mpjpe': 1.0}}, seed=evil)
    found = page(tmp_path, summary, [entry], title=evil)
    assert not found.all('script') and 'alert(1)' in found.words


@pytest.mark.parametrize('summary', [
    {}, {'protocols': {'gt_labels': {'mpjpe': float('nan')}}}, {'limb': {'f1': None}}, {'protocols': {}, 'seconds': {}},
    {'mean_pose_baseline': {'mpjpe': 0.0}, 'protocols': {'gt_labels': {'mpjpe': 3.0}}}, {'seconds': {'a': 0.0}},
    {'tokenizers': {'intact': None}}, {'images': {'train': None}}])
def test_missing_numbers_leave_no_trace_of_python(tmp_path, summary):
    words = page(tmp_path, summary).words
    assert 'nan' not in words.lower().split() and 'None' not in words and '{' not in words and '$' not in words


def test_accessibility(tmp_path):
    found = page(tmp_path, SUMMARY, PICTURES)
    assert found.all('html')[0]['lang'] == 'en' and len(found.all('h1')) == 1
    assert all('scope' in th for th in found.all('th')) and len(found.all('caption')) == len(found.all('table'))
    assert 'prefers-color-scheme: dark' in found.text and 'width=device-width' in found.text
    labels = [a['aria-label'] for a in found.all('a') if 'aria-label' in a]
    assert '3D mesh (GLB) of a b.jpg' in labels


def test_bars_are_in_proportion(tmp_path):
    widths = [s['style'] for s in page(tmp_path, SUMMARY).all('span') if s.get('class') == 'bar']
    assert widths[:3] == ['width:50.0%', 'width:53.8%', 'width:100.0%']


def test_a_failed_report_leaves_the_old_one(tmp_path):
    page(tmp_path, SUMMARY)
    before = (tmp_path / 'index.html').read_text()
    with pytest.raises(KeyError):
        write_report(tmp_path / 'index.html', SUMMARY, [dict(image='no overlay and no image to show')])
    assert (tmp_path / 'index.html').read_text() == before and len(list(tmp_path.iterdir())) == 1
