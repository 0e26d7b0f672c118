"""What is told of a death beside the name, as vectors over true values: date, cause and party, place, age, kunya; and the chance to be listed."""
import numpy as np

import generator as gen

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)  # visibilities, and their weights
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()


class Facts:
    """`*_told`: likelihood over the marginal one, a row for each distinct thing told; `*_one`, `*_two`: its mean over true values, for one and two records."""

    def facts(self):
        self.causes, self.parties, self.cause_share, self.party_share, self.joint = gen.cause_tables(self.kinds)
        self.torture = self.causes.index("torture_detention")
        self.days()
        self.deaths()
        self.ages()
        self.towns()
        self.kunyas()
        self.chances()

    def days(self):
        """Dates, by whether the death was in detention, where the day told may be that of arrest or news."""
        rows, prior = self.rows, gen.day_prior()
        self.dates = sorted({r["date_of_death"] for r in rows})
        index = {d: k for k, d in enumerate(self.dates)}
        self.date = np.array([index[r["date_of_death"]] for r in rows], dtype=np.int32)
        told = gen.day_matrix(self.dates)
        both = self.kind @ np.array([j.sum(1)[self.torture] for j in self.joint])
        self.date_norm = (1 - both) * (told[0] @ prior) + both * (told[1] @ prior)
        told /= self.date_norm[None, :, None]
        self.day_told, self.day_prior = told, prior
        self.date_one = told @ prior  # by torture, date: over the marginal
        self.date_two = [(t * prior.astype(np.float32)) @ t.T for t in told]

    def deaths(self):
        """Cause and party."""
        rows, kinds, causes, parties = self.rows, self.kinds, self.causes, self.parties
        by_arabic = {k[0]: k[1][0] for k in kinds["cause"]}
        keys = [(by_arabic.get(r["cause"], r["cause"]), r["perpetrator"], r["list"] == "D") for r in rows]
        self.stories = sorted(set(keys))
        index = {k: i for i, k in enumerate(self.stories)}
        self.story = np.array([index[k] for k in keys], dtype=np.int32)
        vectors = []
        for cause, party, in_d in self.stories:
            c = np.ones(len(causes))
            if cause:
                c = self.cause_share * gen.CAUSE_WRONG
                c[causes.index(cause)] += 1 - gen.CAUSE_WRONG
            # party told given party, then what list D hides
            p = np.tile(self.party_share * gen.PARTY_WRONG, (len(parties), 1)) + np.eye(len(parties)) * (1 - gen.PARTY_WRONG)
            if in_d:
                missing = gen.PARTY_MISSING["D"]
                p = p * (1 - missing)
                government, unknown = parties.index("government"), parties.index("unknown")
                p[:, unknown] += p[:, government]
                p[:, government] = 0
                p = p[:, parties.index(party)] if party else np.full(len(parties), missing)
            else:
                p = p[:, parties.index(party)] if party else np.ones(len(parties))
            vectors.append(c[:, None] * p[None, :])
        self.story_told = np.array(vectors)
        self.joint = np.array(self.joint)
        norm = np.einsum("u,ucp,scp->s", self.kind, self.joint, self.story_told)
        self.story_told /= norm[:, None, None]
        split = np.zeros((2, len(causes), 1))
        split[0] = 1
        split[0, self.torture], split[1, self.torture] = 0, 1
        self.story_one = np.einsum("ucp,tcp,scp->uts", self.joint, split * np.ones((2, len(causes), len(parties))), self.story_told)
        self.story_two = np.einsum("ucp,tcp,scp,rcp->utsr", self.joint, split * np.ones((2, len(causes), len(parties))), self.story_told, self.story_told, optimize=True)
        self.split = split

    def ages(self):
        rows = self.rows
        self.age_told, self.age_prior = gen.age_tables()
        self.age = np.array([min(int(r["age"]), 95) if r["age"] else 96 for r in rows], dtype=np.int32)
        self.age_prior = np.array(self.age_prior)
        norm = self.kind @ (self.age_prior @ self.age_told.T)
        self.age_told = self.age_told / np.maximum(norm, 1e-300)[:, None]
        self.age_one = self.age_prior @ self.age_told.T
        self.age_two = np.einsum("ua,sa,ra->usr", self.age_prior, self.age_told, self.age_told, optimize=True)

    def towns(self):
        """Governorate and town."""
        rows, kinds = self.rows, self.kinds
        governorates, weights, shares = kinds["governorate"], *gen.town_shares(kinds["governorate"])
        self.town_prior = np.concatenate(shares)
        self.governorate_of = np.concatenate([np.full(len(s), g) for g, s in enumerate(shares)])
        within = 1 / np.bincount(self.governorate_of)[self.governorate_of]
        keys = [(gen.tidy(r["governorate"]), gen.tidy(r["town"]), r["list"]) for r in rows]
        self.places = sorted(set(keys))
        index = {k: i for i, k in enumerate(self.places)}
        self.place = np.array([index[k] for k in keys], dtype=np.int32)
        forms = [gen.Forms(self.dots, {k[0] for k in self.places}, set()), gen.Forms(self.dots, {k[1] for k in self.places}, set())]
        for g, (arabic, _, _, members) in enumerate(governorates):
            forms[0].add(g, arabic, None)
        for t, (arabic, _) in enumerate(m for g in governorates for m in g[3]):
            forms[1].add(t, arabic, None)
        towns = [m for g in governorates for m in g[3]]
        vectors = np.ones((len(self.places), len(towns)))
        for k, (governorate, town, letter) in enumerate(self.places):
            if governorate:
                if letter == "C":
                    e = np.array([(0.7 if g[1][0] == governorate else 0) + 0.3 * g[1].count(governorate) / len(g[1]) for g in governorates])
                else:
                    e = np.zeros(len(governorates))
                    for g, p in forms[0].found["ar"].get(governorate, {}).items():
                        e[g] = p.get(letter, 0.0)
                vectors[k] *= e[self.governorate_of]
            if town:
                if letter == "C":
                    e = np.array([m[1].count(town) / len(m[1]) for m in towns])
                else:
                    e = np.zeros(len(towns))
                    for t, p in forms[1].found["ar"].get(town, {}).items():
                        e[t] = p.get(letter, 0.0)
                vectors[k] *= e
        anywhere = vectors @ (weights[self.governorate_of] * within)
        nearby = (vectors * within) @ (self.governorate_of[:, None] == np.arange(len(governorates))[None, :])
        vectors = (1 - gen.ELSEWHERE - gen.OTHER_TOWN) * vectors + gen.ELSEWHERE * anywhere[:, None] + gen.OTHER_TOWN * nearby[:, self.governorate_of]
        self.place_norm = vectors @ self.town_prior
        if (self.place_norm <= 0).any():
            print("places that no town explains:", [self.places[k] for k in np.nonzero(self.place_norm <= 0)[0]])
            vectors[self.place_norm <= 0] = 1
            self.place_norm = vectors @ self.town_prior
        self.place_told = vectors / self.place_norm[:, None]
        self.place_two = ((self.place_told * self.town_prior) @ self.place_told.T).astype(np.float32)
        self.again(self.place_told * self.town_prior)

    def again(self, p):
        """An unrelated event of the same town may use the family name again; `p`: P(town), a row for each place told."""
        town_events = self.events * self.town_prior
        kept = np.minimum(1, gen.FAMILIES_KEPT / ((1 - gen.FAMILY_AGAIN) * town_events))
        listed = np.minimum(gen.FAMILIES_KEPT, (1 - gen.FAMILY_AGAIN) * town_events)
        again = gen.FAMILY_AGAIN * (gen.FAMILY_AGAIN + (1 - gen.FAMILY_AGAIN) * kept) * np.where(kept < 1, 1.2, 2) / listed
        self.place_again = ((p * np.minimum(again, 0.4)) @ p.T).astype(np.float32)

    def kunyas(self):
        """Kunya and nickname: 15 by 9 true values."""
        rows, kinds = self.rows, self.kinds
        kunyas, nicknames = [k[0] for k in kinds["kunya"]], [gen.tidy(k[0]) for k in kinds["nickname"]]
        grown = float(self.kind @ (np.array(gen.MALE_IN) * self.age_prior[:, 19:].sum(1)))
        of_kunya = np.array([1 - gen.KUNYA * grown] + [gen.KUNYA * grown / len(kunyas)] * len(kunyas))
        of_nickname = np.array([1 - gen.NICKNAME] + [gen.NICKNAME / len(nicknames)] * len(nicknames))
        keys = [(k and kunyas.index(k) + 1, n and nicknames.index(n) + 1, r["list"]) for k, n, r in zip(self.kunya, self.nickname, rows)]
        tails = sorted(set(keys), key=str)
        index = {k: i for i, k in enumerate(tails)}
        self.tail = np.array([index[k] for k in keys], dtype=np.int32)
        vectors = []
        for kunya, nickname, letter in tails:
            told, also = gen.KUNYA_TOLD[letter], 0.0 if letter == "C" else gen.NICKNAME_TOLD
            k, n = np.arange(len(of_kunya))[:, None], np.arange(len(of_nickname))[None, :]
            silent = np.where(k > 0, 1 - told, 1.0)
            if kunya:
                v = np.where(k == kunya, told, 0.0) * np.ones(n.shape)
            elif nickname:
                v = silent * np.where(n == nickname, also, 0.0)
            else:
                v = silent * np.where(n > 0, 1 - also, 1.0)
            vectors.append(v.ravel())
        self.tail_prior = (of_kunya[:, None] * of_nickname[None, :]).ravel()
        self.tail_told = np.array(vectors)
        self.tail_told /= (self.tail_told @ self.tail_prior)[:, None]
        self.tail_two = (self.tail_told * self.tail_prior) @ self.tail_told.T

    def chances(self):
        """The chance to be listed, before visibility, as far as what is written tells of the person."""
        rows = self.rows
        x = np.zeros((self.count, 4))
        year = np.array([int(r["date_of_death"][:4]) if r["date_of_death"] else 2014 for r in rows])
        governorate = self.governorate_of[np.argmax(self.place_told * self.town_prior, axis=1)[self.place]]
        is_in = lambda *g: np.isin(governorate, g)
        story = [self.stories[s] for s in self.story]
        cause = [s[0] for s in story]
        share = dict(zip(self.causes, self.cause_share))
        of_cause = lambda *names: np.array([(c in names) if c else sum(share[n] for n in names) for c in cause], dtype=float)
        shares = dict(zip(self.parties, self.party_share))
        of_party = lambda *names: np.array([(s[1] in names) if s[1] and not s[2] else sum(shares[n] for n in names) for s in story], dtype=float)
        female = np.array([1.0 if r["sex"] == "F" else 0.0 if r["sex"] == "M" else 0.2 for r in rows])
        x[:, 0] = 0.4 * is_in(1, 2, 3) - 0.5 * is_in(6, 8, 9) - 0.04 * (year - 2013)
        x[:, 1] = 0.5 * is_in(0, 3, 5) + 0.03 * (year - 2013) - 0.4 * of_party("isis") + 0.4 * female
        x[:, 2] = 0.5 * of_cause("airstrike", "chemical") + 0.5 * of_party("coalition", "russian_forces") - 0.6 * of_cause("torture_detention") + 0.05 * (year - 2013)
        x[:, 3] = 1.2 * of_cause("torture_detention") - 0.5 * np.maximum(0, year - 2014) + 0.3 * is_in(1, 7) - 0.3 * female
        self.x = x + np.array([gen.CAPTURE_BASE[k] for k in gen.LISTS])
        self.slope = np.array([gen.CAPTURE_VISIBILITY[k] for k in gen.LISTS])

    def listed(self, x, group=0.13):
        """P(listed) for each of the four lists at each visibility; x: (..., 4)."""
        return 1 / (1 + np.exp(-(x[..., None, :] + self.slope * (NODES[:, None] + group))))
