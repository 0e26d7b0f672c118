# Accueil
home-kicker = Qui dit quoi des morts de la guerre en Syrie
home-lead = Beaucoup de gens recensent les mêmes morts, et leurs totaux diffèrent. Leurs chiffres publiés sont ici côte à côte, selon leurs propres mots, et chaque nombre mène à la page qui l’a imprimé, au fichier avec lequel il a été reçu et à la preuve que rien n’a changé depuis.
home-sources = qui le dit, et ce que chacune compte
home-figures = mois par mois, chacun avec la page qui l’a imprimé
home-statements = qui prend quelle position, avec quels mots
home-events = par lieu, tels que leur source les rapporte
home-events-invented = tous inventés, pour montrer comment les événements se dessinent
home-persons = comptées une fois, quel que soit le nombre de listes qui les nomment
home-persons-invented = toutes inventées, pour montrer comment les listes se rejoignent
home-some-invented = { $n ->
    [one] dont une invention, signalée comme telle
   *[other] dont { $n } inventions, signalées comme telles
}
home-claims = Un nombre cité, vérifié
home-not = Ce que ceci n’est pas
home-not-verified = Ce n’est pas un constat de qui a tué qui. Les parties sont présumées, par la source nommée à côté.
home-not-added = Ce n’est pas un total unique. Les sources ne comptent pas les mêmes personnes : leurs chiffres ne sont jamais additionnés entre eux ni moyennés.
home-not-complete = Ce n’est pas complet. On y trouve les chiffres publiés qui ont été lus, non tous ceux qui ont été publiés.
home-not-names = Ce n’est pas une liste de noms de vraies victimes. Toute personne nommée ici est inventée et signalée comme telle.
home-check = Vous n’avez pas à nous croire
home-check-words = Le dossier de ce site se vérifie hors ligne, avec la clé publique et rien d’autre.
home-data = Données
data-figures-csv = tous les chiffres, en tableau
data-figures-json = les mêmes, en JSON
data-patterns-json = nombres de personnes selon les listes qui les nomment

# Sources
sources-title = Qui le dit
sources-lead = Une organisation, un gouvernement, un journal, une personne. Qui transmet ce que dit un autre n’est pas un second témoin.
source-organisation = Organisation
source-outlet = Média
source-government = Gouvernement
source-intergovernmental-body = Organisation intergouvernementale
source-person = Personne
source-compiler = Compilateur
source-reports = Bilans par période
source-reports-note = Une ligne par bilan, quel que soit le nombre de pages qui le rapportent. Les totaux qui diffèrent d’une page à l’autre sont tous montrés.
source-wordings = Ses mots pour les parties
source-accessions = Fichiers qu’elle a donnés
derives-not-second = Elle transmet ce que disent les sources nommées ci-dessus. Elle n’est pas un second témoin à leurs côtés.
caution-title = À savoir avant usage

# Parties
parties-title = Les parties
parties-lead = Un seul arbre commun. Les mots de chaque source y sont rattachés et conservés. Un chiffre pour une alliance appartient à l’alliance et à aucune de ses composantes.
party-kicker = Partie
party-joint-note = Les chiffres imprimés pour l’ensemble sont ici. Ils ne sont pas répartis entre les composantes.
party-alleged-note = Ce qui figure ici est présumé, par les sources nommées.
party-months = Tués par cette partie, selon chaque source
party-months-rule = Mois et pays entier seulement. Quand des pages rapportent un bilan avec des nombres différents, le nombre que la plupart impriment vient en premier, les autres à côté. Les lignes qu’une page imprime séparément (par exemple raids aériens et tirs d’obus) sont additionnées, et la somme est montrée.
chart-party = Tués par cette partie, par mois, selon chaque source
chart-party-description = { $n ->
    [one] Un nombre imprimé ; il est dans le tableau ci-dessous.
   *[other] { $n } nombres imprimés ; tous sont dans le tableau ci-dessous.
}
party-wordings = Les mots de chaque source
party-not-mapped = absent de l’arbre

