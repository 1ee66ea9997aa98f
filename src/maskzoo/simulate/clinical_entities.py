"""Sentences with tagged findings, where the context decides the tag and the word does not.

What is tagged: FINDING, what the patient has now; PLACE, where in the body it is; DRUG, what the patient takes now;
TEST,
what was done. The same words also stand untagged: a finding that is denied, excluded or a relative's, a drug that was
stopped or is an allergy, a test that is planned or was refused.
"""

ENTITIES = """
finding
  {finding_head} / {finding_head}, {finding_tail} / {finding_head}, {finding_tail}
finding_head
  the <TEST {=TEST}> [showed|revealed|confirmed] <FINDING {=LESION}> of the <PLACE {=SITE}> {when}
  {=S} [has|developed|now has] <FINDING {=LESION}> in the <PLACE {=SITE}> and [takes|is given] <DRUG {=DRUG}> {=DOSE}
  [no evidence of|negative for|free of] {=LESION2}, but <FINDING {=LESION}> was found in the <PLACE {=SITE}> {when}
  {=P} [mother|father|sister|uncle] had {=LESION2} of the {=SITE2}, whereas {=S} has <FINDING {=LESION}>
  {=DRUG2} was stopped because of [a rash|nausea], and <DRUG {=DRUG}> {=DOSE} was started for <FINDING {=LESION}>
  {=S} is allergic to {=DRUG2} and [takes|receives|was given] <DRUG {=DRUG}> for <FINDING {=SYMPTOM}> {when}
  {=S} denies {=SYMPTOM2} but [reports|complains of] <FINDING {=SYMPTOM}> since the <TEST {=TEST}>
  a {=TEST2} was [refused|planned|postponed], and the <TEST {=TEST}> [found|showed] <FINDING {=LESION}>
  the question was {=LESION2} of the {=SITE2}; what the <TEST {=TEST}> shows is <FINDING {=LESION}> of the <PLACE
    {=SITE}>
  biopsy of the <PLACE {=SITE}> [shows|contains|proves] <FINDING {=LESION}>, {=LESION2} is [excluded|ruled out]
  [continue|increase] <DRUG {=DRUG}> {=DOSE} for the <FINDING {=LESION}>, and do not [resume|restart] {=DRUG2}
finding_tail
  and a {=TEST2} is [planned|due] in {=N1} weeks / without {=SYMPTOM2} {when} / although {=DRUG2} had been tried in
    {=YEAR}
  with <DRUG {=DRUG3}> {=DOSE2} [at night|twice a day] / as {=P} brother had {=LESION2} at {=AGE}
  and the <TEST {=TEST3}> of {=YEAR} [agrees|was repeated] / which is not {=LESION2} / for which {=DRUG2} is not used
"""
