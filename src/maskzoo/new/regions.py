"""Where a language is spoken: regions whose national phone numbers its texts are likely to hold."""

# ISO 639-1 or 639-3 -> ISO 3166, the largest first; official or national languages of the regions
REGIONS: dict[str, tuple[str, ...]] = {
    "af": ("ZA", "NA"),
    "am": ("ET",),
    "ar": ("EG", "DZ", "SA", "MA", "IQ"),
    "bg": ("BG",),
    "bn": ("BD", "IN"),
    "ca": ("ES", "AD"),
    "cs": ("CZ",),
    "da": ("DK",),
    "de": ("DE", "AT", "CH"),
    "el": ("GR", "CY"),
    "en": ("US", "GB", "CA", "AU", "IE", "NZ"),
    "es": ("ES", "MX", "CO", "AR", "PE", "CL"),
    "et": ("EE",),
    "fa": ("IR", "AF"),
    "fi": ("FI",),
    "fr": ("FR", "BE", "CH", "CA", "LU"),
    "gsw": ("CH",),
    "ha": ("NG", "NE"),
    "he": ("IL",),
    "hi": ("IN",),
    "hr": ("HR", "BA"),
    "hu": ("HU",),
    "id": ("ID",),
    "ig": ("NG",),
    "it": ("IT", "CH"),
    "ja": ("JP",),
    "km": ("KH",),
    "ko": ("KR",),
    "lt": ("LT",),
    "lv": ("LV",),
    "ms": ("MY", "SG"),
    "my": ("MM",),
    "nb": ("NO",),
    "ne": ("NP",),
    "nl": ("NL", "BE"),
    "no": ("NO",),
    "pl": ("PL",),
    "pt": ("BR", "PT", "AO"),
    "ro": ("RO", "MD"),
    "ru": ("RU", "BY", "KZ"),
    "rw": ("RW",),
    "sk": ("SK",),
    "sl": ("SI",),
    "sn": ("ZW",),
    "so": ("SO",),
    "sq": ("AL", "XK"),
    "sr": ("RS", "BA"),
    "ss": ("SZ", "ZA"),
    "st": ("LS", "ZA"),
    "sv": ("SE", "FI"),
    "sw": ("TZ", "KE", "UG"),
    "ta": ("IN", "LK"),
    "th": ("TH",),
    "tn": ("ZA", "BW"),
    "tr": ("TR", "CY"),
    "uk": ("UA",),
    "ur": ("PK", "IN"),
    "vi": ("VN",),
    "xh": ("ZA",),
    "yo": ("NG", "BJ"),
    "zh": ("CN", "TW", "SG"),
    "zu": ("ZA",),
}
LONGER = {
    **{"eng": "en", "fra": "fr", "deu": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "slk": "sk"},
    **{"tsn": "tn", "yor": "yo", "ibo": "ig", "swa": "sw", "zul": "zu", "xho": "xh", "ssw": "ss", "sna": "sn", "hau": "ha"},
}


def regions_of(language: str) -> tuple[str, ...]:
    """Regions of a language code (`fr`, `fra`, `pt-BR`); the US where nothing is known of it."""
    code, _, region = language.replace("_", "-").partition("-")
    known = REGIONS.get(LONGER.get(code.lower(), code.lower()), ("US",))
    own = (region.upper(),) if len(region) == 2 else ()
    return tuple(dict.fromkeys((*own, *known)))
