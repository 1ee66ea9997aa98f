"""What a cluster is like, as its users must know it: profiles/slurm/site.yaml."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from maskzoo.devices import table
from maskzoo.errors import unknown_name
from maskzoo.strict import Strict
from maskzoo.validation import validated

KEY = "cluster"  # of Snakemake's config; without it jobs run where Snakemake runs and ask for nothing


class Site(Strict):
    """Names and limits that differ from cluster to cluster. Everything has a default."""

    partition: str | None = Field(
        default=None, description="of jobs without a GPU (default: the cluster's own default)"
    )
    gpu: str | None = Field(default=None, description="what `maskzoo plan --gpu` calls the GPUs; none: no job gets one")
    gpu_scales: tuple[str, ...] = Field(default=("full",), description="scales whose models are trained on GPUs")
    gpu_partition: str | None = Field(default=None, description="of jobs with a GPU (default: `partition`)")
    gpu_model: str | None = Field(default=None, description="what the scheduler calls them, where it must be told")
    hours: float = Field(
        default=24, gt=0, description="longest that a job may run; pretraining goes on in the next attempt"
    )

    @model_validator(mode="after")
    def _known_gpu(self) -> "Site":
        devices = [name for name in table() if name != "cpu"]
        if self.gpu is not None and self.gpu not in devices:
            raise unknown_name("device", self.gpu, devices, where=f"configuration: {KEY}: gpu")
        return self

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Site | None":
        """The site that Snakemake's configuration describes; None where it names no cluster.

        Raises:
            UserError: names the key, what was expected and the nearest one that there is.
        """
        if config.get(KEY) is None:
            return None
        return validated(cls, config[KEY], where=f"configuration: {KEY}")

    def has_gpus(self, scale: str) -> bool:
        """Whether models of a scale are trained on GPUs."""
        return self.gpu is not None and scale in self.gpu_scales

    def partition_of(self, *, gpus: int) -> str | None:
        """Where a job goes; None for the cluster's own default."""
        return (self.gpu_partition or self.partition) if gpus else self.partition
