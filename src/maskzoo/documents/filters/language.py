"""Which language a text is in, by Compact Language Detector 2, whose models are part of the package (Sites 2013).

It scores runs of four letters against the languages it was trained for, and says whether the best of them is clear. A
text is only ever dropped for being clearly and mostly in another language: where the detector is in doubt, it stays.
"""

from functools import cache

from pydantic import Field, model_validator

from maskzoo.errors import unknown_name
from maskzoo.strict import Strict

MATERIALS = ("text",)


class Settings(Strict):
    """Drop documents that are clearly in another language, as a detector of some 160 languages judges (pycld2).

    Languages are ISO 639-1 codes where there is one, else ISO 639-3; one that the detector does not know is refused.
    """

    keep: tuple[str, ...] = Field(
        default=(),
        description="drop what is clearly in none of these; name close relatives that it takes for them, too",
    )
    drop: tuple[str, ...] = Field(
        default=(), description="drop what is clearly in one of these, for a corpus in a language that it does not know"
    )
    min_words: int = Field(
        default=12, ge=1, description="shorter documents are not judged: they are taken for relatives"
    )
    min_share: float = Field(default=0.8, gt=0, le=1, description="share of the text that must be in that language")

    @model_validator(mode="after")
    def _one_way(self) -> "Settings":
        if bool(self.keep) == bool(self.drop):
            raise ValueError("exactly one of keep and drop names languages")
        return self


@cache
def known() -> frozenset[str]:
    """Codes of the languages that the detector tells apart: ISO 639-1 where there is one (`tn`), else ISO 639-3."""
    import pycld2

    # what is not in DETECTED_LANGUAGES has a name but no model; codes like xx-Runr are scripts
    names = {str(name) for name in pycld2.DETECTED_LANGUAGES}
    return frozenset(str(code) for name, code in pycld2.LANGUAGES if name in names and not code.startswith("xx"))


def check(settings: Settings, where: str) -> None:
    """Refuse a language that the detector does not know, rather than drop or keep everything.

    Raises:
        UserError: key, code, and the nearest one that is known.
    """
    for key in ("keep", "drop"):
        for code in getattr(settings, key):
            if code not in known():
                raise unknown_name("language of the detector (pycld2)", code, known(), where=f"{where}.{key}")


def detected(text: str, min_share: float) -> str | None:
    """The code of the language that a text (NFC) is clearly in, by at least a share of its bytes; else None."""
    import pycld2

    try:
        clear, _, ranked = pycld2.detect(text.encode())
    except pycld2.error:  # a character that it takes for no text
        return None
    _, code, percent, _ = ranked[0]
    return str(code) if clear and percent >= 100 * min_share else None


def objection(text: str, words: int, settings: Settings) -> tuple[str, str] | None:
    """(`language_<code>`, detail) for a text that is clearly in a language it should not be in, or None."""
    if words < settings.min_words:
        return None
    code = detected(text, settings.min_share)
    if code is None or (code in settings.keep if settings.keep else code not in settings.drop):
        return None
    wanted = f"not in {', '.join(settings.keep)}" if settings.keep else "not wanted"
    return f"language_{code}", f"language {code}, {wanted}"
