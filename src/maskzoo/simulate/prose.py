"""The wording of plain prose on eight topics: what people do there (`.does`), with what, where, and what comes of it.

Every topic has the rules `.doer`, `.does`, `.where`, `.fact` and `.tool`; frames that all topics share turn them into
sentences (`doer` and so on in a frame are those of its topic).

Context: `NAME`, `NAME2` (a first name, a person), `PLACE`, `N1`, `N2` (numbers in words).
"""

TOPICS = ("cooking", "garden", "household", "science", "sport", "travel", "weather", "work")

COMMON = """
time
  in the morning / after lunch / late at night / on Sunday / last week / in early spring / every other day / at dawn
  by the evening / once a month / around noon / all winter / during the holidays / before breakfast
  on a rainy afternoon / in the middle of July / the day before yesterday / as a child / for the first time
  twice a week / on the way home / while the radio was playing
who
  {=NAME} / {=NAME2} / my [brother|sister|uncle|aunt|cousin|father|mother|grandmother|neighbour]
  the [neighbours|children|twins|students|old man|young couple|boy|girl|teacher] / a friend from {=PLACE}
  {=NAME} and {=NAME2} / our [neighbour|teacher|friend] {=NAME} / somebody from {=PLACE}
feeling
  happy / tired / proud / curious / calm / nervous / surprised / hungry / cheerful / grumpy / patient / bored
  thankful / worried / amused / sleepy / stubborn / hopeful / lonely / relaxed
link
  and then / but later / so / because of that / after which / although / while / even though / and soon
  until at last / yet
says
  said / thought / laughed / whispered / remembered / knew / wrote in a letter / told everyone / complained / believed
  found out / explained / hoped
quality
  small / large / old / bright / quiet / heavy / cheap / wonderful / strange / simple / warm / cold / broken / clean
  wet / dry / red / blue / yellow / green / soft / rough / noisy / empty / full / pretty / wooden / round / narrow
  famous / ordinary / gentle / clumsy / splendid / crooked / dusty / shiny / tiny / huge
degree
  very / rather / quite / a little / almost too / surprisingly / not / hardly / truly / somewhat
aside
  it was {degree} {quality} / nobody [minded|noticed|asked why|believed it|laughed]
  that took {=N1} [minutes|hours|days] / there were {=N2} of us / we all felt {feeling} / it cost almost nothing
  the dog [barked|slept|watched] / it happens {time} / the light was {quality}
"""

FRAMES = """
sentence_of
  [{who}|{who}|the {doer}] {does} {time}
  {time}, [{who}|{who}|the {doer}] {does} {where}
  [{who}|{who}|the {doer}] {does} {where}, {link} {aside}
  [{who}|{who}|the {doer}] {says} that {fact}
  {fact}, and {aside}
  when {aside}, [{who}|{who}|the {doer}] {does} with the {quality} {tool}
  the {tool} was {degree} {quality}, {link} [{who}|{who}|the {doer}] {does} {where}
  there is [a|one|another] {quality} {tool} {where}, {link} {aside}
  [{who}|{who}|the {doer}] felt {feeling} {time}, for {fact}
  have you ever [seen|heard of|looked for|wanted] a {quality} {tool} {where}?
  if {fact}, [{who}|{who}|the {doer}] {does} {time}
  [{who}|{who}|the {doer}] and the {doer} {does} {where} for {=N1} [minutes|hours|days|weeks]
  without the {quality} {tool}, [{who}|{who}|the {doer}] {does} {link} the {doer} {does}
"""

