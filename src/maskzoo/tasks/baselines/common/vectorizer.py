"""scikit-learn's TF-IDF for texts that may share nothing; importing this imports scikit-learn."""

from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer


class SharedOrAll(TfidfVectorizer):  # type: ignore[misc]
    """Terms of at least two texts; all terms where no two texts share one.

    Protein sequences as words are such: each is one word, and no other sequence has it.
    """

    min_df: int

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """As in scikit-learn, (texts, terms)."""
        texts = list(raw_documents)
        try:
            return super().fit_transform(texts, y)
        except ValueError:
            if self.min_df == 1:
                raise
            self.min_df = 1
            return super().fit_transform(texts, y)

    def fit(self, raw_documents: Any, y: Any = None) -> "SharedOrAll":
        """As in scikit-learn."""
        self.fit_transform(raw_documents, y)
        return self
