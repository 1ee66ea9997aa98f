"""The wording of simulated notes: what ten sections of a pathology report or a discharge summary say.

Sections share sites, lesions, drugs and tests on purpose: which section a sentence belongs to is said by what is done
with them. Context: `SITE`, `SITE2`, `LESION`, `LESION2`, `SYMPTOM`, `DRUG`, `DRUG2`, `TEST`, `CM`, `CM2`, `DOSE`,
`DOSE2`,
`LAB`, `VITAL`, `YEAR`, `AGE`, `N1`, `N2` (numbers in words), `STAGE`, `MARKER`, `S` (he or she), `P` (his or her).
"""

PATHOLOGY = ("specimen", "gross", "microscopic", "diagnosis", "comment")
DISCHARGE = ("history", "medications", "laboratory", "course", "follow_up")
SECTIONS = PATHOLOGY + DISCHARGE

VALUES = """
site
  left breast / right breast / sigmoid colon / caecum / rectum / left lung / right upper lobe / prostate / bladder /
    liver
  gallbladder / left kidney / right kidney / pancreas / stomach / duodenum / oesophagus / thyroid / left ovary / cervix
  right tibia / left femur / scalp / forearm / right axilla / left groin / larynx / tongue / parotid gland / spleen
  lower lip / right shoulder / lumbar spine / left knee / right adrenal gland / brain stem
lesion
  adenocarcinoma / squamous cell carcinoma / tubular adenoma / hyperplastic polyp / fibroadenoma / lipoma / abscess
  lymphoma / melanoma / basal cell carcinoma / chronic inflammation / granuloma / cyst / ulcer / haematoma / stricture
  ductal carcinoma / papilloma / sarcoma / infarct / fibrosis / necrosis / dysplasia / metaplasia / thrombus /
    meningioma
  hydronephrosis / carcinoid tumour / intraepithelial neoplasia / leiomyoma
symptom
  chest pain / shortness of breath / abdominal pain / weight loss / night sweats / fever / productive cough / back pain
  palpitations / dizziness / nausea and vomiting / black stools / jaundice / a painful lump / hoarseness / headache
  swelling of both legs / difficulty swallowing / blood in the urine / fatigue / numbness of the left hand
drug
  metoprolol / lisinopril / metformin / atorvastatin / warfarin / furosemide / amoxicillin / omeprazole / prednisone
  insulin glargine / levothyroxine / gabapentin / sertraline / ibuprofen / morphine / tamoxifen / cisplatin /
    paclitaxel
  heparin / ceftriaxone / vancomycin / albuterol / ondansetron / digoxin / amlodipine / allopurinol
test
  chest radiograph / computed tomography of the abdomen / echocardiogram / electrocardiogram / colonoscopy / mammogram
  magnetic resonance imaging of the brain / ultrasound of the neck / blood culture / urinalysis / bone scan /
    gastroscopy
  lumbar puncture / bronchoscopy / liver panel / coronary angiography / stress test / thyroid panel
marker
  oestrogen receptor / progesterone receptor / Ki-67 / p53 / S100 / CD20 / CD3 / cytokeratin 7 / cytokeratin 20 / TTF-1
  chromogranin / HER2
"""

