import pytest
import torch

from tests.pretraining.conftest import corpus as corpus  # a fixture


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)
