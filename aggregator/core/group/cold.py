"""How many of 3,330 English headlines have each word: what is known before anything is stored. Words in two or more.

Counted from the headlines that Apple News showed from March to May 2019 (without 11 to 16 March and 8 to 15 April,
which serve for measuring), as collected by jackbandy/apple-news-archiver, Copyright (c) 2019 Jack Bandy, MIT License.
Each line is a count and words that so many headlines have; common words of the language are left out.
"""

HEADLINES = 3330

COUNTS = """
470 trump
166 mueller
120 trumps
97 house
85 usa
84 man
78 donald
71 game
64 found white
61 college people
59 democrats thrones
58 woman
57 2020 daughter
55 dead old
51 meghan million
50 death family
48 baby killed
47 barr police
46 prince
44 reveals
43 court dies
42 scandal
40 home
39 border california
38 photo president royal tax
37 biden lori show
36 florida school shooting
35 husband life
34 congress mom texas
33 ex fight star
32 attacks calls
31 former fox
30 black face parents shes student
29 boy kids
28 2019 admissions boeing harry joe son twitter
27 10 arrested cancer john returns stop william
26 737 kate markle photos world
25 allegedly died hes missing
24 american big care dog loughlin supreme
23 car kim prison russia
22 charged claims dad finds gop health hit instagram sri wife
21 children crash easter end george girl good kelly killing law mccain mexico north probe stephen suspect teen
21 thatll tweet
20 accused airlines attorney body case dame gala help high history inside jr judge left max met model night notre
20 ocasio pelosi sanders security shot york
19 100 americans battle dinner emergency kardashian lanka migrants obama products wrong
18 25 birthday cortez crisis final general opinion presidential revealed shares thought wedding women zealand
17 16 campaign company deal democratic fbi jennifer justin measles michael move muellers posts real sarah save study
17 trying went
16 15 30 alleged bad behind breaks charges chris close couple drug investigation james justice late marriage plan
16 republicans robert snl south threatens worlds
15 actually america attack ban better bill birth child comments conway cruise faces father female fire hundreds
15 jeopardy kushner love massive officials pictures post secret senate states taking viral war
14 20 24 air another asked bieber biggest bikini carolina draft election everyone fans hits huge jail jussie lost
14 military near nfl official owner pay pete public rare release responds response scam state theory tweets water
14 williams
13 abortion alex anti blasts call cheating daughters details dogs driver drop elizabeth experts flight free gives
13 grand ivanka killer legal mark message michigan moment money mosque rally reveal risk scientists second ship
13 silence smollett story subpoena surprise threat took tv warns ways woods work
12 18 21 37 administration awards billion book camera cast change china clinton colorado convicted doctor files
12 financial food gay georgia group guilty gun hard ice ilhan injured job jury king media mysterious mystery nearly
12 nra omar paid prosecutors queen really red rep russian students tom trip weekend
11 32 40 across act announces arizona bank boyfriend cities cnn cohen colbert contempt divorce doctors feet fired
11 friends give head heart hilarious hospital hotel hours kellyanne leaves linked lot loughlins major meet middleton
11 mike missed mother olivia opioid plane political questions race record republican request rules run senator
11 service single spring tells thing trade un visit warning washington wearing win youll
10 12 14 17 80 ahead already ancient apple avengers away barrs beach block brain bush caught celebrity city claim
10 cover custody deep demands department don ethiopian everything expert facts fed federal grader happened host
10 houses interview jenner kentucky korea kylie little living loses michelle moments name nasa passengers perfect
10 problem question records rescue self sentenced something st synagogue teacher team testimony usc using vote
10 winterfell
9 19 23 28 actor adam age alexandria angeles around arrest asks asylum authorities barbara break brexit broke buy
9 called cases caused celebrities chief chinese climate cost country deadly defense denies die endgame explains
9 facebook feel four great half happens happy hidden hollywood human jared key la lashes lawyer lee likely los low
9 marathon marine markles melania meme millions movie needs nyc orourke party power pregnant problems prove ready
9 reporter season sex signs slammed social speech subpoenas talk third tiger town violence wall weird wish workers
9 young
8 13 according actress addiction affordable almost amazing americas appearance author born brutal budget bus
8 buttigieg changes cold crime cuts dark date decades decision disaster done double explain fake felicity friend
8 funny girls giuliani global government growing harris hearing helped hot impeachment issue kardashians lago leave
8 lebron lies mar married moving national obamacare obstruction office outbreak outside panel paul pence person
8 planned play presidency probably racist reported schumer sen sent sister slams snake source special stars stay
8 steve sues support teachers tell test together traffic unexpected united vacation venezuela votes wild worst
7 27 300 34 abandoned adorable airline alabama amazon aoc appears arrests attacked basically believe beto bidens
7 bizarre brady brother cash cause charles charlize claimed clean coachella columbine comey comment committed
7 controversy correspondents crashes criminal critics cup deaths debt definitely dems denise derby dna documents
7 dress dropped episode executive falls fan far favorite finally fires fix foods gave giannulli girlfriend golf
7 graham green hall harrys harvard hate held hell hillary holzhauer hope hurt information internet irs israel jade
7 jenners jon khloe kraft land later lawsuit leaving lopez mayor mcconnell meeting minister minutes miss moms moore
7 mossimo murder ohio orders parkland pilots plans possible posted prime princess prosecutor reason refuses released
7 restaurant ride rumors running safety sanctions saudi saved selfie sets short side six small solved sons spent
7 sports staff stand step steps storm surgery talking theron total turned view vows weapons whole wins won words
7 worse
6 11 2016 22 29 35 43 47 5th absolutely admits africa ag ago aide anne arent attempted bid billionaire boss boys
6 bunch camp candidates carlson celebrates charlotte chicago church cliff closure club co coming companies
6 congressional control controversial conways couples crew crimes cut cute dangerous defends despite deutsche
6 different discovered dozens driving drops earth eat emails epic fall familys famous fda felt fighting find flying
6 future ghost governor guide hailey handling hannity healthy holmes idea immigration jeff jessica jokes jong
6 kavanaugh keep kill kills known labor lady lakers landing largest lawmaker letter line list lives long lose lying
6 magic mansion mary mccains millennials mind mocks modern music nancy nipsey nothing nuclear ocean offers online
6 passes patricks phone pick picks pitzen places player poll popular presidents private pro puerto puppy push
6 reality relationship researchers retirement return rise road sam scene secretly selling serious severe share shoot
6 shooter sick sides sight sleep someone southern sparks species split spotlight spotted spy stabbed stories suffers
6 suggests sunday super survivor suspected talks taxes taylor testify text thinking thinks three timmothy totally
6 tourist trapped trash travel trebek tree tried truth turn turns uber unc university users victims warn warned
6 watching weapon wendy whether winner womans wore worker yale
5 1000 200 26 33 38 41 42 50 500 70 700 accidentally acting admission airport alligator amy anchor animal anna
5 anyone approval april assault asteroid attempt awkward backlash baldwin beating beautiful becomes bernie blaze
5 board brad breaking bring burned cable californias captured cat cats celebrate century champ changing charge check
5 chilling chip christian chuck cindy clarkson clash classmates concerns condition contract counsel created crush
5 cyclone daenerys davidson de dem demand depression dept devastating diet disgusting disney dispute disturbing
5 divorced donation dr dramatic drinking drivers drunk due eating economic ended ending eric erupts event expensive
5 explained fails families fashion fast fatal fears fell feud finding findings flooding foot force forced fun giving
5 greatest gunman hathaway hosts huckabee huffman hussle illustrated immigrant investigators iowa iran island issues
5 jackson jets jobs join joins kamala keeps kris laughing leader leads learning lied lines lion literally loss luke
5 maduro mans march mass massacre masters means medical meteor middle morning mountain moves movies muslims needed
5 newborn nicolas obsessed officer oil older opposition order outraged pain passenger past patients patrick patriots
5 pentagon perry pic picture pink plastic pleads plus points policy pounds prank press proud quit rachel ranked
5 rates react related remarks remove rescued resign results reversal rico ridiculous rips river rodriguez roof
5 ruling saving schwarzenegger scrutiny search secretary secrets seeing setting shower shut signals skin slip sold
5 space speaks stage stone store straight strikes struggling sued suicide suit summary summer supporters surprising
5 sweet system taken teeth tesla tests thrown ties tim toddler tour towns treasury treatment trillion true tucker
5 union upset vegas vehicle veto victory vigil wait walking wanted weather weight whale whales withdraws womens word
4 1998 2000 39 400 60 71 90s abs access accident accuses adopted agreed aid aides airbnb allegations allow along
4 always anger anniversary answers anymore apparent arabia armed arrival attendant attending australian aviation
4 awarded babys backs bag bahamas baltimore bans bathroom battling bay beat believed bezos blame blames blow bodies
4 bombings boot boston box braces breakthrough bridget broken building built cage calling cam candidate canyon
4 carpet carrying cathedral catholic cbs celeb celebs center character cheap cheated childhood choice clearances
4 closing clues coffee colleges coma committee community confirmed confirms congressman conspiracy cooper cops
4 course critical daily daylight deadliest dealt debate declares delays delivery denied deputy designed detention
4 diego difference director disease divided doc doj donaldson dre dream drink duke dump dying early economy ed
4 education effort efforts el elderly elite else empire engagement enough erik escape estate everyones executives
4 exposed exposes facing false fatally fear feeling fiancee fiery filming films firefighter firefighters firm five
4 football foreign fought french fuller funeral gaines gas gaza german gift grave ground guess guest guns guy hair
4 hand hanging happiest hart heartbeat hed hiding highest highly hints homeland honor hour housing hyland identified
4 ill illinois impeach important inappropriate including incredible injury insane interference investigate
4 investigations jet joanna johnson jonas jones jordyn journalists kanye kevin kind kitchen knows korean kourtney
4 lands landslide las launches lauren lemon lie listeria lived looked looking louis macy manhunt marvel meat members
4 men mess mexican midwest migrant miles mocking monster monthly murdering navy nebraska neck neighbors newly nicole
4 nomination nominee normal nurse nurses officers opening outfit outrageous oversight parent parenthood paris paying
4 percent pics pitt point policies politics pose posting postpartum powerful prediction pregnancy premiere price
4 proposal proposes protecting pulls putin putting racial raid raise raising rapper rate re reacts read recalled
4 recap receives recent relatable research rich roasted rob roberts rock rolling romney rosenstein rudy runway ryan
4 salary san schiff science scott sean seekers seeking seeks selena sends serial seth sharing shocked shocking
4 shootings shouldnt showdown sign situation soldier sparking spending standing standoff stands start starting stem
4 stock stolen stranded strike struggle struggles survive survived suv swift swimsuit targeted tariffs task teams
4 tested thai themed theresa thompson threaten threats threw tongue tons tourists tram transplant trap trial tribute
4 trick troops trouble truck truly try turning uk understand universe universities unredacted victim vs wake warren
4 weed welcome wh widow window wisconsin working worth writer
3 10000 2000s 2011 2017 2nd 31 36 40000 45 49 4th 51 63 88 able abuse accepted accidental active activity admit
3 adoption adopts adults african agents aggressive agree allies alone analysis anderson andrew andy angelina angels
3 animals announce announcement annual answer anxiety anything apart apartment apologize apparently application
3 approves archie area ariana arms arnold arrives ask asking astronaut ate australia autopsy avalanche avenatti
3 avoid backyard badly bang banks banned bannon barkley bars bartender base baseball basics bear beaten began begins
3 behavior betsy beyonce billboard billions blake blue bod bomb bombing boost brand brazilian bridge brings britney
3 bump buried buss buttigiegs buying cabinet caddie canada canadian capital caroline carrier cart causes cave
3 central ceo ceremony challenge chaos charlottesville chemical chicken churches classified classroom cleaning
3 cleared climbers clooney clown cnns coach coal cohens coli colin collision compared competition completely
3 consequences conservatives conspired constitution constitutional consuelos consumers continue cooking cool costco
3 costs counting crane crashed crashing craziest cried critic criticism criticized criticizing cry culture cuomo
3 damaging damning david delivers demi dennis denver design destroyed detained detected devos diana dinosaurs dirty
3 disappearance disclosure discovery ditch diver divide domestic dow draw drinks drive drove drowning drowns duchess
3 dui dumb easier educated effect eight elected electoral elon emerge emerges employee enters equinox escalates
3 escalating europe evening everest executes exoneration expanding expected explanation extinction extremely eyes
3 faa fact fail failure faith falling farm fathers feature fifth fights figure filing finish fitness flashes flat
3 floor focus followed forget forgot fortune fossils founder freeda fresh fumes fund funding funds gaga garner
3 genius giant giants gm god gomez goodbye grow grows guaido guantanamo habits hack haley hands hang hanks hateful
3 hbo heiress hero hicks higher hiker hilariously hint hoax hold holy homeless homicide hook horrific hospitalized
3 hosting houston hudson huffmans hunter hurts illegal immediately impact impossible indiana indicted infamous
3 infant infection inflammation influencer infrastructure inheritance inquiry intelligence interior invited
3 involvement iphone jades jaguar jason jay jenna jenny johns judiciary julia jumped jumping jumps justices
3 katherine kennedy kept kidnapped kings kyler language lara laugh laughs lawmakers laws leg leggings license
3 lifetime limit linda lists livid london longer loser louisiana mad male mall maria market massachusetts massage
3 match matter mayhew mcgahn megyn melt member memory mid militia millionaires minute miraculous miserable misses
3 mississippi mistakes molesting mommy monologue mormon mortgage mostly mouth moynahan msnbcs murray naacp names
3 nanny nasty nation nationalist netflix netherlands network neverland nickname niece nightmare nike nine niro
3 norway notes numbers nunes obamas obsession offer offered olds oliver open opens operation ordered original
3 outfits pack painful palace pants park parlor path patrol personal pet peter phil physical pieces pig place planet
3 plant plate playboy pledges plows poisoning polls popularity portrait posing pound predicts prevent prize
3 procedures professor property propose protesters protests proves psychiatrist publicly pull pulled pulling purdue
3 pursue pushed qb questioned quick quiet rabbi radical radio raised rallies random rant reaches reaction reads
3 reagan received recorded redacted reeling refusing regret remain remains remarkably removed residents resignation
3 resigns resolution responded responsible retaliation returned retweet review rights ripa rises robocalls rod role
3 room rory round ruined runs russell safari sanctuary sandra scheme schools sea seattle seek sees sell sending
3 sentence served serving sexual shallow shark shelter shop sickened simple singer sit skip skull slashing smile
3 sneakers solar song soon sooner sophie sought sound spears speed spelling spot stance stanford starbucks starts
3 statement stefanie sticker stocks stomach stopped stores storms stranger strong stuns stunt stupid style sucks
3 suitcase sunscreen surprised surreal surrounding survivors suspects sussex target targets tattoo teach tearing
3 tears ted teens tennessee terms terrible terribly terror testing thanks theories theyve thomas thousands
3 threatening throw throwback throwing ticket tiffany tips titanic todd touching toward training trashed trials
3 triggers tristan trust tumor turner twins tyler ugly unaccompanied underway uniform unit unloads unveils vaccine
3 vanished videos violating violent virginia voters wallace wanna wars watchdog watergate wave wealthy weigh weighs
3 west wests whose wilson wonder wonderful worthy youd younger
2 account accuse actors ad adult advanced affecting agency ages alarm alarming alert allegation allowing alternative
2 ann announced announcing aocs appeals appear approved areas arm arresting art assaulting attackers attacking
2 attorneys authority authorized avocado avocados avoided award babies bands banning bare battled beams becoming
2 begin belong billionaires bills bit bittencourt blamed blanket blast blocks boeings bombers bond bonus boots
2 bottle bracing brains bran bribing bridges britain britains brothers build bull bulls burning burns buys cages
2 cameras campaigns canceled cans captures card cards carrie carried carry cars catches cdc celebrating cell cells
2 changed channel chant characters charlottes chart chases checks cheers chicagos childrens choose chooses
2 christians citing citys claiming clashes classmate climbed climbing closed closes clothes clothing clue collapses
2 comeys comparing concern confirm confronted confused considered continues continuing contradict convict convinced
2 cook cooperate cooperating cortezs countries counts courts covered cracking cracks crawls creating criticize
2 criticizes crowd cruz dads damage damn dancing danger dated dating deals debut decade decide declare decline
2 defend defenders delay delete deliver democrat deputies describe describes deserve detaining devastated dig digs
2 discovering discussed donors door downs drag dragging dresses drone dropping drowned drugs dumped dumps effects
2 egg eggs elections elephant embarrassing employees enjoys escaped events everybody execute executed expecting
2 expects exploded extort extra faced failed featured features filed fill filmed firing flights flip flood floods
2 fly following fooling fools forcing foremans form forms fossil founding fuel gadgets gagas gain gang gene generals
2 geniuses gifted golfers gops graduated grande guests guided happen haul headline heads hearts heated helicopter
2 helping hide highway hike hikes hire hired holds holzhauers homes honors hopes horror hunt hunting husbands ignore
2 images impeaching incident inmates inspired instagrams insult insults interesting interrupts interviewing
2 investigates involved islands jailed judges jump kanyes keeping kick kicking kid kidnapping kidney killers kiss
2 kissed knocked knocks kushners lay learned learns legend lesson levels levine liked link listed listening loan
2 loans location locations lopezs losers losses loves maddow mails manafort manaforts marrying matters matthews
2 mayors mcgahns mcilroy mean medal memes memories messages messed messing miller millionaire minds miscarriage
2 mistake mock mocked modeling models moon mulvaney mulvaneys murders mushrooms musk nails nationalists nations
2 neighborhood netflixs nick noticing nursing nuts odd odds omars opened option orange oscar oust ousted owl owns
2 packed pages painting parking partner pass patient payment payments pays perform perrys pets phones piece pilot
2 planning plastics players playing plays pledged plot poisoned poses pratt pray prepare prepares presses pressure
2 princes privilege product promise prompt prompts proposals punches pushing quarantine quite rage raids raises
2 rallying rang ranking rankings rat ratings rats reach reaching reactions reading realized recall recalls reckoning
2 recommended recruit referrals reform rejects releasing reserve restaurants retweets reunites reverses reversing
2 reviewing richards rid ring rivers robot rocks roll row rule russians sale sales sandler sansas saves scar scars
2 scenes scholarships screaming screen screens se searching seat seem seems seized seizes sells send sentences serve
2 shame shaming shared sheriffs sherk shift shifting shifts shoes shopping shots showed siblings signed singing
2 sinks sisters site sitting sized skeletons skips sky slapped slashed slide slips slowed smiths smoking smolletts
2 sneaker snows soldiers sounds spa spends spots springs stadium stages started stays steal stealing stefani stepped
2 stepping stops street streets stroller stun stunned subpoenaed suck sue suffer suggest sun supporting survives
2 sweeping swifts symptoms table tap tape tapes targeting telling tension tent texts thank threatened throws tigers
2 tornado torturing tower track tracking trained trees trends tries tripled undergoes unite urges user vaccines
2 vehicles venezuelas vet viewers visited visiting visitor visitors visits waiting wakes warm warming warrant
2 warrants washed washing waste wear wears weddings whites wifes wine winners witness workout works worries wraps
2 writes
"""
