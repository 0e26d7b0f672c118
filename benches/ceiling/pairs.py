"""Candidate pairs, and the posterior odds of a pair as if nothing but its two records were known."""
import collections, itertools

import numpy as np

import generator as gen
from facts import NODE_WEIGHTS
from names import READINGS

KEPT = dict(G=8, F=8, H=4, M=32)  # true names held for a part of a name, the likeliest
BLOCK = 600  # records of a block that are compared


def candidates(told):
    """Pairs that share what a key asks for. Keys are of true names, dates and places that a record's likeliest readings name."""
    keys = [collections.defaultdict(list) for _ in range(13)]
    towns = np.argsort(-told.place_told * told.town_prior, axis=1)[:, :1]
    for r, row in enumerate(told.rows):
        names = set()
        for share, at in told.terms[r]:
            if share < 0.01:
                continue
            best = []
            for part in "GFM":
                prior = told.given_mean if part == "G" else told.family_share if part == "M" else told.male_share
                ps = {n: prior[n] * v for n, v in at.get(part, {}).items()}
                best.append([n for n, p in ps.items() if p > 0.01] or [None])
            names.update(itertools.product(*best))
        date = row["date_of_death"]
        year, month, day = (date[:n] if len(date) >= n else None for n in (4, 7, 10))
        town = int(towns[told.place[r], 0])
        governorate = int(told.governorate_of[town]) if row["governorate"] or row["town"] else None
        town = town if row["town"] else None
        for g, f, m in names:
            asked = ((g, f, m), (g, m, governorate), (g, m, year), (g, f, governorate), (g, f, year), (g, day), (g, governorate, month), (g, town, year),
                     (m, day), (m, town, year), (g, m), (f, governorate, month), (m, governorate, month))
            for k, key in enumerate(asked):
                if None not in key:
                    keys[k][key].append(r)
    found = []
    for blocks in keys:
        mine = []
        for members in blocks.values():
            members = np.unique(members)
            if 1 < len(members) <= BLOCK:
                i, j = np.triu_indices(len(members), 1)
                mine.append(members[i].astype(np.int64) * told.count + members[j])
        found.append(np.unique(np.concatenate(mine)))
    pairs = np.unique(np.concatenate(found))
    return pairs // told.count, pairs % told.count


