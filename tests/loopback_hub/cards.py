"""How the Hub judges the YAML header of a card: what it refuses, with its way of saying so."""

import re

import yaml

# the list at huggingface.co/docs/hub/repositories-licenses, as far as licences of this project can meet it
LICENCES = set(
    """
    afl-3.0 apache-2.0 mit isc bsd-2-clause bsd-3-clause mpl-2.0 unlicense pddl odc-by odbl etalab-2.0 cc0-1.0 gpl-2.0
    gpl-3.0 lgpl-3.0 agpl-3.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0
    cc-by-nc-3.0 cc-by-nc-4.0
    cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 other
    unknown
    """.split()  # noqa: SIM905
)
REPOSITORY = re.compile(r"[\w.-]+(/[\w.-]+)?")


def judge(content):
    """(errors, warnings) of a card, each a list of sentences."""
    header = re.match(r"---\r?\n(.*?)\r?\n---(\r?\n|$)", content, re.S)
    if header is None:
        return [], ["empty or missing yaml metadata in repo card"]
    try:
        data = yaml.safe_load(header[1])
    except yaml.YAMLError as error:
        return [str(error)], []
    if not isinstance(data, dict):
        return ["yaml metadata must be a mapping"], []
    return [*_fields(data), *_results(data.get("model-index"))], []


def _fields(data):
    if "license" in data and data["license"] not in LICENCES:
        yield f'"license" must be one of [{", ".join(sorted(LICENCES))}]'
    if data.get("license") == "other" and not data.get("license_name"):
        yield '"license_name" is required if license is "other"'
    for name in ("tags", "datasets"):
        if name in data and not all(isinstance(item, str) for item in _listed(data[name])):
            yield f'"{name}" must be a string or an array of strings'
    for language in _listed(data.get("language", [])):
        if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z]+)?|code|multilingual", language):
            yield f'"language[0]" must only contain lowercase characters, got {language!r}'
    for base in _listed(data.get("base_model", [])):
        if not isinstance(base, str) or not REPOSITORY.fullmatch(base):
            yield f'"base_model" with value "{base}" is not valid. Use a model id from https://hf.co/models.'


def _results(index):
    if index is None:
        return
    for model in index if isinstance(index, list) else [None]:
        if not isinstance(model, dict) or not model.get("name") or not isinstance(model.get("results"), list):
            yield '"model-index[0].name" and "model-index[0].results" are required'
            continue
        for result in model["results"]:
            for part, keys in (("task", ["type"]), ("dataset", ["type", "name"])):
                for key in keys:
                    if not result.get(part, {}).get(key):
                        yield f'"model-index[0].results[0].{part}.{key}" is required'
            for metric in result.get("metrics") or [{}]:
                if "type" not in metric or "value" not in metric:
                    yield '"model-index[0].results[0].metrics[0]" needs a type and a value'


def _listed(value):
    return value if isinstance(value, list) else [value]
