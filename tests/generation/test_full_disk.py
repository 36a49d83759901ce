import pytest

from performance.full_disk import fill_disk


@pytest.mark.slow
def test_a_full_disk_stops_the_run_with_one_line_and_harms_nothing(tmp_path):
    try:
        drill = fill_disk(tmp_path, num_prompts=100, size="200k")
    except PermissionError as error:
        pytest.skip(str(error))
    assert drill.said.count("\n") == 1
    assert "free some space and run again" in drill.said
    assert 0 < drill.num_written < 400
    assert drill.num_written_again == 0
    assert drill.is_equal
