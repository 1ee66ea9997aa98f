"""The words that clauses of every type share: verbs, goods, services, losses; what a bag of words cannot tell apart."""

from maskzoo.simulate.words import words_of

SHARED = words_of("clause_words.shared")
