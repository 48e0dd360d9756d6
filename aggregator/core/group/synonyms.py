"""Words by which English headlines tell one and the same thing. Data, nothing else.

A line holds one meaning; its first word, in capitals, stands for all when reports are compared. Two such lists were
written apart from each other, and without a look at what grouping is measured on; only what stood in both was taken
(docs/stories.md has what either alone gives). Regular forms need not be listed.
"""

SAME = """
die dead death deadly dying kill fatal fatally fatality
murder murderer homicide slay slain
shoot shot shooter gunman gunmen gunfire gunshot
stab knife
rob robbery robber heist
steal stole stolen theft thief thieves
burglary burglar burgle
arrest detain detention detainee custody apprehend nab
rape rapist
kidnap kidnapper abduct abduction abductor
smuggle smuggler trafficker trafficking
fraud fraudster scam scammer swindle
bribe bribery corruption corrupt graft
arson arsonist
fire blaze inferno wildfire bushfire flame
oust ouster sack
quit exit resign resignation departure depart withdraw withdrew withdrawn withdrawal
sue suing lawsuit suit litigation
charge indict indictment arraign arraignment
accuse accusation accuser allege allegation
convict conviction guilty
acquit acquittal exonerate exoneration
jail prison sentence imprison imprisonment incarcerate incarceration gaol
testify testified testimony
lawyer attorney solicitor barrister
jury juror
settle settlement
pardon clemency
probe investigate investigation investigator inquiry enquiry
execute execution
escape escapee
flee fled
missing vanish disappear disappearance
hostage captive
hack hacker cyberattack
attack attacker assault assailant
harass harassment
vandal vandalism vandalize vandalise deface
seize seizure confiscate
brawl melee scuffle
body corpse
extradite extradition
police cop policeman policemen policewoman officer
gun firearm handgun pistol
drug narcotic
marijuana cannabis
drunk intoxicated dui dwi
bomb bomber
bombard bombardment airstrike
explosion explode explosive blast detonate detonation
terror terrorism terrorist
assassination assassinate assassin
massacre slaughter bloodbath
invade invasion invader incursion
clash skirmish
ceasefire truce armistice
troop soldier serviceman servicemen
nuclear nuke atomic
drone uav
insurgent insurgency
coup overthrow overthrew overthrown
siege besiege
spy espionage
famine starvation starve hunger
refugee asylum
migrant migration immigrant immigration
deport deportation deportee
expel expulsion
ambassador envoy diplomat
tariff levy
deal agreement pact treaty
negotiate negotiation negotiator talks
protest protester protestor demonstration demonstrator
riot rioter unrest
backlash uproar furor
feud spat dispute quarrel
slam criticize criticise criticism condemn condemnation denounce rebuke decry lambast
praise laud applaud commend
apologize apologise apology sorry
deny denied denial
admit confess confession
warn alert
vow pledge promise
ban prohibit prohibition outlaw
suspend suspension
cancel cancellation scrap
delay postpone postponement
approve approval greenlight okay
reject rejection rebuff spurn
revoke revocation rescind repeal
overturn quash
vote voter ballot
election elect electoral reelection
poll survey
appoint appointment appointee
nominate nomination nominee
impeach impeachment
endorse endorsement
lawmaker legislator
republican gop
democrat democratic dem
tory conservative
senator sen
governor gov
president presidential presidency
government govt
pope pontiff papal
layoff redundancy
hire recruit recruitment
wage salary
unemployment unemployed jobless
company firm corporation
merger merge
takeover acquire acquisition buyout
buy bought buyer purchase
sell sold sale seller
rise rose risen climb surge soar jump gain spike
fall fell drop plunge slump tumble plummet decline
hike raise
cut slash reduce reduction trim
bankruptcy bankrupt insolvency insolvent
profit earnings
loan lend lender
recession downturn
shut shutdown closure close
oil crude
petrol gasoline
restaurant eatery
crash collision collide wreck wreckage pileup
derail derailment
car vehicle automobile
truck lorry
rail railway railroad
plane jet aircraft airplane aeroplane airliner jetliner
helicopter chopper
ship boat vessel
sink sank sunk capsize
motorcycle motorcyclist motorbike biker
highway freeway motorway interstate
rescue rescuer
evacuate evacuation evacuee
injure injury wound hurt
hospital hospitalize hospitalise hospitalization hospitalisation
outage blackout
flood floodwater deluge inundate
hurricane typhoon cyclone
tornado twister
snow snowfall snowstorm blizzard
rain rainfall downpour
earthquake quake tremor temblor
volcano volcanic eruption
landslide mudslide landslip
forecast predict prediction
covid coronavirus
outbreak epidemic
vaccine vaccinate vaccination jab immunization inoculate
flu influenza
illness sick sicken sickness
doctor physician
birth born
pregnant pregnancy
baby infant
child children kid
teen teenager teenage
mother mom mum
father dad
marry married marriage wed nuptials
divorce split breakup
funeral burial bury buried
film movie
tv television
dog puppy pup
win won winner victory triumph
beat beaten defeat rout thrash
lose lost loss loser
champion championship champ
retire retirement
playoff postseason
britain british uk
russia russian
china chinese
israel israeli
ukraine ukrainian
iran iranian
india indian
japan japanese
germany german
france french
canada canadian
australia australian aussie
spain spanish
labor labour
defense defence
"""
