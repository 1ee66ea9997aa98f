"""The card's first table: what was gained over the base and untrained weights, with the baseline beside it."""

from maskzoo.release.gain import gain_table


def model(name, role, mean, base=None, **differences):
    said = {
        other: {"value": value, "interval": [value - 0.1, value + 0.1], "p_holm": p}
        for other, (value, p) in differences.items()
    }
    return {
        "name": name, "role": role, "base": base, "mean": mean, "interval": [mean - 0.05, mean + 0.05],
        "differences": said,
    }  # fmt: skip


def comparison(**said):
    task = {
        "title": "Clauses | <script>",
        "metric": "macro_f1",
        "best_baseline": "tfidf_logreg",
        "models": [
            model("tfidf_logreg", "baseline", 0.8),
            model("untrained", "random", 0.2),
            model("general", "base", 0.4),
            model("adapted", "adapted", 0.6, "general", general=(0.2, 0.01), tfidf_logreg=(-0.2, 0.3)),
        ],
        **said,
    }
    return {"tasks": {"clauses": task}, "pseudo_perplexity": {"models": [], "without": []}}


def test_gains_have_intervals_and_say_whether_they_are_clear():
    header, _, row = gain_table(comparison(), "adapted").splitlines()
    assert header.endswith("| this model | the base it came from | untrained weights | best classical baseline |")
    assert "| **0.600** [0.550, 0.650] |" in row
    assert "| `general` 0.400; gain +0.200 [+0.100, +0.300], clear |" in row
    assert "| `untrained` 0.200 |" in row
    assert "| TF-IDF + logistic regression 0.800; gain -0.200 [-0.300, -0.100], not clear |" in row
    assert "<script" not in row
    assert row.replace("\\|", "").count("|") == 6


def test_of_an_error_less_is_a_gain():
    row = gain_table(comparison(metric="rmse", lower_is_better=True), "adapted").splitlines()[2]
    assert "`general` 0.400; gain -0.200 [-0.300, -0.100], clear" in row
    assert "gain +0.200 [+0.100, +0.300], not clear" in row


def test_a_logarithm_is_no_gain_in_perplexity():
    scored = {
        "unit": "residue",
        "models": [
            model("general", "base", 40.0),
            model("adapted", "adapted", 12.0, "general", general=(-1.2, 0.001)),
        ],
    }
    table = gain_table({"tasks": {}, "pseudo_perplexity": scored}, "adapted")
    assert "| Pseudo-perplexity per residue (lower is better) | **12.00**" in table
    assert "`general` 40.00; gain, clear" in table
    assert "baseline" not in table, "a column without a value is left out"


def test_a_variant_that_was_not_measured_has_no_table():
    assert gain_table(comparison(), "another") == ""
