"""How well a run uses its GPUs: the share of their peak that goes into operations of the model."""

import re

import torch

from maskzoo.devices import table


def mfu(flops: float, seconds: float, *, device: torch.device, processes: int, bf16: bool) -> float | None:
    """Model FLOPs utilisation over all processes; None where the device's peak is not known.

    Operations of the model by the formula of `maskzoo.models.common.flops`, over what all devices could have done in
    that time. Chowdhery et al. 2022, "PaLM" (https://arxiv.org/abs/2204.02311), appendix B.

    Args:
        flops: of all processes together.
        seconds: that they took.
        device: one that each process has.
        processes: how many.
        bf16: whether matrices are multiplied in bfloat16, which the table of peaks is about.
    """
    peak = peak_of(torch.cuda.get_device_name(device)) if device.type == "cuda" and bf16 else None
    return round(flops / seconds / (peak * processes), 4) if peak and seconds > 0 else None


def peak_of(name: str) -> float | None:
    """Dense bfloat16 operations a second of the GPU that its driver calls `name`, from `devices.yaml`.

    Cards for a PCIe slot are slower than the modules in the table and are not taken for them.
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    rows = table()
    found = next((row["peak"] for key, row in rows.items() if key in words and "pcie" not in words), None)
    return None if found is None else float(found)
