"""The wording of contract clauses: for each type what it orders (`.main`), its case (`.case`) and its name (`.name`).

Types share most of their words on purpose. A clause is what its *main* part orders; the cases and names of other types
stand around it, so that a bag of words is often wrong where a reader is not. Context: `X`, `Y` (two roles), `D` (this
contract), `R1`, `R2` (sections), `T1`, `T2` (defined terms), `AMOUNT`, `DATE`, `PLACE`, `N1`, `N2` (numbers in words).
"""

TYPES = (
    "assignment",
    "confidentiality",
    "data_protection",
    "governing_law",
    "indemnity",
    "intellectual_property",
    "liability",
    "payment",
    "termination",
    "warranty",
    "force_majeure",
    "notices",
)

MAINS = """
confidentiality.main
  {=X} {shall} keep {secret} [secret|private|confidential|under lock|from public view] {scope}
  {=X} {maynot} [disclose|reveal|publish|pass on|make known|show] {secret} to [any|a|its] {person}[ or {person}|]
    {scope}
  no {person} of {=X} may [learn|see|read|copy|receive] {secret} unless that {person} [needs it for the {service}|is
    bound by the same silence|has signed a {paper}]
  {=X} {shall} [return|destroy|erase|lock away] every copy of {secret} {promptly} {scope}
  {secret} may be shown to the {body} or the {person} only where [the law|{=R1}|an order of the {body}] leaves {=X} no
    other choice
  what {=X} learns about {matter} {occasion} [stays|remains] [between|with] the parties and [goes|passes] to no
    {person} or {body} {scope}
  {=X} {shall} treat {matter} with the same discretion as its own {paper} and {paper}, and {maynot} mention it to a
    {person} {scope}
secret
  [the|any] [commercial|technical|financial|internal|unpublished|sensitive]
    [information|knowledge|know-how|data|detail|figure] about {matter}
  the content of the {paper}[ and the {paper}|] / {matter} / the terms of {=D}
  the {paper} that {=Y} handed over {occasion} / what it learns about {matter}
termination.main
  {=X} {may} [end|terminate|cancel|bring to an end|withdraw from] {=D} [by {written} notice|on {=N2} days' notice|with
    immediate effect|at the end of any quarter] {scope}
  {=D} [ends|expires|lapses|ceases to bind the parties|comes to an end] on {=DATE} {scope}
  {=D} [continues|is renewed|runs on|stays in force] for a further {=N2} months {scope}, and {=X} {maynot} leave it
    before {=DATE}
  {=X} {maynot} [end|terminate|cancel|withdraw from] {=D} {occasion} {scope}
  on the [end|expiry|cancellation] of {=D} {=X} {shall} [stop|wind up|cease|hand over] {matter} {promptly} {scope}
  the term of {=D} [starts|begins] on {=DATE} and runs for {=N2} [months|years] {scope}
  the right of {=Y} to leave {=D} [lapses|is lost|is suspended|revives] {=N1} months after {=DATE} {scope}
liability.main
  {=X} is not [liable|answerable|responsible|accountable] to {=Y} for {losses} {scope}
  the total [liability|responsibility|exposure] of {=X} {occasion} is limited to {=AMOUNT} {scope}
  {=X} answers for {losses} only up to {=AMOUNT} {scope}
  neither party {shall} answer for {losses} [caused by|arising from|linked to|that follows from] {matter} {scope}
  {=Y} bears {losses} itself where {matter} [is late|fails|is lost|was used wrongly] {occasion}
  {=Y} {maynot} recover {losses} from {=X} {occasion} {scope}
  nothing in {=R1} limits what {=X} owes for {losses} caused by [fraud|wilful default|gross negligence|its own
    {person}] {scope}
indemnity.main
  {=X} {shall} [indemnify|hold harmless|compensate|make good|reimburse] {=Y} [against|for] {losses} {scope}
  {=X} {shall} [take over|defend|settle] any claim that {harmed} brings against {=Y} {occasion} {scope}
  where {harmed} [sues|pursues|charges] {=Y} because of {matter}, {=X} bears {losses} {scope}
  {=Y} {may} recover {losses} from {=X} in full {occasion} {scope}
  {=X} {shall} keep {=Y} free of {losses} [caused by|arising from|linked to|that follows from] {matter} {scope}
  {losses} that {=Y} [suffers|incurs] at the hands of {harmed} {occasion} [falls|rests] on {=X} {scope}
  {=X} answers to {=Y} for {losses} that a [claim|demand|suit] of {harmed} [causes|brings about|entails] {occasion}
    {scope}
payment.main
  {=X} {shall} pay [the price of {matter}|{=AMOUNT}|the {service} fee|every undisputed invoice|the balance] to {=Y}
    {promptly} {scope}
  [the price|the fee|the charge|the rent|the deposit] for {matter} [is|amounts to|comes to] {=AMOUNT} and falls due on
    {=DATE} {scope}
  {=Y} {may} [invoice|bill|charge] {=X} for {matter} {occasion} {scope}
  {=X} {maynot} [set off|withhold|deduct|retain] any [sum|amount|instalment] {scope}
  any [sum|amount|instalment] not received by {=DATE} bears interest at {=N1} per cent a year {scope}
  {=Y} {shall} [refund|credit|repay] {=AMOUNT} to {=X} {promptly} {scope}
  the {loss} and {loss} of {matter} are [included|contained|covered] in the [price|fee|rent] [and|so] {=Y} {maynot}
    [ask for|claim|charge] more than {=AMOUNT} {scope}
governing_law.main
  {=D} is [governed by|read under|subject to|construed under] the law of {=PLACE} {scope}
  the {body} of {=PLACE} [alone decides|has sole competence for|hears|settles] any dispute about {matter} {scope}
  {=X} [accepts|submits to] the [jurisdiction|authority|competence] of the {body} in {=PLACE} {scope}
  any dispute about {matter} {occasion} is [referred to|put before|decided by] {=N1} arbitrators in {=PLACE} {scope}
  {=X} {maynot} bring a claim about {matter} before any {body} outside {=PLACE} {scope}
  the rules of {=PLACE} apply to {matter}, and no other law does, {scope}
  a claim of {=X} against {=Y} for {losses} is heard in {=PLACE} by the {body} {scope}
warranty.main
  {=X} [warrants|represents|confirms|guarantees|assures {=Y}] that {matter} [is|will be|remains] [free from
    defects|fit for its purpose|of sound quality|new and unused|complete|as described in {=R1}] {scope}
  {=X} {shall} [repair|replace|correct|make good] any [fault|defect|error|flaw] in {matter} {promptly} {scope}
  {=X} gives no [warranty|promise|assurance|guarantee] that {matter} [is free from defects|suits {=Y}|will meet
    {=R1}|keeps its value] {scope}
  {matter} [meets|satisfies|conforms to] the {paper} and the {paper} {occasion}, and {=X} stands behind this {scope}
  {=Y} {may} [reject|send back|refuse] {matter} that does not [work|match the {paper}|meet {=R1}|pass the {service}]
    {occasion} {scope}
  {=X} [has|holds] [the right|the power|full title] to [sell|lease|deliver|offer] {matter} and no {person} or {body}
    has [a|any] [claim|title|lien|right] to it {occasion} {scope}
  the {service} is carried out with [skill|care|diligence] and the {good} lasts at least {=N2} months {scope}
assignment.main
  {=X} {maynot} [assign|transfer|pledge|sell|make over] [{=D}|its rights under {=R1}|its claim for {matter}|any duty
    under {=R2}] to [a third party|an affiliate|any {person}] {scope}
  {=X} {may} [assign|transfer|pledge|make over] [{=D}|its rights under {=R1}|its claim for {matter}|the benefit of
    {=R2}] to [its {person}|an affiliate|a successor|a lender] {scope}
  {=D} binds the [heirs|successors|assignees] of {=X} {scope}
  {=X} {maynot} let a [subcontractor|freelancer|{person}] or other {person} [carry out|perform|do] the {service} [in
    its place|on its behalf|instead of it] {scope}
  where {=X} [sells|merges|divides|passes on] its {good} [business|division|branch], [its|the] [place|rights|duties]
    in {=D} [passes|goes|moves] to the [buyer|acquirer|{person}] {scope}
  [an attempt|a step|an agreement|a {paper}] by {=X} to put [another|some other] {person} in its [place|stead] has no
    [effect|force] [in {=PLACE}|{occasion}] {scope}
  {=Y} consents in advance that an affiliate of {=X} [takes over|performs|steps into] {matter} {scope}
intellectual_property.main
  all rights in {matter} [belong to|remain with|stay with|vest in|pass to] {=X} {scope}
  {=X} grants {=Y} a [non-exclusive|limited|revocable|royalty-free|personal] licence to
    [use|copy|adapt|install|display] {matter} {scope}
  {=Y} {maynot} [copy|translate|reverse engineer|adapt|sell copies of|register a mark for] {matter} {scope}
  {=Y} [acquires|receives|gains] no [title to|ownership of|interest in] [the design of|the code of|the drawings of|the
    know-how in] {matter} {scope}
  any [invention|improvement|drawing|design|work] that a {person} of {=X} creates {occasion} [is the property
    of|belongs to] {=Y} {scope}
  {=X} {shall} [mark|register|renew] every [patent|trade mark|copyright|design] in {matter} in its own name {promptly}
    {scope}
  the [name|logo|mark] of {=X} may be put on {matter} only as {=R1} [permits|provides|allows] [and|but]
    [stays|remains] its [property|asset|own] {occasion} {scope}
data_protection.main
  {=X} {shall} [process|store|use|handle] [personal data|customer records|data about a {person}] only [on the
    {written} instruction of {=Y}|for the {service}|as {=R1} allows] {scope}
  {=X} {shall} [tell|inform|warn] {=Y} {promptly} of any [breach|leak|loss] of [{good} |][personal data|records about
    a {person}] {scope}
  {=X} {shall} [erase|return|destroy|anonymise] [personal data|every record about a {person}|the records of customers]
    {promptly} {scope}
  {=X} {maynot} [send|move|transfer|pass on] [personal data|records about a {person}] out of {=PLACE} {scope}
  {=X} {shall} [protect|secure|encrypt|guard] the [data|records|files] on {matter} against [loss|misuse|theft|access
    by any {person}] {scope}
  a {person} whose [data|records] {=X} holds {may} [see|correct|delete] them {promptly} {scope}
  {=X} {maynot} let a [subcontractor|freelancer|{person}] or [other|outside] {person} [see|use|copy|open] the
    [data|records] of [customers|patients|staff|visitors] {scope}
force_majeure.main
  {=X} is [excused|released|not in breach] while {disaster} [prevents|delays|hinders] {matter} {scope}
  [the time for|the date of|the duty of] {service} is put back for as long as {disaster} lasts {scope}
  {=X} {shall} tell {=Y} {promptly} of {disaster} and do what it can to [resume|shorten the delay of|replace] {matter}
  a lack of [money|staff|demand|orders] does not count as {disaster} {scope}
  where {disaster} lasts more than {=N2} days, {=Y} {may} obtain {matter} elsewhere {scope}
disaster
  [a flood|a fire|an earthquake|a storm|an epidemic|a strike|a blockade|an embargo|a war|a riot|a power cut|a
    landslide|an act of the {body}]
  an event outside its control / any event beyond the reach of a careful {person}
  [a flood|a fire|a storm|a strike] at {=PLACE}
notices.main
  a notice under {=R1} is [sent|given|delivered] to {=X} at its address in {=PLACE} by [post|courier|hand|registered
    letter] {scope}
  a notice counts as received {=N1} days after [posting|dispatch|handover] {scope}
  {=X} {shall} tell {=Y} of any change of its address or its {person} {promptly} {scope}
  a {paper} sent by [telephone|fax|message] alone is no notice for the purposes of {=R2} {scope}
  each notice names the {person} who sends it and the section that it rests on {scope}
"""

