# Le cadre de chaque page, et les mots que beaucoup de pages partagent.
skip = Aller au contenu
nav-home = Accueil
nav-languages = Langue
nav-sections = Rubriques
nav-crumbs = Vous êtes ici
nav-months = Mois
nav-parties = Parties
nav-sources = Sources
nav-places = Lieux
nav-claims = Affirmations
nav-statements = Déclarations
nav-counts = Personnes comptées
nav-charts = Graphiques
nav-notices = Disparus
nav-days = Mises à jour
nav-check = Vérifiez-nous
nav-method = Méthode
nav-accessions = Fichiers reçus
nav-figures = Chiffres
choose-words = Chiffres publiés et personnes recensées, preuves à l’appui
invented-banner = DONNÉES INVENTÉES. Les personnes montrées ici n’ont jamais existé. Leurs noms, dates et lieux ont été inventés pour montrer comment fonctionne le programme.
invented-banner-some = DONNÉES EN PARTIE INVENTÉES. Une partie de ce qui est montré ici (personnes, événements ou nombres) a été inventée pour montrer comment fonctionne le programme, et ne parle de personne qui ait existé.
invented-tag = inventé
footer-claims = Les chiffres sont des affirmations des sources nommées, non des constats de notre part.
footer-made = Fait avec
redirected = { $old } et cette fiche désignaient une seule personne. La page est désormais :

list-comma = {", "}
list-semicolon = {" ; "}
list-plus = {" + "}
list-or = {" ou "}
title-separator = {" · "}
source-population = { $source } · { $population }
title-colon = {" : "}
of-separator = {" sur "}
maps-to = {" → "}
unknown = inconnu
withheld = non publié
missing-page = Cette page n’existe pas dans cette publication.
not-printed = non imprimé
proof-link = preuve
number-of-whom = { $n } ({ $whom })
population-among = { $part } parmi { $whole }
in-brackets = ({ $what })
number-range = { $low } à { $high }
at-least = au moins { $n }
about = environ { $n }
at-most = au plus { $n }
said-estimate = { $what } (une estimation statistique)
at-least-words = au moins { $what }
about-words = environ { $what }
at-most-words = au plus { $what }
as-printed = { $what } (d’après les nombres publiés, non exact)
date-circa = vers { $date }
date-months = { $from } à { $to }
date-days = { $from } au { $to }
all-persons = Toutes les personnes
on-list = sur la liste
part-of = Partie { $part } sur { $parts }
part-before = Partie précédente
part-after = Partie suivante
rows-from-to = Lignes { $first } à { $last }
th-part = Partie
whole-file = fichier entier
whole-row = ligne entière

population-all = tous
population-civilians = civils
population-combatants = combattants
measure-killed = Tués
measure-killed-in-massacres = Tués dans des massacres seulement
measure-died-under-torture = Morts sous la torture
measure-massacres = Massacres
measure-detained = Détenus
measure-forcibly-disappeared = Disparus de force
measure-displaced = Déplacés
sex-female = Femme
sex-male = Homme
age-child = Enfant
age-adult = Adulte
civilian-civilian = Civil
civilian-combatant = Combattant
act-killing = Homicide
act-death-under-torture = Mort sous la torture
act-arbitrary-arrest = Arrestation arbitraire
act-enforced-disappearance = Disparition forcée
act-injury = Blessure
act-displacement = Déplacement
act-attack = Attaque
attribution-disputed = Contesté
counts-not-stated = Non indiqué ou contesté
attribution-not-stated = Non indiqué
attribution-withheld = Partie non publiée
level-country = Pays
level-governorate = Gouvernorat
level-district = District
level-sub-district = Sous-district
level-town = Ville ou quartier

n-persons = { $n ->
    [one] { $n } personne
   *[other] { $n } personnes
}
n-may-be-listed = Peuvent être listés : { $n }
n-records = { $n ->
    [one] { $n } fiche
   *[other] { $n } fiches
}
n-figures = { $n ->
    [one] { $n } chiffre
   *[other] { $n } chiffres
}
n-events = { $n ->
    [one] { $n } événement
   *[other] { $n } événements
}
n-rejected = { $n ->
    [one] { $n } ligne refusée
   *[other] { $n } lignes refusées
}
noun-sources = { $n ->
    [one] source
   *[other] sources
}
noun-figures = { $n ->
    [one] chiffre publié
   *[other] chiffres publiés
}
noun-statements = { $n ->
    [one] déclaration
   *[other] déclarations
}
noun-events = { $n ->
    [one] événement
   *[other] événements
}
noun-persons = { $n ->
    [one] personne
   *[other] personnes
}
age-years = { $n ->
    [one] { $n } an
   *[other] { $n } ans
}
age-range = { $low } à { $high } ans
size-bytes = { $n ->
    [one] { $n } octet
   *[other] { $n } octets
}
pages-print-it = { $n ->
    [one] sur { $n } page
   *[other] sur { $n } pages
}
retellings-of-one-report = { $n ->
    [one] { $n } page rapporte ce bilan.
   *[other] { $n } pages rapportent ce même bilan. C’est un seul bilan et non { $n } sources ; la page dont la liste est la plus longue est ouverte, les autres sont au-dessous.
}

th-accession = Fichier reçu
th-addresses = Pages
th-code = Code
th-column = Colonne
th-date = Date
th-deaths = Morts
th-entry = Entrée du journal
th-event = Événement
th-events = Événements
th-example = Exemple
th-figure = Chiffre
th-figures = Chiffres
th-fraction = Nombres
th-killed = Tués, toutes parties
th-kind = Nature
th-lists = Listes
th-measure = Ce qui est compté
th-month = Mois
th-name = Nom
th-number = Nombre
th-other-pages = Sur d’autres pages
th-parties-added = Parties additionnées
th-parties-written = Parties selon les mots de la source
th-party-tree = Dans l’arbre commun
th-period = Période
th-person = Personne
th-persons = Personnes
th-place = Lieu
th-population = Qui
th-proof = Preuve
th-property = Propriété
th-reason = Raison
th-record = Fiche
th-records = Fiches
th-retellings = Pages
th-row = Ligne
th-rows = Lignes
th-said-by = Qui le dit
th-share = Part
th-source = Source
th-sources = Sources
th-sum = La somme des parties est-elle juste ?
th-total = Total imprimé
th-trust-set = Choix de sources
th-value = Valeur
th-victim-group = À qui appartenaient les morts
th-within = Fait partie de
th-written = Selon les mots de la source
th-written-name = Nom tel qu’écrit

fact-acronym = Forme courte
fact-address = Adresse
fact-affiliations = Étiquettes
fact-children = Dont enfants
fact-code = Code
fact-contains = Contient
fact-derives-from = Reprend
fact-upper-end = Borne haute de cette fourchette
fact-lower-end = Borne basse de cette fourchette
fact-figure-id = Chiffre
fact-file-name = Nom du fichier
fact-mapping = Lu avec la correspondance
fact-media-type = Type de média
fact-name-in = Nom ({ $language })
fact-note = Note du lecteur :
fact-page = Page qui l’a imprimé
fact-person-id = Identifiant durable
fact-point = Coordonnées
fact-published = Publié le
fact-received = Reçu le
fact-retrieved = Page lue le
fact-role = Ce que c’est
fact-sha256 = SHA-256 des octets
fact-size = Taille
fact-terms = Conditions
fact-women = Dont femmes
