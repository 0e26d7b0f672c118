sources-by-party = Les mêmes parties selon chaque source : { $population }
sources-by-party-note = Les lignes qu’une page imprime pour une partie sont additionnées ici ; les nombres de pages différentes ne le sont jamais. Les sources ne comptent pas la même chose : un écart n’est l’erreur de personne.
th-difference = Écart
lines-added = { $n ->
    [one] (une ligne)
   *[other] ({ $n } lignes additionnées ici)
}
statement-no-address = adresse inconnue
statement-no-date = date inconnue
claim-said = Dit
