"""How the names of records can be read: every way the generator can have written them, with the true names that each part may stand for."""
import itertools, math, re

import numpy as np

import generator as gen

TAIL_ARABIC = re.compile(r"^(.*?)(?: \(أبو (.+)\)| / أبو (.+)| أبو (.+)| الملقب (.+)| \((.+)\))$")
TAIL_LATIN = re.compile(r"^(.*?) \(abu (.+)\)$")
BIN = {"بن", "ابن", "bin", "ibn"}
READINGS = 6  # of a name, held, the likeliest: family name first, no father's name, ...
COPIED = gen.COPIED_FROM_A * 0.72  # of list B's records; .72 of its persons are in list A, too
WORDS = 4  # of a part of a name at most


def join(one, other):
    """Likelihoods of the parts of a name, told twice."""
    out = dict(one)
    for part, vector in other.items():
        out[part] = {n: p * vector[n] for n, p in out[part].items() if n in vector} if part in out else vector
    return out


class Names:
    """Parts: G given, F father's, H grandfather's, M family name. A reading is [share, {part: {true name: likelihood over the marginal one}}]."""

    def names(self, seed):
        kinds = self.kinds
        male, female = kinds["male"], kinds["female"]
        self.family_rows, self.family_share = gen.families(kinds, self.n_persons, seed)
        shares = [np.array([r[2] for r in rows]) / sum(r[2] for r in rows) for rows in (male, female)]
        self.male_share = shares[0]
        self.men = len(male)
        # P(given name), alone and with relatives
        self.given_share = np.array([np.concatenate([m * shares[0], (1 - m) * shares[1]]) for m in gen.MALE_IN])
        self.given_mean = self.kind @ self.given_share
        self.words()
        self.dots = {r[0]: "".join(r[1]) for r in kinds["dots"]}
        self.collect(male + female)
        self.looked, known = {}, {}
        self.terms, self.name_norm = [], np.zeros(self.count)
        for r, (row, t) in enumerate(zip(self.rows, self.texts)):
            key = (t[0], t[1], row["list"], row["sex"])
            if key not in known:
                known[key] = self.read(t[:2], row["list"], row["sex"])
            self.terms.append(known[key][0])
            self.name_norm[r] = known[key][1]
        unread = sum(not terms for terms in self.terms)
        if unread:
            print(f"names that no true name explains: {unread}")

    def words(self):
        """The words of each name in both scripts, and the kunya and the nickname behind them."""
        self.texts = []
        for row in self.rows:
            arabic, latin = gen.tidy(row["name_ar"]), gen.tidy(row["name_en"]).lower()
            kunya = nickname = None
            found = TAIL_ARABIC.match(arabic)
            if found:
                arabic, *tails = found.groups()
                kunya, nickname = next((t for t in tails[:3] if t), None), next((t for t in tails[3:] if t), None)
            found = TAIL_LATIN.match(latin)
            if found:
                latin, kunya = found.groups()
            self.texts.append((*(tuple(w for k, w in enumerate(t.split()) if not (k and w in BIN)) for t in (arabic, latin)), kunya, nickname))
        tails = {r[1][0].lower(): r[0] for r in self.kinds["kunya"]}
        self.kunya = [tails.get(t[2], t[2]) for t in self.texts]
        self.nickname = [t[3] for t in self.texts]

    def collect(self, given):
        """The forms of every true name that some words of a record have."""
        spans = [set(), set()]
        for t in self.texts:
            for script in (0, 1):
                w = t[script]
                for i in range(len(w)):
                    for j in range(i + 1, min(i + WORDS, len(w)) + 1):
                        spans[script].add(" ".join(w[i:j]))
        forms = {k: gen.Forms(self.dots, spans[0], spans[1]) for k in "GFMm"}
        for i, (arabic, latin, _) in enumerate(given):
            cut = " " in arabic and not arabic.startswith("عبد")
            forms["G"].add(i, arabic, latin, 1 - gen.CUT_GIVEN if cut else 1.0)
            if cut:
                forms["G"].add(i, arabic.split()[0], [x.split()[0] for x in latin], gen.CUT_GIVEN)
            if i < self.men:
                forms["F"].add(i, arabic, latin)
        for i, (arabic, latin) in enumerate(self.family_rows):
            forms["M"].add(i, arabic, latin, ending=True)
            forms["m"].add(i, arabic, None)
        forms["m"].found["la"] = forms["M"].found["la"]
        forms["H"] = forms["F"]
        self.forms = forms

    def lookup(self, part, script, letter, span):
        key = (part, script, letter, span)
        if key not in self.looked:
            found = self.forms[part].found[script].get(span, {})
            self.looked[key] = {n: p[letter] for n, p in found.items() if letter in p}
        return self.looked[key]

    def segment(self, words, order, script, letter):
        """Ways to read words as parts: a list of likelihoods over true names, one for each part."""
        if not order:
            return [[]] if not words else []
        ways = []
        for end in range(1, min(WORDS, len(words) - len(order) + 1) + 1):
            here = self.lookup(order[0], script, letter, " ".join(words[:end]))
            if here:
                ways += [[here] + rest for rest in self.segment(words[end:], order[1:], script, letter)]
        return ways

    def shapes(self, letter):
        """Which parts a name is told by, in which order, and how often."""
        q, told = gen.RATES[letter], gen.FAMILY_TOLD
        for parts, p in (("GFHM", q["father"] * q["grand"] * told), ("GFH", q["father"] * q["grand"] * (1 - told)), ("GFM", q["father"] * (1 - q["grand"]) * told),
                         ("GF", (q["father"] * (1 - q["grand"]) + 1 - q["father"]) * (1 - told)), ("GM", (1 - q["father"]) * told)):
            yield parts, p * (1 - q["swap"])
            yield parts[-1].replace("M", "m") + parts[:-1], p * q["swap"]

    def raw(self, words, letter):
        """Readings of a name told in one or two scripts: (chance, {part: {true name: likelihood}})."""
        for order, p in self.shapes(letter):
            ways = [self.segment(w, order, script, letter) for w, script in zip(words, ("ar", "la")) if w]
            for way in itertools.product(*ways):
                at = {}
                for vectors in way:
                    at = join(at, dict(zip(order.upper(), vectors)))
                if all(at.values()):
                    yield p, at

    def read(self, words, letter, sex):
        """Readings of a record's name: [share, {part: {true name: likelihood over the marginal one}}], and log P(name, sex told).
        The Arabic name of list B may be a copy of list A's: then it was written there, and its parts are not those of the Latin name."""
        found = list(self.raw(words, letter))
        if letter == "B" and words[0]:
            found = [(p * (1 - COPIED), at) for p, at in found]
            latin = list(self.raw(((), words[1]), "B")) if words[1] else [(1.0, {})]
            for p, at in self.raw((words[0], ()), "A"):
                for q, also in latin:
                    both = join(at, also)
                    if "F" in at and "F" in also:  # two reports, of which one may be wrong
                        for sure, other in ((at["F"], also["F"]), (also["F"], at["F"])):
                            chance = gen.WRONG_FATHER * sum(self.male_share[n] * v for n, v in other.items())
                            both["F"] = {n: both["F"].get(n, 0.0) + chance * sure.get(n, 0.0) for n in {**both["F"], **sure}}
                    if all(both.values()):
                        found.append((COPIED * p * q, both))
        terms = []
        for weight, at in found:
            ratios = {}
            for part, vector in at.items():
                if part == "G" and sex:
                    vector = {n: v * (1 - gen.SEX_WRONG if (n < self.men) == (sex == "M") else gen.SEX_WRONG) for n, v in vector.items()}
                prior = self.given_mean if part == "G" else self.family_share if part == "M" else self.male_share
                norm = sum(prior[n] * v for n, v in vector.items())
                weight *= norm
                ratios[part] = {n: v / norm for n, v in vector.items() if prior[n] * v > 1e-6 * norm}
            terms.append((weight, ratios))
        total = sum(w for w, _ in terms)
        if not total:
            return [], 0.0
        terms = sorted(((w / total, t) for w, t in terms), key=lambda x: -x[0])
        return [t for t in terms if t[0] > 1e-5][:READINGS], math.log(total)
