"""Sentences with tagged findings, where the context decides the tag and the word does not.

What is tagged: FINDING, what the patient has now; PLACE, where in the body it is; DRUG, what the patient takes now;
TEST,
what was done. The same words also stand untagged: a finding that is denied, excluded or a relative's, a drug that was
stopped or is an allergy, a test that is planned or was refused.
"""

from maskzoo.simulate.words import words_of

ENTITIES = words_of("clinical_entities.entities")
