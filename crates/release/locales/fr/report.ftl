# Le rapport sur une période
report-kicker = Rapport · { $trust }
report-title = Tués en Syrie, { $period }
report-whose = {"Ce que ces sources ont publié, chacune dans ses mots, côte à côte et jamais additionné : "}
report-contents = Sommaire
report-headline = L’essentiel
report-headline-line = { $killed }{ $among } ({ $period }).
report-headline-cases = Les listes de ces sources documentent { $persons } pour { $period }, comptées une seule fois : voir la liste des cas.
report-headline-none = Aucune des sources choisies n’a publié pour { $period } de nombre qui ait été versé ici. Ce n’est pas zéro.
report-among-both = , dont { $children } et { $women }
report-among-one = , dont { $who }
report-among-neither = , sans aucun enfant ni aucune femme
report-among-no-children = , sans aucun enfant
report-among-no-women = , sans aucune femme
report-and-no-children = {" et aucun enfant"}
report-and-no-women = {" et aucune femme"}
report-other-pages = D’autres pages qui reprennent ce rapport publient : { $numbers }.
report-sentence = { $what }.
report-see-row = Voir la ligne
report-not-added = Ces sources ne comptent pas les mêmes personnes. Leurs nombres ne sont ni additionnés ni ramenés à une moyenne.
report-n-killed = { $n ->
    [one] { $n } personne a été tuée
   *[other] { $n } personnes ont été tuées
}
report-n-civilians-killed = { $n ->
    [one] { $n } civil a été tué
   *[other] { $n } civils ont été tués
}
report-n-combatants-killed = { $n ->
    [one] { $n } combattant a été tué
   *[other] { $n } combattants ont été tués
}
report-n-children = { $n ->
    [one] { $n } enfant
   *[other] { $n } enfants
}
report-n-women = { $n ->
    [one] { $n } femme
   *[other] { $n } femmes
}
report-n-tortured = { $n ->
    [one] { $n } personne est morte sous la torture
   *[other] { $n } personnes sont mortes sous la torture
}
report-n-massacres = { $n ->
    [one] { $n } massacre
   *[other] { $n } massacres
}
report-n-detained = { $n ->
    [one] { $n } personne a été détenue arbitrairement
   *[other] { $n } personnes ont été détenues arbitrairement
}
report-n-disappeared = { $n ->
    [one] { $n } personne a disparu de force
   *[other] { $n } personnes ont disparu de force
}
report-n-cases = { $n ->
    [one] { $n } personne documentée.
   *[other] { $n } personnes documentées.
}
report-method = Méthode
report-method-set = Ce rapport est établi selon un choix de sources : { $trust }. Un autre choix donne un autre rapport, à partir des mêmes données.
report-method-own-words = Chaque nombre est celui que sa source a publié, dans ses propres mots ; il est rattaché à un arbre commun des parties à côté de ces mots, jamais à leur place.
report-method-retold = Plusieurs pages reprennent un même rapport. Le total que la plupart publient vient en premier (le plus bas à égalité) ; les parties viennent de la page à la liste la plus longue ; là où les pages diffèrent, tous les nombres sont montrés.
report-method-share = Une part est le nombre d’une partie divisé par le total de la même page, de la même population et de la même période. Quand ce n’est pas possible, la raison en tient lieu.
report-method-log = Chaque nombre est une entrée d’un journal public signé et se vérifie hors ligne, sans avoir à nous croire.
report-definitions = Définitions
report-def-civilian = Civil : au sens de chaque source. Les sources qui comptent tout le monde sont signalées ; leurs nombres ne se comparent pas à des nombres de civils.
report-def-party = Partie : la partie responsable selon la source. Le nombre d’une alliance revient à l’alliance et à aucun de ses membres.
report-def-torture = Mort sous la torture : publiée à part ; le plus souvent déjà comprise dans les tués, donc jamais ajoutée à eux.
report-def-massacre = Massacre : au sens de chaque source ; plusieurs observateurs désignent ainsi au moins cinq personnes pacifiques tuées d’un coup.
report-def-at-least = « Au moins », « environ » et « au plus » figurent là où la page les dit.
report-what-each-counts = Ce qu’il faut savoir de chaque source
report-parties = Victimes par partie
report-parties-note = Un tableau par source, dans ses mots. Les parties sont présumées.
report-none-for = Les sources choisies n’ont rien publié à ce sujet pour { $period } qui ait été versé ici. Ce n’est pas zéro.
report-none-but-listed = Les sources choisies n’ont publié à ce sujet aucun nombre pour { $period } qui ait été versé ici ; les personnes que leurs listes documentent sont comptées sous « Personnes documentées ».
report-not-printed = non publié
report-th-children = Enfants
report-th-women = Femmes
report-th-by-party = Par partie
report-th-change = Évolution
report-th-alleged = Partie présumée
report-all-parties = toutes les parties
report-children-women = Enfants et femmes
report-governorates = Gouvernorats
report-governorates-note = Un gouvernorat absent n’a pas été publié ; ce n’est pas zéro.
report-comparison = Comparaison avec les périodes antérieures
report-comparison-note = La même source, la même mesure et la même population, à la période précédente et aux mêmes mois un an plus tôt. Rien n’est comparé d’une source à l’autre.
report-comparison-none = La période n’est pas faite de mois entiers ; rien n’est comparé.
report-change-none = sans changement
report-change-more = { $n } de plus
report-change-fewer = { $n } de moins
report-change-either = de { $fewer } de moins à { $more } de plus
report-change-percent = { $change } ({ $percent })
report-percent-more = +{ $percent }
report-percent-fewer = −{ $percent }
report-change-from-zero = { $change } (le nombre antérieur est nul)
report-others = Ce que disent d’autres sources
report-others-note = Sources hors du choix de ce rapport. Leurs nombres n’ont pas servi ci-dessus.
report-others-none = Aucune source hors de ce choix n’a publié pour { $period } de nombre qui ait été versé ici.
report-statements = Positions exprimées pendant cette période
report-limits = Limites
report-limit-printed = Ce rapport repose sur des nombres publiés qui ont été lus, non sur tout ce qui a été publié, ni sur des visites de terrain.
report-limit-alleged = Les parties sont présumées par les sources nommées. Rien ici n’est le jugement d’un tribunal.
report-limit-not-added = Les totaux de sources différentes ne sont jamais additionnés, car ils parlent des mêmes morts.
report-limit-unknown = Ce que personne n’a publié ni consigné n’y est pas. Un nombre absent est inconnu, jamais nul.
report-documented = Personnes documentées
report-documented-note = D’après des listes de noms, chaque personne une fois. Qui n’est sur aucune liste n’est pas compté : ce ne sont pas des totaux ; les parties accusées sont celles que les listes nomment.
report-documented-held = Avec le minimum de la politique de publication, elles ne sont comptées que sur les pages des personnes documentées, où les petits nombres sont retenus ensemble.
report-cases = Liste des cas
report-cases-note = Personnes que les listes choisies documentent pour la période. Plusieurs fiches d’une même personne font une seule ligne.
report-cases-none = Les sources choisies n’ont donné aucune liste de noms pour { $period }, ou la politique de publication la retient.
report-cases-withheld = { $n ->
    [one] { $n } d’entre elles n’est pas listée : la politique de publication retient la date.
   *[other] { $n } d’entre elles ne sont pas listées : la politique de publication retient leur date.
}
report-annex = Annexe : les nombres tels que publiés
report-annex-note = Tous les nombres que ce rapport utilise. Les mêmes nombres sont dans le fichier { $file }.
report-role-total = total
report-role-by-party = une partie
report-role-victim-group = groupe de morts
report-at-least = au moins { $n }
report-about = environ { $n }
report-at-most = au plus { $n }
report-download-pdf = Ce rapport en PDF
report-download-csv = Les nombres de l’annexe en CSV
reports-title = Rapports
reports-lead = Rapports sur un mois, une année ou une autre période, selon un choix de sources.
reports-none = Cette publication ne contient pas encore de rapport.

