"""What several records are worth together: the likelihood that they are all that is told of one person, and the posterior of persons in a component."""
import collections, heapq, itertools, math

import numpy as np

import generator as gen
from facts import NODE_WEIGHTS


class Persons:
    """The likelihood that some records are all that is told of one person, and the posterior of ways to part a component into persons."""

    def __init__(self, told):
        self.told, self.known, self.latin = told, {}, {}
        self.prior = {"F": told.male_share, "H": told.male_share, "M": told.family_share}
        self.day_prior = told.day_prior.astype(np.float32)

    def name(self, readings):
        """Sum over readings and true names of prior times likelihood ratios, by kind of event: each record's readings are [share, {part: ratios}]."""
        total = np.zeros(2)
        for way in itertools.product(*readings):
            weight = np.prod([share for share, _ in way])
            if weight < 1e-7:
                continue
            product = np.full(2, weight)
            for part in "GMFH":
                told = [at[part] for _, at in way if part in at]
                if not told:
                    continue
                if part == "F":
                    wrong = gen.WRONG_FATHER
                    every = set().union(*told)
                    some = sum(self.prior["F"][n] * np.prod([(1 - wrong) * t.get(n, 0.0) + wrong for t in told]) for n in every)
                    product = product * (some + (1 - sum(self.prior["F"][n] for n in every)) * wrong ** len(told))
                    continue
                told.sort(key=len)
                common = [n for n in told[0] if all(n in t for t in told[1:])]
                if not common:
                    product = np.zeros(2)
                    break
                values = [np.prod([t[n] for t in told]) for n in common]
                product = product * (self.told.given_share[:, common] @ values if part == "G" else self.prior[part][common] @ values)
            total += product
        return total

    def facts(self, records, placed):
        """The same for what is not the name; `placed`: those whose date and place are their own report."""
        w = self.told
        age = (w.age_prior * np.prod(w.age_told[w.age[records]], axis=0)).sum(1)
        story = np.prod(w.story_told[w.story[records]], axis=0)
        story = np.einsum("ucp,tcp->ut", w.joint, w.split * story)
        date = np.ones(2)
        dated = [w.date[r] for r in placed if w.dates[w.date[r]]]
        if dated:
            date = np.prod(w.day_told[:, dated], axis=1) @ self.day_prior
        place = (w.town_prior * np.prod(w.place_told[w.place[placed]], axis=0)).sum() if len(placed) else 1.0
        return age * (story @ date) * place

    def capture(self, records):
        """P(listed where it is, as often as it is, and nowhere else), with list order."""
        w = self.told
        x = w.x[records].mean(0)
        chance = w.listed(x)
        p = NODE_WEIGHTS.copy()
        for k, letter in enumerate(gen.LISTS):
            times, d = int((w.letter[records] == k).sum()), gen.DUPLICATE[letter]
            if times > 4:
                return 0.0
            p = p * (1 - chance[:, k] if times == 0 else chance[:, k] * d ** (times - 1) * (1 - d if times < 4 else 1) * math.factorial(times))
        return p.sum()

    def copies(self, records):
        """Pairs of a record of list A and one of list B with the same name, date and place."""
        rows = self.told.rows
        same = lambda a, b: all(rows[a][k] == rows[b][k] for k in ("name_ar", "date_of_death", "governorate", "town"))
        return [(a, b) for a in records if rows[a]["list"] == "A" for b in records if rows[b]["list"] == "B" and same(a, b)]

    def likelihood(self, records):
        """P(records | one person) over the product of what each says at large, times the number of persons."""
        key = tuple(records)
        if key in self.known:
            return self.known[key]
        w = self.told
        own = 1.0
        readings = [w.terms[r] for r in records]
        tail = lambda of: (w.tail_prior * np.prod(w.tail_told[w.tail[of]], axis=0)).sum()
        value = 0.0
        copies = self.copies(records)
        if copies:
            own = 1 - gen.COPIED_FROM_A
        names = self.name(readings)
        if names.any():
            value = own * (w.kind * names * self.facts(records, records)).sum() * tail(records)
        for a, b in copies:
            at = records.index(b)
            latin, norm = self.latin_reading(b)
            names = self.name(readings[:at] + [latin] + readings[at + 1 :])
            others = [r for r in records if r != b]
            row = w.rows[b]
            said = {0: gen.DATE_MISSING["B"], 7: gen.MONTH_ONLY["B"], 10: 1 - gen.DATE_MISSING["B"] - gen.MONTH_ONLY["B"]}[len(row["date_of_death"])]
            date = said * (w.date_norm[w.date[b]] if row["date_of_death"] else 1.0)
            place = w.place_norm[w.place[b]] * (1 - gen.TOWN_MISSING["B"] if row["town"] else gen.TOWN_MISSING["B"])
            # what the copy says is certain; at large it would be rare
            rare = norm - w.name_norm[b] - math.log(date * place)
            value += gen.COPIED_FROM_A / len(copies) * (w.kind * names * self.facts(records, others)).sum() * tail(others) * math.exp(min(rare, 200))
        value *= w.n_persons * self.capture(records)
        self.known[key] = value
        return value

    def latin_reading(self, r):
        if r not in self.latin:
            w = self.told
            latin = w.texts[r][1]
            self.latin[r] = w.read(((), latin), "B", w.rows[r]["sex"]) if latin else ([(1.0, {})], 0.0)
        return self.latin[r]

    def parted(self, members, apart):
        """P(two members are one person), over all ways to part them into persons. `apart[a, b]`: how much likelier relatives of one event, or one family name
        of the town, make it that both are told of two persons."""
        n = len(members)
        value = {}
        single = [self.likelihood([m]) for m in members]
        for mask in range(1, 1 << n):
            of = [k for k in range(n) if mask >> k & 1]
            v = self.likelihood([members[k] for k in of]) if len(of) > 1 else single[of[0]]
            if v > 1e-9 * np.prod([single[k] for k in of]):
                value[mask] = v
        together, total = np.zeros((n, n)), 0.0

        def extend(left, groups, weight):
            nonlocal total
            if not left:
                weight *= self.forest([[k for k in range(n) if g >> k & 1] for g in groups], lambda a, b: apart[a, b])
                total += weight
                for g in groups:
                    of = [k for k in range(n) if g >> k & 1]
                    together[np.ix_(of, of)] += weight
                return
            low = left & -left
            rest = sub = left ^ low
            while True:
                if sub | low in value:
                    extend(rest ^ sub, groups + [sub | low], weight * value[sub | low])
                if not sub:
                    break
                sub = (sub - 1) & rest

        extend((1 << n) - 1, [], 1.0)
        return together / total

    def sampled(self, members, apart, probability, sweeps, draw):
        """The same where the ways are too many: Gibbs sampling, a record at a time, from where the likeliest pairs are joined. Counts of joint visits."""
        near = collections.defaultdict(set)
        for a, b in probability:
            near[a].add(b)
            near[b].add(a)
        group = {m: [m] for m in members}
        for a, b in sorted(probability, key=lambda e: -probability[e]):
            if group[a] is not group[b] and probability[a, b] >= 0.5:
                both = sorted(group[a] + group[b])
                if self.likelihood(both) > self.likelihood(group[a]) * self.likelihood(group[b]):
                    for m in both:
                        group[m] = both
        weigh = lambda a, b: apart.get((a, b) if a < b else (b, a), 1.0)
        visits = collections.Counter()
        for sweep in range(-sweeps // 4, sweeps):
            for r in members:
                old = [m for m in group[r] if m != r]
                for m in old:
                    group[m] = old
                around = {id(g): g for g in (group[q] for q in near[r] | set(old))}
                options = list(around.values())
                ways = [(None, self.likelihood([r]) * self.forest(options + [[r]], weigh))]
                for g in options:
                    v = self.likelihood(sorted(g + [r]))
                    if v:
                        ways.append((g, v / self.likelihood(g) * self.forest([o for o in options if o is not g] + [g + [r]], weigh)))
                weights = np.cumsum([v for _, v in ways])
                chosen = ways[int(np.searchsorted(weights, draw.random() * weights[-1]))][0]
                new = sorted((chosen or []) + [r])
                for m in new:
                    group[m] = new
            if sweep >= 0:
                for g in {id(g): g for g in group.values()}.values():
                    visits.update(itertools.combinations(g, 2))
        return {pair: times / sweeps for pair, times in visits.items()}

    def posterior(self, i, j, p, apart, least=0.003, exact=7, sweeps=100):
        """P(one person) of pairs within components of pairs of at least `least`, given all records of the component."""
        w = self.told
        use = np.nonzero(p >= least)[0]
        known = {(int(a), int(b)): x for a, b, x in zip(i[use], j[use], p[use])}
        parts = components(w.count, i[use], j[use])
        at = np.full(w.count, -1)
        for k, part in enumerate(parts):
            at[part] = k
        inside = np.nonzero((at[i] == at[j]))[0]
        weights, of = collections.defaultdict(dict), collections.defaultdict(dict)
        for a, b, x in zip(i[inside].tolist(), j[inside].tolist(), apart[inside].tolist()):
            weights[at[a]][a, b] = x
        for (a, b), x in known.items():
            of[at[a]][a, b] = x
        out = {}
        for k, part in enumerate(parts):
            if len(part) == 1:
                continue
            if len(part) <= exact:
                matrix = np.ones((len(part), len(part)))
                for (a, b), x in weights[k].items():
                    a, b = part.index(a), part.index(b)
                    matrix[a, b] = matrix[b, a] = x
                together = self.parted(part, matrix)
                for a, b in itertools.combinations(range(len(part)), 2):
                    if together[a, b] > 1e-6:
                        out[part[a], part[b]] = together[a, b]
            else:
                out.update(self.sampled(part, weights[k], of[k], sweeps, np.random.default_rng(part[0])))
        return out

    @staticmethod
    def forest(groups, apart):
        """Relatives are told of one event: the product over the heaviest forest of groups."""
        if len(groups) == 1:
            return 1.0
        edges = []
        for a, b in itertools.combinations(range(len(groups)), 2):
            weight = max(apart(x, y) for x in groups[a] for y in groups[b])
            if weight > 1:
                edges.append((-weight, a, b))
        root, product = list(range(len(groups))), 1.0
        for weight, a, b in sorted(edges):
            while root[a] != a:
                a = root[a]
            while root[b] != b:
                b = root[b]
            if a != b:
                root[a] = b
                product *= -weight
        return product


def components(count, i, j):
    root = np.arange(count)

    def top(a):
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        return a

    for a, b in zip(i.tolist(), j.tolist()):
        a, b = top(a), top(b)
        if a != b:
            root[max(a, b)] = min(a, b)
    of = collections.defaultdict(list)
    for r in range(count):
        of[top(r)].append(r)
    return list(of.values())


def linked(pairs, least=0.5):
    """Clusters by average linkage: the mean probability between two groups is at least `least`."""
    near, group = collections.defaultdict(dict), {}
    heap = []
    for (a, b), p in pairs.items():
        near[a][b] = near[b][a] = p
        for x in (a, b):
            group.setdefault(x, [x])
        heap.append((-p, a, b, 1, 1))
    heapq.heapify(heap)
    while heap:
        p, a, b, n, m = heapq.heappop(heap)
        if -p < least:
            break
        if a not in near or b not in near or len(group[a]) != n or len(group[b]) != m or b not in near[a]:
            continue
        others = (set(near[a]) | set(near[b])) - {a, b}
        size = n + m
        joined = {c: (n * near[a].get(c, 0.0) + m * near[b].get(c, 0.0)) / size for c in others}
        group[a] = group[a] + group.pop(b)
        for c in near.pop(b):
            near[c].pop(b, None)
        near[a] = joined
        for c, q in joined.items():
            near[c][a] = q
            heapq.heappush(heap, (-q, a, c, size, len(group[c])))
    return [sorted(g) for g in group.values()]
