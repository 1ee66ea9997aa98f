"""Settings of a fresh base are known before any job starts, without importing what would use them."""

import subprocess
import sys

import pytest

from maskzoo import models
from maskzoo.errors import UserError
from maskzoo.recipe.architecture import check_settings, defaults, shared_settings
from maskzoo.recipe.training import Base


@pytest.mark.parametrize("architecture", sorted(models.trainable()))
def test_they_are_those_of_the_library(architecture):
    from transformers import AutoConfig

    known = {name for name in AutoConfig.for_model(architecture).to_dict() if not name.startswith("_")}
    assert known <= set(defaults(architecture)) | shared_settings() | {"model_type", "transformers_version"}
    other_names = set(AutoConfig.for_model(architecture).attribute_map)
    assert set(defaults(architecture)) <= known | shared_settings() | other_names


def test_reading_them_imports_nothing_heavy():
    code = (
        "import sys; from maskzoo.recipe.architecture import defaults; defaults('bert');"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


def test_a_config_that_nothing_would_take_is_refused():
    where = "domain.yaml: bases.fresh"
    check_settings(Base(architecture="deberta-v2", config={"hidden_size": 8, "chunk_size_feed_forward": 2}), where)
    with pytest.raises(UserError, match=r"config\.hidden_size: unknown distilbert setting.*one of .*dim"):
        check_settings(Base(architecture="distilbert", config={"hidden_size": 8}), where)
    with pytest.raises(UserError, match=r"config: goes with `architecture`"):
        check_settings(Base(hub="someone/something", config={"hidden_size": 8}), where)