# Graphiques
chart-source = Source : { $source }
chart-source-events = Source : les événements versés, chacun avec sa propre source
chart-source-persons = Source : les fiches versées, chaque personne comptée une fois
chart-source-choice = { $said }. Choix de sources : { $trust }
chart-unit-killed = Personnes tuées ({ $who })
chart-unit-persons-month = Personnes tuées par mois
chart-unit-events-day = Événements par jour
chart-unit-deaths-day = Personnes documentées par jour de décès
chart-days-beside = jour inconnu : { $day } ; mois inconnu : { $month }
chart-unit-flow = Les fiches d’un côté, les personnes de l’autre
chart-unit-estimate = Personnes. Barre : intervalle à 95 % du modèle ; point : sa médiane
chart-finding-largest = { $source }, { $period } : le plus grand nombre est celui de « { $party } », { $n } sur { $all }
chart-finding-nobodys = { $source }, { $period } : attribués à aucune partie identifiée : { $n } sur { $all }
chart-finding-told = { $source }, { $period } : recensés par partie : { $n } ; total publié : { $all }
chart-finding-told-of-none = { $source }, { $period } : recensés par partie : { $n } ; aucun total n’est publié à côté
chart-finding-moved = { $source } : { $then } en { $from }, { $now } en { $to }
chart-finding-moved-before = { $source } : { $then } en { $from }, { $now } en { $to } ; aucun nombre pour { $end }
chart-finding-apart = { $period } : de { $low } ({ $lowest }) à { $high } ({ $highest })
chart-finding-party-sum = { $source }, de { $from } à { $to } : le plus grand nombre d’une seule partie est celui de « { $party } », { $n } sur { $all } pour les { $months } détaillés par partie
chart-finding-party-told = { $source }, de { $from } à { $to } : attribués à une seule partie : { $n } sur { $all } pour les { $months } détaillés par partie
chart-finding-party-peak = { $source }, de { $from } à { $to } : le nombre mensuel le plus élevé du graphique est celui de « { $party } » en { $period }, { $n }
chart-rest = publié conjointement ou sans partie
chart-unit-stacked = Personnes tuées par mois, par partie ; au-dessus de chaque colonne, le total de la source
chart-unit-stacked-sums = Personnes tuées par mois, par partie ; au-dessus de chaque colonne, le total de la source, entre parenthèses la somme de ses parties quand elle le dépasse
chart-qualified = { $source }. Certains nombres sont donnés comme « au moins », « environ » ou estimés
chart-n-months = { $n ->
    [one] { $n } mois
   *[other] { $n } mois
}
chart-finding-events-month = { $n ->
    [one] { $n } événement en { $period }
   *[other] { $n } événements en { $period }
}
chart-finding-deaths-month = { $n ->
    [one] { $n } décès documenté en { $period }
   *[other] { $n } décès documentés en { $period }
}
chart-finding-flow = { $records } parlent de { $persons }
chart-finding-estimate = { $doubted ->
    [none] { $n } documentés ; les modèles situent l’ensemble entre { $low } et { $high }
    [some] { $n } documentés ; les modèles situent l’ensemble entre { $low } et { $high }, et les recoupements démentent certains d’entre eux
   *[all] { $n } documentés ; les recoupements démentent tous les modèles ({ $low } à { $high }) : les listes ne permettent pas de trancher
}
chart-no-estimate = Le nombre total n’est pas estimé : les recoupements entre ces listes ne le permettent pas.
model-dga = Graphes moyennés
model-loglinear = Modèle log-linéaire
model-chao = Minorant de Chao
model-doubted = { $model } (douteux)
chart-n-records = { $n ->
    [one] { $n } fiche
   *[other] { $n } fiches
}
chart-persons-on-lists = { $k ->
    [one] { $persons } sur une liste
   *[other] { $persons } sur { $k } listes
}
chart-documented = Documentés
chart-finding-stances = Au { $date } : affirmé par { $affirms }, en partie par { $partly }, nié par { $denies }
chart-finding-stances-reported = { $found } (dont { $n } sur { $all } seulement d’après { $reporter })
chart-unit-stances = Sources et positions prises, par jour
charts-title = Graphiques et cartes
charts-lead = Dessinés par le programme à partir des données de cette publication : lisibles sans JavaScript, imprimés, en noir et blanc, et par qui ne distingue pas les couleurs.
charts-end = Les graphiques mensuels s’arrêtent à { $period }, mois pour lequel le plus de sources publient un nombre. Les nombres des mois suivants, jusqu’à { $last }, figurent sur les pages de ces mois.
charts-data = Les chiffres de ce graphique
map-no-number = aucun chiffre
map-finding-held = Personnes documentées par gouvernorat ; { $n ->
    [one] un gouvernorat est retenu
   *[other] { $n } gouvernorats sont retenus
}
map-unit-held = Personnes documentées par gouvernorat ({ $trust }), événements en points ; gris foncé : retenu ; gris : pas de nombre
map-event = un événement
map-finding = { $place } vient en tête : { $n } ({ $what }, { $period })
map-finding-some = { $what }, { $period } : gouvernorats ayant un nombre : { $places }, ensemble { $n } sur { $all }
map-finding-some-of-none = { $what }, { $period } : gouvernorats ayant un nombre : { $places }, ensemble { $n }
map-finding-persons = { $place } vient en tête : { $persons }
map-finding-placed = Personnes documentées dont le gouvernorat est connu : { $n } sur { $all }
map-finding-placed-alone = Personnes documentées dont le gouvernorat est connu : { $n }
map-unit = { $what }, par gouvernorat ; gris : pas de nombre
map-unit-persons = Personnes documentées par gouvernorat ({ $trust }), événements en points ; gris : pas de nombre
map-source = Source : { $source }. Frontières : { $boundaries }
map-source-told = { $said }. Frontières : { $boundaries }
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
