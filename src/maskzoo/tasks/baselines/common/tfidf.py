"""TF-IDF of words, word pairs and character n-grams: the features of several baselines.

Hard to beat on short texts, as Wang and Manning 2012 (Baselines and Bigrams) showed; character n-grams join in.
"""

from typing import Any

import numpy as np

from maskzoo.documents.words import word_pattern

SMALL = 500  # with fewer training texts every n-gram is kept, above it those of at least two texts
MOST = 200_000  # features of each kind, the most frequent


def features(texts: int, *, most: int = MOST) -> Any:
    """A union of vectorizers, not fitted: `words` and `characters`, rows of unit length each.

    Args:
        texts: how many it will be fitted on.
        most: features of each kind.
    """
    from sklearn.pipeline import FeatureUnion

    return FeatureUnion([("words", words(texts, most=most)), ("characters", characters(texts, most=most))])


def words(texts: int, *, most: int = MOST) -> Any:
    """Words and pairs of neighbours, lower-cased."""
    from maskzoo.tasks.baselines.common.vectorizer import SharedOrAll

    return SharedOrAll(
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=1 if texts < SMALL else 2,
        token_pattern=word_pattern().pattern,
        max_features=most,
        dtype=np.float32,
    )


def characters(texts: int, *, most: int = MOST) -> Any:
    """Two to five characters within words; case is kept: it means something in names, and chemistry in SMILES."""
    from maskzoo.tasks.baselines.common.vectorizer import SharedOrAll

    return SharedOrAll(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        min_df=1 if texts < SMALL else 2,
        lowercase=False,
        max_features=most,
        dtype=np.float32,
    )
