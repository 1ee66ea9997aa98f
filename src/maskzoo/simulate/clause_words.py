"""The words that clauses of every type share: verbs, goods, services, losses; what a bag of words cannot tell apart."""

SHARED = """
shall
  shall / must / will / undertakes to / agrees to / is obliged to
may
  may / is entitled to / is free to / has the right to
maynot
  shall not / may not / must not / is not entitled to / has no right to
promptly
  promptly / without delay / within {=N1} days / within {=N2} working days / as soon as practicable
  no later than {=DATE} / at its own expense / in good time / on first demand / before the end of the month
written
  written / signed / prior written / express / clear / formal / registered / timely
loss
  loss / damage / cost / expense / harm / outlay / penalty / fine / shortfall / claim / injury / lost profit
  lost revenue / judgment / settlement
losses
  [any|every|each] {loss} / any {loss} or {loss} / all {badkind} {loss} and {loss} / whatever {loss}
  the [full|reasonable|actual|proven] {loss}
badkind
  direct / indirect / foreseeable / remote / consequential / special / reasonable / proven / financial / material
  accidental / ordinary / punitive / operational
thing
  {good} / {good} / the {goodkind} {good} / {=T1} / {=T2}
goodkind
  new / spare / finished / imported / packed / leased / faulty / repaired / tested / surplus / licensed / certified
  seasonal / refurbished / delivered / bespoke / standard / ordered / sealed / listed
good
  equipment / machinery / software / hardware / timber / cement / steel / grain / fabric / glassware / tooling
  packaging / furniture / fuel / cable / pipework / medicine / catalogue / database / prototype / archive / fleet
  vehicle / vessel / crane / turbine / warehouse / workshop / laboratory / plant / server / network / platform
  sensor / instrument / component / sample / mould / drawing / manual / material / stock / harvest / livestock
  vaccine / ceramic / paper / printing / clothing / livery / signage / lighting / boiler / furnace / conveyor
  forklift / container / pallet / trailer / generator / battery / transformer / antenna / camera / display / keyboard
  printer / scanner / router / terminal
service
  delivery / installation / maintenance / training / support / inspection / transport / storage / cleaning / hosting
  testing / repair / design / translation / catering / security / consulting / accounting / surveying / calibration
  recycling / engineering / assembly / packing / monitoring / advertising / recruitment / drafting / insurance
  brokerage / forwarding / demolition / landscaping / excavation / painting / certification
matter
  the [{goodkind} |]{good} / the {service} / the {service} of {good} / the {service} and {service}
  [any|the] {good} and {good} / {=T1} / {=T2} / the {service} described in {=R1} / the {good} listed in Schedule {=N1}
paper
  notice / report / invoice / statement / certificate / licence / order / record / specification / schedule / survey
  receipt / list / request / instruction / letter / draft / plan / permit / declaration / protocol / minute / register
  approval / return / permission / policy
person
  employee / adviser / auditor / agent / subcontractor / insurer / banker / director / officer / affiliate / successor
  carrier / surveyor / consultant / trustee / representative / manager / operator / accountant / lawyer / bookkeeper
  engineer / inspector / foreman / clerk
body
  court / tribunal / regulator / ministry / tax authority / customs office / supervisory board / licensing body
  register of companies / stock exchange / port authority / land registry / planning office / arbitrator
  chamber of commerce
occasion
  during the term / after the handover / at any time / in any [calendar year|quarter|month] / on or after {=DATE}
  before {=DATE} / under {=R1} / in the course of the {service} / at the [end|start] of the {service}
  in connection with {matter} / for the purposes of {=R2} / at the premises in {=PLACE}
  throughout the region of {=PLACE} / during working hours / in the first {=N2} months
  once the {service} is complete
scope
  so far as it concerns {matter} / to the [extent|degree] [set out|stated|named|agreed|permitted] in {=R1}
  in the [manner|way|order|form] [described|laid down|set forth|explained|prescribed] in {=R2}
  in accordance with {=R1}
  as [if|though] {=R2} [did not apply|were void|were not there|had been deleted|said the opposite]
  for a period of {=N1} [weeks|months|years]
  even where {matter} [is|was] [late|incomplete|defective|accepted|returned|replaced]
  whether or not {=Y} has [accepted|paid for|inspected|approved|received|rejected] {matter}
  whatever its [origin|nature|value|cause|form|age] / at its own [risk|cost|discretion] / on the terms of {=R2}
  [for as long as|while|whenever] [{=D}|{=R1}|the {paper}] [remains in force|runs|lasts|binds the {person}]
  free of charge / in consultation with the {person} of {=Y}
  to [a|the] standard that a [careful|prudent|diligent] {person} would [expect|set|require]
  up to a value of {=AMOUNT} / and {shall} keep a {paper} of it for {=N2} [weeks|months|years]
harmed
  {=Y} / a [customer|tenant|client|patient|reader|visitor] of {=Y} / the {person} of {=Y} / a third party
  any {person} or {person} / a neighbour / an heir of the {person}
"""