PROSE = """
cooking.doer
  cook / baker / chef / waiter / butcher / guest / hostess / kitchen maid
cooking.tool
  pan / oven / knife / spoon / pot / bowl / plate / kettle / sieve / whisk / rolling pin / grater / apron / jar
  recipe / tablecloth
cooking.does
  [chopped|peeled|grated|sliced|washed] the {food} and the {food}
  [baked|boiled|fried|roasted|steamed|simmered] {=N1} pounds of {food}
  [tasted|salted|seasoned|stirred|warmed] the {food} soup / [served|shared|ate|burned] the {quality} {food} pie
  mixed {food} with {food}
food
  onion / carrot / potato / tomato / rice / lentil / cabbage / pepper / butter / flour / cheese / egg / cream
  mushroom / fish / chicken / beef / bean / apple / plum / cherry / honey / cinnamon / garlic / parsley / ginger
  walnut / noodle / barley / pumpkin / spinach / lemon / yoghurt / raisin / mustard
cooking.where
  in the kitchen / on the stove / at the long table / next to the pantry / over a low flame
  in the bakery of {=PLACE} / behind the counter
cooking.fact
  {food} [needs|wants|takes] {=N2} minutes of heat / {food} tastes better with {food}
  a pinch of [salt|sugar|pepper|nutmeg] saves the {food} / {food} [spoils|browns|sticks] in a {quality} pan
  dough must rest {=N1} hours
garden.doer
  gardener / beekeeper / farmer / florist / shepherd / forester / visitor
garden.tool
  spade / rake / hoe / watering can / wheelbarrow / hedge / fence / greenhouse / flower pot / ladder / basket
  compost heap / bee hive
garden.does
  [planted|watered|pruned|picked|sowed] the {plant} and the {plant} / [dug|raked|weeded|fenced] {=N1} beds of {plant}
  [carried|tied|cut] the {quality} {plant} / chased the {animal} away from the {plant} / fed the {animal}
plant
  rose / tulip / bean / apple tree / oak / ivy / fern / tomato / carrot / lettuce / sunflower / daisy / pear tree
  strawberry / mint / moss / grape vine / pumpkin / lavender / poppy / willow / raspberry / thistle / clover / maple
animal
  bee / worm / snail / hedgehog / rabbit / goat / hen / duck / sheep / fox / mouse / frog / blackbird / squirrel
  beetle / owl / cow / horse / cat
garden.where
  in the garden / behind the shed / under the old tree / beside the pond / along the fence / on the farm near {=PLACE}
  in the orchard
garden.fact
  the {plant} [blooms|grows|withers|ripens] after {=N2} weeks / a {animal} [eats|visits|hates|likes] the {plant}
  {plant} [needs|wants] [shade|sun|water|sand|compost] / every {animal} sleeps near the {plant}
  the soil by the {plant} was {degree} {quality}
household.doer
  plumber / tenant / housekeeper / carpenter / landlord / painter / electrician / cleaner
household.tool
  broom / bucket / ladder / hammer / lamp / sofa / cupboard / carpet / curtain / mirror / washing machine
  vacuum cleaner / clock / key / drawer / kettle / blanket
household.does
  [swept|scrubbed|mopped|dusted|painted] the {room} and the {room}
  [mended|moved|polished|sold] the {quality} {piece}
  [hung|folded|ironed|washed] {=N1} [shirts|sheets|towels|curtains] / locked the {room}
  looked for the {piece} in the {room}
room
  kitchen / cellar / attic / hall / bathroom / bedroom / staircase / balcony / garage / study / pantry / roof / porch
  window / floor / doorway
piece
  chair / table / lamp / shelf / carpet / clock / radio / pillow / mattress / tap / fridge / stove / door handle
  picture / vase / mirror / basket / suitcase / piano / candle
household.where
  at home / in the {room} / above the {room} / in the flat in {=PLACE} / behind the {piece} / across the hall
household.fact
  the {piece} in the {room} [leaks|creaks|rattles|shines|smells] / a {piece} lasts {=N2} years
  the {room} is [colder|darker|cleaner|smaller] than the {room} / soap and vinegar clean a {piece}
  the rent rises with every new {piece}
science.doer
  teacher / astronomer / chemist / biologist / inventor / doctor / pupil / curator
science.tool
  telescope / microscope / magnet / thermometer / battery / lens / test tube / compass / scale / model / notebook
  prism / pendulum
science.does
  [measured|weighed|drew|counted|described] the {thing_s} and the {thing_s}
  [compared|heated|cooled|mixed] {=N1} kinds of {thing_s} / [asked|guessed|wondered] why the {thing_s} moves
  looked at the {quality} {thing_s} / read about the {thing_s}
thing_s
  planet / moon / star / comet / atom / crystal / fossil / shadow / magnet / volcano / dinosaur / cell / whale
  insect / gas / metal / ice / light / sound / gravity / blood / bone / brain / seed / rainbow / glacier / galaxy
  acid / oxygen / current / mirror / heart
science.where
  in the museum / in the laboratory / at school / under the microscope / at the observatory of {=PLACE}
  in the science book / in a glass box
science.fact
  the {thing_s} is [bigger|heavier|older|hotter|faster] than the {thing_s}
  a {thing_s} [turns|spins|glows|melts|shrinks] every {=N2} hours / every {thing_s} is made of {thing_s}
  the {thing_s} pulls on the {thing_s} / light takes {=N1} minutes to reach the {thing_s}
sport.doer
  runner / goalkeeper / trainer / referee / swimmer / captain / cyclist / rival / champion
sport.tool
  ball / racket / bicycle / whistle / helmet / net / boat / trophy / medal / ticket / scoreboard / rope / saddle
sport.does
  [won|lost|watched|missed] the {game} [match|race|final] / [scored|saved|missed] {=N1} [goals|points|shots]
  [trained|practised|warmed up] for the {game} cup / [beat|cheered|tackled|thanked] the {quality} team from {=PLACE}
  ran {=N2} laps
game
  football / tennis / hockey / swimming / rowing / chess / cycling / boxing / skating / cricket / volleyball
  handball / fencing / sailing / climbing / skiing / relay / marathon / archery / wrestling
sport.where
  in the stadium / on the pitch / at the pool / on the track / at the {game} club / in front of {=N1} hundred people
  on the hill above {=PLACE}
sport.fact
  the {game} season [starts|ends] in {=N2} weeks / {game} is [harder|faster|older|safer] than {game}
  the team from {=PLACE} leads by {=N1} points / nobody [wins|plays] {game} [alone|without training]
  a {game} player [rests|stretches|sweats] a lot
travel.doer
  tourist / driver / pilot / sailor / guide / passenger / conductor / porter
travel.tool
  train / suitcase / map / ticket / bus / ferry / passport / tent / camera / bridge / timetable / backpack
  lighthouse
travel.does
  [took|missed|waited for|boarded] the {vehicle} to {=PLACE}
  [crossed|visited|photographed|left] the {sight} and the {sight}
  [packed|lost|unpacked] {=N1} [bags|suitcases|coats] / [walked|drove|sailed] from the {sight} to {=PLACE}
  asked the way to the {sight}
vehicle
  train / bus / ferry / tram / night train / aeroplane / taxi / coach / steamer / cable car / carriage / bicycle / van
  sledge
sight
  castle / harbour / market / cathedral / museum / island / beach / mountain / waterfall / bridge / tower / square
  hotel / border / desert / canal / valley / village / ruin / palace / temple / lake / forest / station
travel.where
  at the station / on the platform / near the {sight} / in the old town of {=PLACE} / on board the {vehicle}
  beside the {sight} / abroad
travel.fact
  the {vehicle} to {=PLACE} leaves in {=N2} minutes / a {vehicle} is [slower|cheaper|cleaner] than the {vehicle}
  the {sight} closes {time} / the road past the {sight} is {degree} {quality}
  {=PLACE} lies {=N1} miles from the {sight}
weather.doer
  forecaster / sailor / fisherman / mountaineer / farmer / hiker / lighthouse keeper
weather.tool
  umbrella / thermometer / raincoat / barometer / sledge / scarf / window / weather map / coat / roof / kite
weather.does
  [saw|heard|feared|expected|escaped] the {sky} and the {sky}
  [measured|forecast|noted] {=N1} [degrees|inches|hours] of {sky}
  [sheltered|shivered|waited] from the {quality} {sky} / went out in spite of the {sky}
  watched the {sky} over {=PLACE}
sky
  rain / snow / fog / storm / thunder / lightning / frost / hail / wind / sunshine / cloud / mist / heat / drizzle
  blizzard / gale / dew / rainbow / sleet / breeze / flood / drought / sunset / ice
weather.where
  over the hills / along the coast / in the valley / above {=PLACE} / across the whole country / out at sea
  on the moor
weather.fact
  {sky} follows {sky} / the {sky} lasts {=N2} [hours|days] / {sky} is [rare|common|likely|expected] near {=PLACE}
  the {sky} [turned|drifted|moved] [north|south|east|west] / it was {=N1} degrees [colder|warmer] after the {sky}
work.doer
  clerk / manager / secretary / mechanic / nurse / tailor / postman / engineer / apprentice
work.tool
  desk / computer / telephone / letter / stamp / drill / sewing machine / calendar / folder / printer / uniform
  toolbox / badge
work.does
  [wrote|typed|signed|filed] {=N1} [letters|reports|lists|bills] for the {office}
  [repaired|sold|built|packed] {=N2} {ware} / [met|called|thanked|hired] the {quality} boss of the {office}
  left the {office} early / counted the {ware} in the {office}
office
  bank / factory / post office / shop / hospital / workshop / newspaper / school / hotel / library / garage / theatre
  town hall / shipyard / laundry / bookshop / brewery / pharmacy
ware
  shoes / engines / clocks / bicycles / books / shirts / tyres / radios / boxes / parcels / tools / lamps / bottles
  chairs / printers / coats / toys / bricks
work.where
  in the {office} / at the {office} in {=PLACE} / on the third floor / behind the desk / between two meetings
  in the canteen
work.fact
  the {office} [opens|closes|pays|moves] {time} / {=N1} people work in the {office}
  the {ware} for the {office} [are|were] late / a {office} sells more {ware} than a {office}
  the pay in the {office} rose {=N2} times
"""
