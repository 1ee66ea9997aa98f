import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Tiny matrices are slower on two threads than on one, and ten times so on a busy machine."""
    torch.set_num_threads(1)
