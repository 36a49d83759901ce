import pytest

from performance.crash_drill import run_drill
from performance.drilled_run import CONCURRENCY


@pytest.mark.slow
def test_a_run_killed_three_times_loses_doubles_and_repeats_nothing(tmp_path):
    drill = run_drill(tmp_path, num_prompts=50, num_kills=3, seconds=0.3)
    assert drill.is_equal
    assert drill.num_lost == drill.num_doubled == 0
    assert [life.num_written_again for life in drill.lives] == [0, 0, 0, 0]
    assert all(life.num_in_flight <= CONCURRENCY for life in drill.lives)
    assert drill.lives[-1].num_in_flight == 0