# Mois
months-title = Les chiffres côte à côte
months-lead = Pour chaque mois et chaque période plus longue : ce que chaque source a imprimé.
range-of-population = { $population } : { $range }
months-longer = Périodes plus longues et plus courtes
month-kicker = Les chiffres côte à côte
month-lead = Chaque source selon ses propres mots et dans l’arbre commun. Les totaux de sources différentes ne sont pas additionnés. Quand une part ne peut être calculée, la raison est donnée à sa place.
month-disagree = Elles ne s’accordent pas ({ $population }) : de { $low } ({ $lowest }) à { $high } ({ $highest }), soit un écart de { $difference }.
chart-month = { $what } : totaux imprimés par chaque source
place-not-in-table = tel qu’écrit par la source
total-not-printed = non imprimé
torture-not-added = Les morts sous la torture sont imprimés à part et, le plus souvent, déjà compris dans les tués. On ne les y ajoute jamais.
retelling-at = Tel que rapporté sur
retellings-differ = Les pages qui rapportent ce bilan diffèrent
split-by-party = Par partie
victim-groups = À qui appartenaient les morts
sum-equal = oui
sum-exceeds = non, elle le dépasse
sum-short = non, elle est inférieure
sum-incomplete = liste incomplète
sum-words-equal = La somme des parties égale le total : { $sum }.
sum-words-exceeds = Les parties de la source font { $sum }, plus que le total de { $total } qu’elle imprime. Rien n’est corrigé.
sum-words-short = Les parties de la source font { $sum }, moins que le total de { $total } qu’elle imprime. Rien n’est corrigé.
sum-words-incomplete = La liste des parties est incomplète sur cette page : ses lignes font { $sum } sur { $total }.
no-share-joint-parties = Pas de part : plusieurs parties sont comptées en un seul chiffre.
no-share-victim-group = Pas de part : ceci dit à qui appartenaient les morts, non qui les a tués.
no-share-missing-total = Pas de part : la source n’a pas imprimé de total pour les mêmes personnes.
no-share-several-totals = Pas de part : la source a imprimé plusieurs totaux différents.
no-share-zero-total = Pas de part : le total est nul.
no-share-range = Pas de part : la source donne une fourchette, non un nombre.
no-share-party-not-printed = Pas de part : la source n’a pas imprimé de chiffre pour cette partie.

# Lieux
places-title = Lieux
places-lead = Les gouvernorats et les lieux que les sources nomment.
place-figures = Chiffres imprimés pour ce lieu
place-events = Événements rapportés ici
places-events-note = Les événements sont comptés avec ceux des lieux qui s’y trouvent.
place-events-within = Événements dans les lieux qui s’y trouvent
place-persons = Personnes comptées ici
events-by-place = Chaque événement figure sur la page de son lieu.
events-elsewhere = Événements dont le lieu n’est pas dans notre table :

# Affirmations
claims-title = Nombres cités, vérifiés
claims-lead = Un nombre est cité et quelqu’un est nommé comme source. L’a-t-il imprimé ?
claim-kicker = Affirmation
verdict-found = Trouvé : la source nommée a imprimé des chiffres qui donnent cette part
verdict-not-found = Introuvable : rien de ce que la source nommée a imprimé pour cette période ne donne cette part
verdict-nothing-printed = Rien à calculer : la source nommée n’a pas imprimé de tels chiffres pour cette période
claim-printed = { $source } a imprimé { $numerator } sur { $denominator } pour { $period } : { $percent }.
claim-nearest = { $source } a imprimé { $numerator } sur { $denominator } pour { $period }, ce qui donne { $percent }.
claim-party = Partie
claim-share = Part citée
claim-attributed = Attribuée à
claim-by-source = Ce que la source nommée a imprimé pour la période
claim-equal = Qui a bien imprimé des chiffres donnant cette part, pour cette période
claim-others = Ce que d’autres sources ont imprimé pour la période
claim-nearby = La même source, périodes voisines
claim-elsewhere = Autres périodes où les chiffres de la même source donnent cette part
claim-parties-sum = (ses propres parties font { $sum })
claim-not-computable = Où aucune part ne peut être calculée, et pourquoi
claim-how = Comment cela a été calculé
claim-how-words = Chaque part est le nombre imprimé de la partie, divisé par le total que la même page a imprimé pour les mêmes personnes. Les parts égales à celle qui est citée, à la précision de la citation, sont en gras. Rien n’est calculé à partir de chiffres communs, de groupes de victimes ou de pages sans total.

