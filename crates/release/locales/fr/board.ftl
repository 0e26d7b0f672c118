# Whom do you trust? The script of the page fills the places in.
board-legend = À qui faites-vous confiance ?
board-explanation = Les nombres sont recalculés dans cette page et rien n’est envoyé. Une personne est comptée si une liste choisie la nomme, et attribuée à la partie que nomment les listes choisies : sans une liste, un désaccord peut cesser, ou un acte n’être attribué à personne. Les parts portent sur toutes les personnes comptées, y compris les cas contestés et non précisés. Les tableaux ci-dessous ne changent pas.
board-not-offered = Le choix des listes n’est pas proposé ici, car de petits nombres sont retenus et pourraient en être déduits.
board-row-fold = À qui faites-vous confiance ? Compter ces personnes avec d’autres listes
board-row-explanation = Seules les personnes de cette page sont recomptées, avec les listes que vous choisissez : qui n’est nommé par aucune liste choisie disparaît, et une personne est attribuée à la partie que nomment les listes choisies. Qui serait ici selon un autre choix de listes ne s’y trouve pas. Rien n’est envoyé ; le choix est dans l’adresse. Ce qui suit ne change pas.
board-figures-legend = À qui faites-vous confiance ?
board-figures-explanation = Pour chaque partie, et séparément pour les civils et pour tous : la plus faible et la plus forte part des morts que les sources choisies ont publiée. Les parts de sources différentes ne sont pas moyennées. Rien n’est envoyé ; le choix est dans l’adresse. Les totaux, le graphique, les désaccords et les tableaux qui comparent les sources suivent ce choix dans toute la page ; ce que chaque source a publié figure au-dessous, pour toutes.
board-still = Personnes comptées avec les listes de cette page. Là où les scripts fonctionnent, des listes peuvent être écartées ici. Les parts portent sur toutes les personnes comptées, y compris les cas contestés et non précisés.
board-figures-still = Pour chaque partie, et séparément pour les civils et pour tous : la plus faible et la plus forte part des morts que les sources ont publiée. Les parts de sources différentes ne sont pas moyennées. Là où les scripts fonctionnent, des sources peuvent être écartées ici.
board-share-printed = Part publiée
board-on-one-list = Sur une seule liste
board-on-several-lists = Sur plusieurs listes
board-disputed = Les listes nomment des parties différentes
board-left-out-falls = Sans { $lists }, la part de « { $party } » passe de { $from } à { $to } : elle baisse.
board-left-out-rises = Sans { $lists }, la part de « { $party } » passe de { $from } à { $to } : elle augmente.
board-left-out-same = Sans { $lists }, la part d’aucune partie ne change.
board-left-out-silent = Sans { $lists }, aucune partie n’est nommée dans { $n } cas sur { $total } ; avec toutes les listes, dans { $before } cas sur { $all }.
board-left-out-narrows = Sans { $lists }, l’intervalle publié pour « { $party } » se resserre : de { $from } à { $to }.
board-left-out-ends = Sans { $lists }, plus aucune source n’a publié de part pour « { $party } » ; avec toutes les sources : { $from }.
board-only-falls = Selon { $lists } uniquement, la part de « { $party } » passe de { $from } à { $to } : elle baisse.
board-only-rises = Selon { $lists } uniquement, la part de « { $party } » passe de { $from } à { $to } : elle augmente.
board-only-same = Selon { $lists } uniquement, la part d’aucune partie ne change.
board-only-silent = Selon { $lists } uniquement, aucune partie n’est nommée dans { $n } cas sur { $total } ; avec toutes les listes, dans { $before } cas sur { $all }.
board-only-narrows = Selon { $lists } uniquement, l’intervalle publié pour « { $party } » se resserre : de { $from } à { $to }.
board-only-ends = { $lists } seul n’a publié aucune part pour « { $party } » ; avec toutes les sources : { $from }.
board-follow-explanation = Les totaux, les graphiques, les désaccords et les tableaux qui comparent les sources suivent ce choix dans toute la page ; ce que chaque source a publié figure au-dessous, pour toutes. Rien n’est envoyé ; le choix est dans l’adresse.
board-follow-still = Là où les scripts fonctionnent, des sources peuvent être écartées ici.
board-left-out-follow = Sans { $lists }, cette page compare les autres sources.
board-only-follow = D’après { $lists } seulement : rien n’est comparé.
board-none = Aucune source n’est choisie ; rien n’est compté.
board-nothing = rien de publié
board-strangers = Le lien nommait des listes dont ce tableau ne contient rien ; elles ont été ignorées.
board-total = { $n ->
    [one] { $n } personne est comptée, sur { $all } figurant sur une liste au moins.
    [many] { $n } de personnes sont comptées, sur { $all } figurant sur une liste au moins.
   *[other] { $n } personnes sont comptées, sur { $all } figurant sur une liste au moins.
}
percent-range = { $low }–{ $high }
statements-over-time = Au fil du temps
statements-origin = Relayé par
statements-printed = Ce qui a réellement été publié
th-stance = Position
