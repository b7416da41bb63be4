import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.running.share import Share, parse_share


def test_shares_cover_every_shard_once_and_evenly():
    shards = plan(dict(train=105, test=20), 10)
    shares = [Share(number, 4).pick(shards) for number in range(4)]
    assert sorted(sum(shares, [])) == sorted(shards)
    assert {len(share) for share in shares} == {3, 4}
    assert Share().pick(shards) == shards


def test_the_share_of_a_shard_is_its_place_in_the_plan():
    shards = plan(dict(train=70), 10)
    assert parse_share('1/3') == (1, 3)
    assert all((shards.index(shard) % 3 == 1) == (shard in parse_share('1/3').pick(shards)) for shard in shards)


@pytest.mark.parametrize('text', ['3/3', '4/3', '-1/3', '1', 'a/b', '1/0', '0.5/2', ' 1/3', '1/3/5'])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UserError, match='is no share of the work; write i/n'):
        parse_share(text)