# Déclarations
statements-title = Qui prend quelle position
statements-lead = Positions des sources sur une question, paraphrasées, avec la date et la page.
stance-affirms = affirme
stance-partly-affirms = affirme en partie
stance-denies = nie
stance-no-position = ne prend pas position
statement-reported-by = selon
statement-who-reported = { $source }, selon { $reporter }
statement-words-checked = { $words } — { $found }
statement-republishes = Republie ce que publie
statement-not-second = ce n’est pas une seconde source.
statement-claim-checked = Le nombre cité ici a été vérifié

# Personnes
person-kicker = Personne
person-lead = { $records ->
    [one] Une fiche
   *[other] { $records } fiches
} de { $sources ->
    [one] une liste
   *[other] { $sources } listes
} { $records ->
    [one] parle
   *[other] parlent
} de cette personne.
person-said = Qui dit quoi
person-said-rule = Chaque valeur est conservée avec qui la dit. Celle que disent le plus de sources vient en premier ; si autant de sources en disent une autre, aucune n’est retenue.
person-records = Fiches
name-withheld = Nom non publié
name-unknown = Nom inconnu
property-name = Nom
property-sex = Sexe
property-age = Âge
property-age-class = Enfant ou adulte
property-civilian = Civil ou combattant
property-act = Acte
property-date = Date
property-place = Lieu
property-party = Partie présumée
property-cause = Cause
property-also = { $property }, aussi dit

# Chiffres
figure-kicker = Chiffre imprimé
figure-printed = Ce qui a été imprimé
figure-from = D’où il vient
role-total = Un total de toutes les parties
role-by-party = Un nombre pour une partie
role-victim-group = À qui appartenaient les morts
caution-joint-parties = Plusieurs parties sont dans ce chiffre. Il leur appartient ensemble et à aucune seule.
caution-massacres-only = Seulement les tués dans des massacres, qui font partie des morts de la période.
caution-torture-within-killed = Morts sous la torture, imprimés comme une ligne parmi les tués.
caution-not-added-to-killed = Imprimé à part et, le plus souvent, déjà compris dans les tués. On ne l’y ajoute pas.
caution-party-left-out = La page omet une partie : sa liste n’est pas complète.
caution-date-inferred = L’année ou la date a été déduite par la personne qui a lu la page.
caution-bound-of-range = Une borne d’un intervalle imprimé par la page.
caution-statistical-estimate = Obtenu par un modèle statistique : une estimation, non un décompte de personnes documentées.

# Fichiers reçus
accession-kicker = Fichier reçu
accessions-title = Fichiers reçus
accessions-lead = Chaque fichier est conservé tel que reçu, à l’octet près, sous le nom de son SHA-256.
rejected-title = Lignes refusées
rejected-note = Rien n’est écarté en silence. La valeur refusée n’est pas montrée ici, car elle peut concerner une personne.
rejected-none = Aucune ligne n’a été refusée.

# Comptes
counts-title = Personnes comptées
counts-kicker = Personnes comptées
counts-lead = Chaque personne est comptée une fois, selon un choix de sources. La réponse change selon ceux que l’on croit.
counts-none = Il n’y a pas de listes de personnes dans cette publication.
counts-no-list = Aucune de ces sources n’a donné de liste de personnes : combien elles en documentent une à une est inconnu.
counts-documented = { $n ->
    [one] { $n } personne recensée
   *[other] { $n } personnes recensées
}
counts-documented-note = Recensée veut dire qu’au moins une de ces listes nomme la personne. Ce n’est pas une estimation du nombre réel.
counts-by-party = Par partie
counts-by-month = Par mois
counts-by-year = Les mois ont une page par année
counts-by-place = Par lieu
counts-by-sex = Par sexe
counts-by-age = Enfants et adultes
counts-by-civilian = Civils et combattants
counts-by-act = Par acte
counts-not-equal = Le tableau compte { $table } et cette liste { $list }.
rows-withheld = Le tableau compte { $counted }. { $n ->
    [one] { $n } personne n’y figure pas
   *[other] { $n } personnes n’y figurent pas
}, parce que cette liste dirait ce qui n’est pas publié à leur sujet.
patterns-title = Qui figure sur quelles listes
patterns-note = Une ligne par combinaison de listes : les personnes qui figurent exactement sur celles-ci.
patterns-add-up = Tous les nombres ci-dessus se déduisent de ce tableau par addition.
counts-table-held = Ce tableau est retenu : il compte si peu de personnes qu’il parlerait de chacune.