SECTION_RULES = """
look
  [tan|grey|pink|brown|yellow|white|red|dark] [and|to] [firm|soft|rubbery|friable|smooth|nodular|glistening|granular]
manner
  [slowly|gradually|rapidly|steadily|partly|well|poorly|without difficulty|after some delay|to a degree]
when
  [over the past {=N1} [days|weeks|months]|since {=YEAR}|on admission|before surgery|after {=N2} days|in
    {=YEAR}|overnight
    |in the second week|for {=N1} weeks]
case
  [margins|edges|surfaces|borders] / [resection|biopsy|excision|curettage|needle core] / capsule / stroma / lumen /
    wall
specimen.says
  received [fresh|in formalin|on saline gauze|in two parts] [is|and labelled as] a
    [resection|biopsy|wedge|core|curetting]
    of the {=SITE}
  part [A|B|C] is [labelled|submitted|designated] {=SITE}, [biopsy|excision|resection], for {=LESION} [seen at|found
    by]
    {=TEST}
  the container holds {=N1} [fragments|cores|strips|pieces] of the {=SITE} sent [to rule out|with the question of]
    {=LESION}
  [excision|wide excision|punch biopsy|needle biopsy] of the {=SITE}, [clinical question|submitted for|request]
    {=LESION}
  the {=SITE} was [removed|sampled|submitted] because of {=SYMPTOM} and a {=TEST} that [showed|suggested] {=LESION}
  tissue of the {=SITE2} is [sent along|submitted separately] as part [B|C|D] to [compare|exclude {=LESION2}]
gross.says
  the specimen measures {=CM} and is {look}
  on [sectioning|cut surface|opening] there is a {look} [mass|nodule|area] of {=CM} near the {case}
  the {case} [is|are] inked [black|blue|green] and the {=SITE} is [sliced|serially sectioned|bisected] at {=N1}
    millimetres
  {=N1} [lymph nodes|nodules|cassettes] [are found|are submitted|are recovered], the largest {=CM}
  [representative sections|the entire specimen|the remainder] [is|are] submitted in cassettes [one|two|three] to {=N2}
  the outer surface of the {=SITE} is {look}, with a [defect|scar|puckered area] of {=CM2}
microscopic.says
  sections show {=LESION} [infiltrating|within|replacing|bordering] the {case} of the {=SITE}
  the [cells|nuclei|glands] are [enlarged|crowded|uniform|pleomorphic] with [mitoses|prominent nucleoli|clear
    cytoplasm] in
    {=N1} [fields|glands]
  [stains|immunostains] for {=MARKER} are [positive|negative|focally positive|weak] in the cells of the {=LESION}
  no [invasion|mitosis|necrosis|atypia] is seen [at the {case}|in the {=SITE2}|beyond the {case}] [on levels|at high
    power]
  the {case} is [infiltrated|expanded|free] and [lymphocytes|plasma cells|eosinophils] [surround|separate] the
    [glands|nests]
  at high power the {=LESION} has [a cribriform|a solid|a papillary|a spindled] pattern, and {=MARKER} is
    [lost|kept|patchy]
diagnosis.says
  {=SITE}, [biopsy|excision|resection]: {=LESION}, [grade {=N1}|well differentiated|poorly differentiated], {=STAGE}
  [final diagnosis is|consistent with|compatible with] {=LESION} of the {=SITE}, {=CM}, margins [free|involved|close]
  [negative for|no evidence of] {=LESION2} [in {=N1} lymph nodes|at the {case}]; {=LESION} of the {=SITE} is
    [confirmed|present]
  {=LESION} [with|without] [perineural|lymphatic|vascular] invasion, {=STAGE}, {=SITE}
  {=SITE2}: [benign|reactive] tissue, and {=SITE}: {=LESION} [as before|, new since {=YEAR}]
comment.says
  the findings were [discussed|shared] with the [surgeon|referring team] and [favour|argue for] {=LESION} over
    {=LESION2}
  [correlation with|comparison with] the {=TEST} of {=YEAR} is [advised|recommended|needed], as {=LESION2} can look
    alike
  this case was [shown at|reviewed in] the [tumour board|departmental conference], which [agreed|preferred {=LESION2}]
  a [repeat|deeper|larger] biopsy of the {=SITE} [may help|would settle the question] if {=SYMPTOM} [persists|returns]
  [additional|molecular] [studies|stains] such as {=MARKER} are [pending|ordered] and will be [added|reported]
    separately
history.says
  this [pleasant|] {=AGE}-year-old [man|woman|patient] [presented|came in] with {=SYMPTOM} {when}
  {=S} has a [past history|history] of {=LESION} of the {=SITE}, treated with {=DRUG} in {=YEAR}
  {=S} [denies|reports|describes] {=SYMPTOM}, [and|but] [worse at night|relieved by rest|not related to meals] {when}
  {=P} [mother|father|sister|brother] had {=LESION2} of the {=SITE2} at the age of {=AGE}
  {=S} [smokes|smoked] {=N1} cigarettes a day and [drinks|drank] {=N2} [glasses|units] a week until {=YEAR}
  the [symptoms|complaints] began {when}, when {=S} took {=DRUG} for {=SYMPTOM}
medications.says
  {=DRUG} {=DOSE} [by mouth|orally|under the skin] [once|twice|three times] a day [with food|at bedtime|as before]
  [continue|start|increase|stop|hold] {=DRUG} {=DOSE} and [take|reduce|keep] {=DRUG2} {=DOSE2} [daily|every
    morning|as needed]
  [allergies|intolerances]: {=DRUG2}, which [caused|causes] [a rash|swelling|nausea|hives]
  {=DRUG} was [changed|switched] to {=DRUG2} {=DOSE2} [every {=N1} hours|at night] for {=SYMPTOM}
  {=N1} tablets of {=DRUG} {=DOSE} [before breakfast|after dinner], [refills|repeats]: {=N2}
laboratory.says
  {=LAB} {when}, [up|down] from {=LAB} [on arrival|at discharge]
  {=LAB}, {=LAB} and {=VITAL} [were noted|were stable|were recorded]
  the {=TEST} [showed|revealed|was read as] [no|mild|marked] {=LESION} of the {=SITE}
  [repeat|admission|final] values: {=LAB}, {=LAB}
  {=VITAL}, and the {=TEST} [was normal|was unremarkable|was unchanged from {=YEAR}]
course.says
  the patient was [admitted|transferred|taken] to the [ward|unit|operating room] and [given|started on] {=DRUG} for
    {=SYMPTOM}
  {=S} [improved|recovered|worsened] {manner} [on|after|despite] {=DRUG} and {=DRUG2}
  on hospital day {=N1} a {=TEST} was [done|obtained|repeated] and {=LESION} of the {=SITE} was
    [found|excluded|treated]
  [surgery|drainage|resection] of the {=SITE} [went well|was carried out|was uneventful], with [little|moderate]
    blood loss
  {=SYMPTOM} [resolved|settled|returned] {manner}, and {=S} was [weaned from|changed to|kept on] {=DRUG2}
  the [team|consultants] [advised|decided on] {=DRUG} {=DOSE} [because of|in view of] {=LESION}
follow_up.says
  [see|return to|visit] the [clinic|surgeon|family doctor] in {=N1} [days|weeks] [with|for] a {=TEST}
  [call|come back|seek help] [at once|right away] if {=SYMPTOM} [returns|gets worse|lasts more than {=N1} days]
  [no|avoid] [heavy lifting|driving|bathing|strenuous work] for {=N1} weeks, and keep the [wound|dressing|cast]
    [dry|clean]
  a [repeat|control] {=TEST} is [planned|booked|due] in {=N2} months [to watch|because of] the {=LESION}
  [stitches|staples|drains] of the {=SITE} come out after {=N1} days; [walk|drink|rest] [more|as you can]
"""
