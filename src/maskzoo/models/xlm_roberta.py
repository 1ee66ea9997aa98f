"""XLM-R, RoBERTa in a hundred languages. Conneau et al. 2020 (https://arxiv.org/abs/1911.02116)."""

from maskzoo.models import roberta

MODEL_TYPES = ("xlm-roberta",)


class Architecture(roberta.Architecture):
    """Nothing but weights and vocabulary differs from RoBERTa."""