# Vérification
check-title = Vérifiez vous-même ce dossier
check-lead = Copiez le dossier, coupez le réseau et lancez :
check-what = Ce qui est vérifié
check-files = Chaque fichier a le SHA-256 inscrit dans SHA256SUMS ; aucun ne manque, aucun n’est ajouté.
check-log = Le point de contrôle du journal porte notre signature, et l’arbre du journal a la racine signée.
check-proofs = Chaque preuve mène de sa ligne à cette racine.
check-flip = Un seul octet changé n’importe où fait échouer la vérification, qui nomme le fichier.
check-origin = Journal
check-fingerprint = Empreinte de la clé
check-version = Fait avec la version
check-sums = Sommes
check-checkpoint = Point de contrôle
check-fingerprint-note = Comparez l’empreinte à celle que vous avez reçue de nous par une autre voie que ce dossier.
check-path = D’un nombre jusqu’à ses octets
check-path-words = Suivez un nombre jusqu’à son chiffre ou sa personne, de là jusqu’au fichier reçu et à son SHA-256, et ouvrez la preuve. La preuve montre les champs publics de l’entrée du journal et s’engage sur ceux qui ne sont pas publiés.

# Méthode
method-title = Comment ceci a été fait
method-lead = Ce que l’on fait des nombres, et ce que l’on ne fait jamais.
method-figures = Chiffres publiés
method-claims = Un chiffre est une affirmation de l’organisation nommée, telle qu’une page l’a imprimée. Les organisations comptent des personnes différentes : les civils seulement, tout le monde, ou les victimes d’une partie.
method-parties = Chaque désignation est rattachée à une partie d’un arbre commun, et elle est conservée. Un chiffre commun appartient au nœud qui réunit les parties et à aucune d’elles.
method-shares = Une part n’est calculée qu’à partir de nombres qu’une même page imprime pour les mêmes personnes. Sinon la raison est imprimée à sa place.
method-sums = Les sommes qui ne tombent pas juste sont celles de la source. Elles sont signalées et jamais corrigées.
method-retellings = Plusieurs pages qui rapportent un bilan sont un seul bilan. Quand elles diffèrent, chaque valeur est montrée.
method-sohr = Les lignes qui disent à qui appartenaient les morts n’entrent jamais dans une part par auteur.
method-persons = Personnes
method-linked = Les fiches de plusieurs listes qui parlent d’une même personne sont réunies par probabilité, et une personne garde le même identifiant.
method-display = Parmi des valeurs différentes, celle que disent le plus de sources est montrée en premier. Toutes sont conservées. Si autant de sources en disent une autre, les décomptes placent la personne sous « Non indiqué ou contesté ».
method-disputed = Quand des sources choisies nomment des parties différentes, la personne est comptée comme contestée. Quand aucune n’en nomme, comme non indiquée.
method-documented = Les nombres sont ceux des personnes recensées. Personne n’est ajouté sans fiche sur une liste.
method-privacy = Ce qui est laissé de côté
method-withheld = Les colonnes d’origine, les champs libres et les noms de ceux qui ont remis les fichiers ne sont jamais publiés.
method-names = Les noms de vraies personnes ne sont publiés que si quelqu’un l’a décidé pour chacune d’elles.
method-requests = Une entrée peut être retirée. Le journal se vérifie toujours, et dit que quelque chose a été retiré.
method-statements = Déclarations
method-republished = Une source qui republie ce que dit une autre est montrée à côté d’elle et n’est pas comptée comme seconde source.
