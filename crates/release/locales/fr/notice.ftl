# Avis de disparition
notice-kicker = Disparition forcée
notice-citizen = { $sex ->
    [female] La citoyenne
   *[male] Le citoyen
}
notice-title = { $sex ->
    [female] { $category } { $name } est disparue de force depuis { $year }
   *[male] { $category } { $name } est disparu de force depuis { $year }
}
notice-fate = { $sex ->
    [female] Son sort est inconnu de sa famille et de nous.
   *[male] Son sort est inconnu de sa famille et de nous.
}
notice-facts = Qui, quand et où
notice-issued-by = Avis émis par
notice-issued-on = Émis le
notice-name = Nom
notice-born = Année de naissance
notice-since = Disparition depuis
notice-occupation = Profession
notice-from = Origine
notice-lived-in = Domicile
notice-arrest-place = Lieu de l’arrestation
notice-checkpoint = Barrage
notice-circumstances = Circonstances
notice-arrested-with = Arrestation avec
notice-alleged-party = Partie présumée
notice-alleged-body = Service présumé
notice-taken-to = Lieu de transfert
notice-last-known = Dernière trace
notice-official-answer = Réponse des autorités
notice-family = Famille
notice-steps = Démarches de la famille
notice-n-others = { $n ->
    [one] { $n } autre personne
   *[other] { $n } autres personnes
}
notice-known = Ce que l’on sait, et de qui
notice-according-to = selon { $who }
notice-bodies = Instances informées
notice-bodies-none = Aucune instance n’est consignée comme informée.
notice-body-wgeid = Groupe de travail de l’ONU sur les disparitions forcées ou involontaires
notice-body-torture = Rapporteur spécial de l’ONU sur la torture
notice-body-counter-terrorism = Rapporteur spécial de l’ONU sur les droits de l’homme dans la lutte antiterroriste
notice-body-health = Rapporteur spécial de l’ONU sur le droit à la santé
notice-body-ced = Comité des disparitions forcées de l’ONU
notice-missing = De ce que le Groupe de travail de l’ONU demande au minimum, ceci n’est pas encore connu ou public :
notice-min-date = le mois de l’arrestation ou de la dernière apparition
notice-min-place = le lieu de l’arrestation ou de la dernière apparition
notice-min-forces = les forces tenues pour responsables
notice-min-steps = les démarches de la famille
notice-call = Nous appelons ceux qui détiennent cette personne, ou qui savent, à révéler son sort et le lieu où elle se trouve, et les instances nommées à interroger les autorités.
notice-send = Transmettre une information sans danger
notice-send-danger = Si parler vous met en danger, vous ou un autre, attendez. Un témoin en sécurité plus tard vaut mieux qu’un témoin menacé maintenant.
notice-send-device = Utilisez un appareil que vous ne partagez pas, et non un réseau tenu par une partie au conflit.
notice-send-no-names = Dans un premier message, dites seulement que vous savez quelque chose et comment vous joindre ; ni noms ni lieux.
notice-send-not-public = Ne répondez jamais en public, sous une publication ou dans un groupe.
notice-send-none = L’éditeur de cette publication n’a indiqué aucun moyen d’envoyer une information.
notice-consent = La famille a consenti à cette publication, et ce consentement est consigné. Elle peut le retirer à tout moment ; l’avis est alors retiré.
notice-download-pdf = Cet avis en PDF
notice-download-card = Image à partager
notice-download-poster = Affiche avec code QR (PDF)
notice-card-detail = Si vous savez quelque chose : lisez comment le transmettre sans danger.
notice-poster-missing = DISPARITION FORCÉE
notice-poster-code = Code QR de l’adresse de cet avis
notice-poster-scan = L’avis, et comment transmettre une information sans danger :
notices-title = Avis de disparition
notices-lead = Une page pour chaque personne dont la famille a consenti à un avis.
notices-none = Aucun avis n’est publié ici.

# Mises à jour, partage et aide
feed-all = Mises à jour
update-figure = { $source } : { $killed } ({ $period })
update-figure-of = { $source } : { $killed } ({ $place }, { $period })
update-of-party = { $what }, attribués à { $party }
update-retold = { $what }, { $pages }
update-differs = { $what } ; { $n } { $pages }
update-statement = { $source } : { $words }
update-event = { $source } : { $what }
feed-events = Événements
day-title = Mises à jour du { $day }
day-n-updates = { $n ->
    [one] { $n } mise à jour
   *[other] { $n } mises à jour
}
day-all = Tous les jours
days-title = Mises à jour par jour
days-lead = Ce qui a été publié et dit, au jour que donne la source.
days-feeds = Suivre avec un lecteur de flux
days-th-updates = Mises à jour
share-title = Partager
help-title = Comment aider