CASES = """
confidentiality.case
  {=Y} [discloses|reveals|publishes|passes on] {secret} / {secret} [becomes|is made] known to a {person}
  {secret} reaches the {body} / {=Y} does not keep {matter} [secret|private|confidential]
termination.case
  {=D} [ends|expires|lapses|is cancelled] before {=DATE} / {=Y} [ends|terminates|cancels|withdraws from] {=D}
  {=Y} gives notice to end {=D} {occasion} / {=D} is renewed for {=N2} months
liability.case
  {=Y} is [liable|answerable|responsible] for {losses} / {losses} of {=Y} goes beyond {=AMOUNT}
  {matter} causes {losses} / the limit in {=R1} is reached
indemnity.case
  {harmed} brings a claim against {=X} / {harmed} [sues|pursues] {=Y} because of {matter}
  {=Y} does not [indemnify|compensate|reimburse] {=X} for {losses} / {=Y} has to bear {losses}
payment.case
  {=Y} does not pay [the price of {matter}|{=AMOUNT}|an invoice]
  {=Y} is late with the [price|fee|rent|instalment] {occasion}
  [the price|the fee|the rent] for {matter} goes beyond {=AMOUNT} / {=Y} [withholds|deducts|sets off] {=AMOUNT}
governing_law.case
  the {body} of {=PLACE} [decides|hears] a dispute about {matter} / the law of {=PLACE} [forbids|requires|allows] it
  a dispute about {matter} is before the {body} / {=Y} brings a claim in {=PLACE}
warranty.case
  {matter} is not [free from defects|fit for its purpose|as described in {=R1}]
  {=Y} finds a [fault|defect|error|flaw] in {matter} / {=Y} [rejects|sends back] {matter} {occasion}
  {=Y} does not [repair|replace|correct] {matter}
assignment.case
  {=Y} [assigns|transfers|pledges] {=D} to [an affiliate|a third party|its {person}]
  {=Y} [sells|merges|divides] its business / an affiliate of {=Y} [takes over|performs] {matter}
  {=Y} lets a [subcontractor|{person}] [carry out|do] the {service} {occasion}
intellectual_property.case
  {=Y} [copies|adapts|translates|displays] {matter} / {=Y} registers a [patent|mark|design] in {matter}
  a third party claims [title to|the design of|the code of] {matter} / the licence to use {matter} ends
data_protection.case
  [personal data|records about a {person}] [is|are] lost {occasion}
  {=Y} [processes|stores|sends] [personal data|customer records]
  there is a [breach|leak] of [personal data|records about a {person}]
  a {person} asks to [see|copy|correct] the [data|records] [on|about] {matter} that {=Y} holds
force_majeure.case
  {disaster} [prevents|delays|hinders] {matter} / {disaster} lasts more than {=N2} days
notices.case
  no notice reaches {=Y} by {=DATE} / {=Y} changes its address / {=Y} receives a {written} notice under {=R1}
confidentiality.name
  the [secrecy|confidentiality] of {matter} / the [duty of silence|duty not to disclose] under {=R1}
termination.name
  the [term|end|expiry|renewal] of {=D} / the right to [end|terminate|cancel] {=D}
liability.name
  the [limit of|cap on] liability in {=R1} / the liability of {=Y} for {losses}
indemnity.name
  the indemnity in {=R2} / the duty of {=Y} to compensate {losses}
payment.name
  the [price|fee|rent|charge] for {matter} / the duty to pay {=AMOUNT} under {=R1}
governing_law.name
  the [jurisdiction|competence] of the {body} of {=PLACE} / the law of {=PLACE}
warranty.name
  the warranty for {matter} / the [repair|replacement|quality|fitness] of {matter}
assignment.name
  the assignment of {=D} / the transfer of {matter} to an affiliate
intellectual_property.name
  the [licence to use|ownership of|rights in|copyright in] {matter}
data_protection.name
  the protection of [personal data|records about a {person}] / the processing of data on {matter}
force_majeure.name
  the rules on events outside the control of {=Y}
notices.name
  the form of a notice under {=R1}
"""

# how a main part of type T is set among cases and names of another type O
FRAMES = """
plain
  {=MAIN}
mixed
  if {=CASE}, {=MAIN}
  {=MAIN}, [unless|except where|provided that|if|even if|save where] {=CASE}
  [subject to|without prejudice to|notwithstanding|in addition to|irrespective of|save for] {=NAME}, {=MAIN}
  where {=CASE} and {=CASE2}, {=MAIN}
  {=MAIN}. [This does not affect|This leaves untouched|Nothing here alters|This comes before|This is separate from]
    {=NAME}
  [subject to|without prejudice to|notwithstanding|irrespective of|save for] {=NAME}, {=MAIN}, [if|where|unless]
    {=CASE2}
  {=MAIN}, [if|where|unless] {=CASE}. [This does not affect|Nothing here alters|This is separate from] {=NAME}
  {=MAIN}, [and this holds|which applies|and this is so] even [where|if|when] {=CASE} [or|and] {=CASE2}
"""
