"""A log that grows while the product runs does not fill the disk, and who writes it notices nothing."""

from __future__ import annotations

from pathlib import Path

from alignment.embedded.processes import LONGEST_LOG, cut


def test_a_long_log_moves_aside_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"first line\n")
        cut(log)
        assert log.read_bytes() == b"first line\n"
        writer.write(b"x" * LONGEST_LOG)
        cut(log)
        writer.write(b"last line\n")
    assert log.read_bytes() == b"last line\n"
    assert (tmp_path / "worker.log.1").stat().st_size == LONGEST_LOG + len(b"first line\n")
