"""`maskzoo pretrain --processes N`: the same command N times on this machine, as torchrun starts it."""

import logging
import os
import sys
from collections.abc import Sequence

from maskzoo.pretraining.stopping import SIGNALS


def start(processes: int, arguments: Sequence[str]) -> int:
    """Run a command line of `maskzoo` in several processes that know of each other, and wait for them.

    Where one of them fails, all are stopped. A signal that tells this process to stop is passed on to all, which have
    30 seconds to end as they should (or those of TORCH_ELASTIC_SHUTDOWN_TIMEOUT).

    Args:
        processes: how many; each gets one GPU, or its share of the cores.
        arguments: of `maskzoo`.

    Returns:
        The exit code: 0 if all went well, else that of the first one that failed.
    """
    from torch.distributed.elastic.multiprocessing import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    for name in ("torch.distributed.elastic", "torch.distributed.launcher"):  # the processes speak for themselves
        logging.getLogger(name).setLevel(logging.CRITICAL)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # until each of them sets its own number
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        max_restarts=0,
        local_addr="localhost",
        signals_to_handle=",".join(("SIGINT", "SIGHUP", "SIGQUIT", *(one.name for one in SIGNALS))),
    )
    try:
        elastic_launch(config, sys.executable)("-m", "maskzoo", *arguments)
    except ChildFailedError as error:
        code = error.get_first_failure()[1].exitcode
        return code if code > 0 else 128 - code
    except SignalException as error:
        return 128 + (error.sigval or SIGNALS[0])
    return 0