class Pairs:
    """The posterior of pairs, as if nothing but the two records were known."""

    def __init__(self, told):
        self.told = w = told
        slots = READINGS
        n = w.count
        self.weight = np.zeros((n, slots), dtype=np.float32)
        self.has = {part: np.zeros((n, slots), dtype=bool) for part in "GFHM"}
        self.names = {part: np.full((n, slots, KEPT[part]), -1, dtype=np.int16) for part in "GFHM"}
        self.ratio = {part: np.zeros((n, slots, KEPT[part]), dtype=np.float32) for part in "GFHM"}
        self.prior = {"G": w.given_mean, "F": w.male_share, "H": w.male_share, "M": w.family_share}
        seen = {}
        for r in range(n):
            terms = w.terms[r]
            source = seen.setdefault(id(terms), r)
            if source != r:
                self.weight[r] = self.weight[source]
                for part in "GFHM":
                    self.has[part][r], self.names[part][r], self.ratio[part][r] = self.has[part][source], self.names[part][source], self.ratio[part][source]
                continue
            for t, (share, at) in enumerate(terms[:slots]):
                self.weight[r, t] = share
                for part, vector in at.items():
                    prior = self.prior[part]
                    best = sorted(vector.items(), key=lambda x: -x[1] * prior[x[0]])[: KEPT[part]]
                    self.has[part][r, t] = True
                    self.names[part][r, t, : len(best)] = [b[0] for b in best]
                    self.ratio[part][r, t, : len(best)] = [b[1] for b in best]
        self.given_one = np.zeros((2, n, slots))
        for u in (0, 1):
            self.given_one[u] = (w.given_share[u][self.names["G"]] * self.ratio["G"]).sum(-1)
        at = lambda x: np.take_along_axis(w.listed(x), np.broadcast_to(w.letter[:, None, None], (len(x), 9, 1)).astype(int), axis=2)[..., 0]
        self.chance = at(w.x)  # listed where it is, by visibility
        self.story_one = np.einsum("uti,ti->ui", w.story_one[:, :, w.story], w.date_one[:, w.date])
        age = w.age_one[:, w.age]
        self.one = np.einsum("u,uit,it,ui,ui->i", w.kind, self.given_one, self.weight, age, self.story_one)
        self.alike = [0.0] * 4
        for k, letter in enumerate(gen.LISTS):
            d = gen.DUPLICATE[letter]
            self.alike[k] = 2 * (d + 2 * d * d + 3 * d**3) / (1 + d + d * d + d**3) ** 2

    def agreement(self, part, i, t, j, v):
        """Sum over true names of prior times the product of likelihood ratios; and, for given names, apart by kind of event, and of squared priors with relatives."""
        a, b = self.names[part][i, t], self.names[part][j, v]
        x, y = self.ratio[part][i, t], self.ratio[part][j, v]
        sums = [np.zeros(len(i)) for _ in range(3 if part == "G" else 1)]
        for k in range(KEPT[part]):
            left = np.nonzero(a[:, k] >= 0)[0]
            for l in range(KEPT[part]):
                left = left[b[left, l] >= 0]
                if len(left) == 0:
                    break
                same = left[a[left, k] == b[left, l]]
                product = x[same, k].astype(float) * y[same, l]
                if part == "G":
                    for u in (0, 1):
                        sums[u][same] += self.told.given_share[u][a[same, k]] * product
                    sums[2][same] += self.told.given_share[1][a[same, k]] ** 2 * product
                else:
                    sums[0][same] += self.prior[part][a[same, k]] * product
        if part != "G":
            unknown = ~(self.has[part][i, t] & self.has[part][j, v])
            if part == "F":
                wrong = gen.WRONG_FATHER
                sums[0] = (1 - wrong) ** 2 * sums[0] + 2 * wrong - wrong**2
            sums[0][unknown] = 1.0
            return sums[0]
        return sums

    def odds(self, i, j):
        """Odds against no relation: of one person, of relatives of one event; and the share of no relation that a family of the town adds."""
        w = self.told
        match = np.zeros((2, len(i)))
        relative, family = np.zeros(len(i)), np.zeros(len(i))
        for t in range(READINGS):
            for v in range(READINGS):
                use = np.nonzero((self.weight[i, t] > 0) & (self.weight[j, v] > 0))[0]
                if len(use) == 0:
                    continue
                a, b = i[use], j[use]
                weight = self.weight[a, t].astype(float) * self.weight[b, v]
                alone, group, twice = self.agreement("G", a, t, b, v)
                father, grand, name = (self.agreement(p, a, t, b, v) for p in "FHM")
                match[0, use] += weight * alone * father * grand * name
                match[1, use] += weight * group * father * grand * name
                two = self.given_one[1, a, t] * self.given_one[1, b, v]
                relative[use] += weight * grand * name * (w.same_father * father * (two - twice) + (1 - w.same_father) * two)
                family[use] += weight * name * self.given_one[0, a, t] * self.given_one[0, b, v]
        age, story = np.array([w.age_two[u, w.age[i], w.age[j]] for u in (0, 1)]), np.zeros((2, len(i)))
        for torture in (0, 1):
            date = w.date_two[torture][w.date[i], w.date[j]]
            for u in (0, 1):
                story[u] += w.story_two[u, torture][w.story[i], w.story[j]] * date
        place = w.place_two[w.place[i], w.place[j]]
        tail = w.tail_two[w.tail[i], w.tail[j]]
        one = self.one[i] * self.one[j]
        same = w.letter[i] == w.letter[j]
        mean_i, mean_j = self.chance[i] @ NODE_WEIGHTS, self.chance[j] @ NODE_WEIGHTS
        chance = np.where(same, np.array(self.alike)[w.letter[i]] * 0.5 * (mean_i + mean_j), (self.chance[i] * self.chance[j]) @ NODE_WEIGHTS) / (mean_i * mean_j)
        match = chance / w.n_persons * (w.kind @ (match * age * story)) * place * tail / one
        relative = w.relatives / w.n_persons * relative * w.age_one[1, w.age[i]] * w.age_one[1, w.age[j]] * story[1] * place / one
        again = family * w.place_again[w.place[i], w.place[j]]
        return match, relative, again

    def all_odds(self, i, j, step=400_000):
        out = [self.odds(i[k : k + step], j[k : k + step]) for k in range(0, len(i), step)]
        return [np.concatenate(x) for x in zip(*out)]
