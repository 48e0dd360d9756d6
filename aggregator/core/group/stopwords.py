"""Words of each language that stand in headlines of any event, so that sharing them says nothing. Data, nothing else.

Written by hand: articles, pronouns, prepositions, auxiliaries, and what newsrooms put before a headline.
"""

STOPWORDS = {
    "en": (
        "a about after again against all also am amid among an analysis and any are aren as at back be became"
        " because become been before being best between both breaking but by came can cannot cant come comes could"
        " couldnt day days did didnt do does doesnt doing dont down during each editorial even ever every exclusive"
        " explained explainer few first for from full get gets getting go goes going gone got had has hasnt have"
        " havent having he her here heres hers herself him himself his how hows i if im in into is isnt it its itself"
        " ive just know last latest least less let lets like live look looks made make makes making many may me might"
        " month months more most much must my need never new news next no nor not now of off on once one only opinion"
        " or other others our out over own part per put report reportedly reports right said same say saying says see"
        " seen set several she should shows since so some still such take takes than that thats the their them then"
        " there theres these they theyre things think this those through time times to today told too top two under"
        " until up update updates upon us use used very video want wants was wasnt watch way we week weeks well were"
        " werent what whats when where wheres which while who whos why will with within without wont would year years"
        " yes yesterday yet you your youre"
    ),
    "de": (
        "ab aber aktuell alle allem allen aller alles als also am an andere anderen auch auf aus außer bald bei beim"
        " bereits bericht bin bis bisher bitte da dabei dafür damit danach dann das dass dein deine dem den denen"
        " denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses dir doch dort du durch ein"
        " eine einem einen einer eines einige er erst erste ersten es etwa euch euer für ganz gar gegen geht gibt hab"
        " habe haben hat hatte hatten heute hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist"
        " ja jahr jahre jahren jede jeder jedes jetzt kann kein keine keinen kommt können könnte lassen laut macht"
        " man mehr mein meine meldung mir mit muss müssen nach nachrichten neu neue neuen neuer neues news nicht"
        " nichts noch nun nur ob oder ohne sagt schon sehr sei sein seine seinem seinen seiner seit sich sie sind so"
        " soll sollen sollte sondern sonst tag tage ticker uhr um und uns unser unsere unter video viel viele vom von"
        " vor wann war waren warum was weil weiter weitere wenn wer werden wie wieder will wir wird wo wohl wollen"
        " wurde wurden würde zu zum zur zwei zwischen über"
    ),
    "fr": (
        "a actualite afin ai ainsi alors an annee ans apres au aucun aujourd aussi autre autres aux avant avec avoir"
        " bien c car ce cela celle celui ces cest cet cette ceux chez comme comment contre d dans de depuis des deux"
        " devant devrait dire direct dit dont du dun dune elle elles en encore entre est et etaient etait ete etes"
        " etre eu faire fait faut hors hui ici il ils info j jamais jour jours jusqu l la le les leur leurs lheure"
        " lors lui m ma mais meme mes moins mois mon n ne ni non nos notre nous nouveau nouvel nouvelle nouvelles on"
        " ont ou par parce pas pendant peu peut plus plusieurs pour pourquoi premier premiere pres qu quand que quel"
        " quelle quels qui quil quoi rien s sa sans se selon sera ses si son sont sous suis sur t ta tant te tous"
        " tout toute toutes tres trois tu un une va vers video voici votre vous y"
    ),
    "es": (
        "a ahora al algo alguna algunos ante antes aquí asi así aun aunque ayer año años bajo bien cada casi como"
        " con contra cual cuando cuanto cuál cuándo cómo de del desde después dice dijo directo donde dos durante día"
        " días dónde e el ella ellos en entre era eran es esa ese eso esta estar estas este esto estos está están fue"
        " fueron ha había hace hacer hacia han hasta hay hoy la las le les lo los mas mañana me mejor menos mi"
        " mientras mismo mucho muchos muy más nada ni no nos nosotros noticias nueva nuevas nuevo nuevos o os otra"
        " otras otro otros para pero poco por porque primer primera puede pueden pues que quien quién qué se según"
        " ser será si sido sin sobre solo son su sus sí sólo también tan tanto te tener tiene tienen toda todas todo"
        " todos tras tres tu tus un una unas uno unos va ver vez vídeo y ya yo él última últimas último"
    ),
    "it": (
        "a ad agli ai al all alla alle allo anche ancora anni anno avere aveva c che chi ci ciò come con contro cosa"
        " così cui da dagli dai dal dall dalla dalle dallo degli dei del dell della delle dello dentro di dice dire"
        " diretta domani dopo dove due e ecco ed era erano essere fa fare fino fra gia giorni giorno già gli ha hanno"
        " ho i ieri il in io l la le lei li lo loro lui ma mai me meno mentre mi mio molto nei nel nell nella nelle"
        " nello no noi non nostra nostro notizie nuova nuove nuovi nuovo o oggi ogni ora ore per perche perché però"
        " piu più poco poi prima primo può qua quale quali quando quanto quasi quella quelle quelli quello questa"
        " queste questi questo qui sarà se secondo sempre senza si sia sono sopra sotto stata stati stato su sua sue"
        " sugli sui sul sulla sulle suo suoi tra tre troppo tu tutta tutte tutti tutto un un' una uno va verso vi via"
        " video è"
    ),
    "pt": (
        "a agora ainda algum alguns além amanhã ano anos antes ao aos após aqui as até cada com como contra da das"
        " de dela dele deles depois desde deve dia dias diz do dois dos duas durante e ela elas ele eles em entre era"
        " eram essa esse esta este estes está estão eu faz fez foi foram hoje há isso isto já la lhe mais mas me meio"
        " menos mesmo meu minha muito muitos na nao nas nem no nos nossa nosso notícias nova novas novo novos num"
        " numa não nós o onde ontem os ou outra outras outro outros para pela pelas pelo pelos pode podem por porque"
        " pouco primeira primeiro qual quando quanto que quem quê se segundo sem sempre ser será seu seus sob sobre"
        " sua suas são só também tem ter teve toda todas todo todos tras três tu tudo têm um uma umas uns vai ver vez"
        " você vídeo à é"
    ),
    "nl": (
        "aan af al alle alleen allemaal als altijd andere anders bent bij bijna binnen blijft boven daar dag dagen"
        " dan dat de deze die dit doen door dus een eens eerste eigen en er ga gaan gaat geen geweest gisteren haar"
        " had hadden hebben heeft heel hem hen het hier hij hoe hun ik in is ja jaar jaren je jij jou jouw jullie kan"
        " komen komt kon kunnen laat laatste live maakt maar maken me meer met mij mijn moet moeten morgen na naar"
        " niet niets nieuw nieuwe nieuws nog nooit nu of om omdat onder ons onze ook op opnieuw over pas per rond"
        " sinds steeds te tegen tijdens toch toen tot tussen twee u uit uur uw van vanaf vandaag vanwege veel verder"
        " video volgens voor vooral waar waarom wanneer waren was wat week weer weken wel welke wie wil willen worden"
        " wordt zal ze zegt zelf zich zij zijn zo zoals zonder zou zouden"
    ),
    "sv": (
        "aldrig alla allt alltid andra att av bara bland blev bli blir både dag dagar de dem den denna deras dess"
        " dessa det detta dig din dina ditt du där därför då efter ej eller en enligt ett fler flera fram från få får"
        " för före första ger gick går gör göra ha hade han hans har hela helt hem hennes hon honom hur här i icke"
        " idag igen igår imorgon in inför ingen inget inom inte ja jag kan klart kom kommer kräver kunde live man med"
        " mellan men mer mest mig min mina mitt mot mycket måste ned ni nu ny nya nyheter nytt när nära någon något"
        " några och också om oss på sade samma samt sedan sig sin sina sista sitt ska skulle som säger så tack till"
        " två under upp ut utan vad var vara varför varit vem vi vid video vilka vill visar vår våra än ännu år åren"
        " över"
    ),
    "da": (
        "af aldrig alle alt altid anden at bare blandt blev blive bliver da dag dage de deet dem den denne der deres"
        " derfor det dette dig din disse dog du efter eller en end er et flere for fordi fra få får før første gør"
        " ham han hans har havde hele hende her hos hun hvad hvem hver hvis hvor hvordan hvorfor i ifølge igen ikke"
        " ind inden ingen jeg kan kom kommer kun kunne lige man mange med meget mellem men mere mest mig min mod må"
        " måtte ned nej ni noget nogle nok nu ny nye nyheder nyt når og også om op os over på sammen samt se selv ses"
        " siden sig siger sin skal skulle som stor så sådan til to ud uden under var ved vi vil ville være været år"
    ),
    "no": (
        "alle allerede alt andre at av bare blant ble bli blir da dag dager de dem den denne der deres det dette din"
        " disse du ei eller en enn er et etter flere for fordi fra få får før første gjør ha hadde han hans har hele"
        " henne her hos hun hva hvem hver hvis hvor hvordan hvorfor i ifølge igjen ikke ingen inn jeg kan kom kommer"
        " kun kunne man mange med meg mellom men mer mest min mot må ned nei noe noen nok ny nye nyheter nytt nå når"
        " og også om opp oss over på sa samme se seg selv si siden sier sin skal skulle slik som så til to under ut"
        " uten var ved vi vil ville være vært år"
    ),
    "pl": (
        "a aby albo ale ani aż bardzo bez bo by być był była było były będzie chce co czy czyli czym dla dlaczego"
        " dni dnia do dziś gdy gdzie go i ich ile im inne iż ja jak jakie jako jego jej jest jeszcze jeśli jutro już"
        " kiedy kto która które którego której który którzy lat lata lecz lub ma mają mamy może można mu na nad nam"
        " nas nawet nich nie nim nowa nowe nowy o od on ona one oni oraz pan po pod podczas ponad ponieważ poza przed"
        " przez przy roku się skąd sobie stało swoje swój są ta tak także tam te tego tej ten też to trzeba tu tych"
        " tylko tym w wczoraj we według wiadomości więc wszystkie wszystko z za ze został została zostały że"
    ),
    "ru": (
        "а без более был была были было быть в вам вас весь во вот все всего всех вчера вы где год года году да день"
        " для дня до его ее если есть еще же за завтра заявил заявили и из или им их к как какой когда которая"
        " которого которые который кто лет ли либо между меня мне много может мы на над назвал назвали нас не него"
        " нее нет ни них но новая новости новые новый ну о об один он она они оно от перед по под после потому почему"
        " почти при про раз рассказал рассказали с сам своего своей свои свой себя сегодня со сообщил сообщили стал"
        " стала стали та так также такой там тем теперь то того тоже той только том тот три ты у уже хотя чего чем"
        " через что чтобы эта эти это этого этом этот я"
    ),
}
