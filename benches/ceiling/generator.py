"""What the generator of invented lists (`gen_syria.py`, syria) may write for a true value, and how likely. Its rates stand here as data, its names, places
and causes in generator.tsv. Slips are not drawn but counted out: every form that a value may take, with its probability. Case, tatweel, marks and repeated
spaces are folded away on both sides; they are drawn apart from the person, and tell nothing of who is meant.
"""
import collections, datetime, math, pathlib, random

import numpy as np

LISTS = "ABCD"
# Rates by list: hamza, ta marbuta, alef maqsura, Abd joined; father's and grandfather's name told; family name first.
RATES = {
    "A": dict(hamza=0.25, ta=0.2, ya=0.15, abd=0.3, father=0.97, grand=0.22, swap=0.012),
    "B": dict(hamza=0.35, ta=0.3, ya=0.2, abd=0.45, father=0.72, grand=0.04, swap=0.02),
    "C": dict(hamza=0.0, ta=0.0, ya=0.0, abd=0.0, father=0.55, grand=0.02, swap=0.035),
    "D": dict(hamza=0.7, ta=0.55, ya=0.45, abd=0.6, father=0.9, grand=0.05, swap=0.03),
}
FAMILY_TOLD, WRONG_FATHER, CUT_GIVEN, ARTICLE_DROPPED = 0.98, 0.006, 0.006, 0.12
USUAL_SPELLING = {"B": 0.62, "C": 0.42}
ARTICLES = {"B": ["al-", "Al-", "Al "], "C": ["al-", "Al ", "el-", "El ", "Al", "al "]}
DUPLICATE = {"A": 0.035, "B": 0.05, "C": 0.07, "D": 0.10}
COPIED_FROM_A = 0.12
TOWN_MISSING = {"A": 0.12, "B": 0.2, "C": 0.35, "D": 0.45}
ELSEWHERE, OTHER_TOWN = 0.04, 0.96 * 0.06
DATE_MISSING = {"A": 0.01, "B": 0.02, "C": 0.04, "D": 0.12}
MONTH_ONLY = {"A": 0.015, "B": 0.03, "C": 0.05, "D": 0.1}
PARTY_MISSING = {"A": 0.05, "B": 0.1, "C": 0.2, "D": 0.8}
SEX_WRONG, CAUSE_WRONG, PARTY_WRONG = 0.006, 0.10, 0.06
KUNYA, NICKNAME, KUNYA_TOLD, NICKNAME_TOLD = 0.15, 0.06, {"A": 0.35, "B": 0.35, "C": 0.25, "D": 0.35}, 0.35
# Events: a share of one victim, else 2 + floor(exponential); a cousin has another father; a family name of the town is used again.
ALONE, SIZE_RATE, OTHER_FATHER, FAMILY_AGAIN, FAMILIES_KEPT = 0.80, 0.7, 0.3, 0.45, 400
MALE_IN = (0.94, 0.62)  # alone, with relatives
GROUP_CAUSES = {"shelling": 0.40, "airstrike": 0.45, "field_execution": 0.08, "explosion": 0.07}
TORTURE_BY_GOVERNMENT = 0.93
YEAR_WEIGHTS = [4, 22, 21, 17, 10, 8, 6, 4, 2.5, 1.6, 1.2, 1, 0.9, 0.8]  # 2011 to 2024
FIRST_DAY, LAST_DAY = datetime.date(2011, 3, 15).toordinal(), datetime.date(2024, 12, 31).toordinal()
VISIBILITY_OF_GROUP = 0.3
CAPTURE_BASE = {"A": 0.35, "B": 0.15, "C": -0.85, "D": -1.25}
CAPTURE_VISIBILITY = {"A": 0.95, "B": 0.85, "C": 0.9, "D": 0.35}


def tables():
    """Rows of generator.tsv by kind: (Arabic, Latin spellings, weight); a governorate's fourth value is its towns."""
    kinds = collections.defaultdict(list)
    for line in (pathlib.Path(__file__).parent / "generator.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, arabic, latin, weight = line.split("\t")
        row = (arabic, latin.split(","), float(weight))
        if kind == "town":
            kinds["governorate"][-1][3].append(row[:2])
        else:
            kinds[kind].append(row + ([],) if kind == "governorate" else row)
    return kinds


def families(kinds, n, seed):
    """Family names and their shares. The rare ones are drawn by the seed, before anything else; who bears them is not known from that."""
    draw = random.Random(seed)
    consonants, patterns = kinds["consonant"], kinds["pattern"]
    by, rare, seen = [c[2] for c in consonants], [], set()
    wanted = max(2000, int(9 * math.sqrt(n) * 4))
    while len(rare) < wanted:
        root = draw.choices(consonants, by, k=3)
        pattern = draw.choices(patterns, [p[2] for p in patterns])[0]
        arabic = pattern[0].format(*[c[0] for c in root])
        if arabic in seen:
            continue
        seen.add(arabic)
        latin = pattern[1][0].format(*[c[1][0] for c in root]).replace("aa", "a").capitalize()
        if len(latin) < 3:
            latin = "A" + latin
        spellings = [latin]
        for a, b in (("ee", "i"), ("ou", "u"), ("q", "k"), ("sh", "ch"), ("gh", "g"), ("eh", "a"), ("awi", "aoui")):
            if a in latin.lower():
                spellings.append(latin.lower().replace(a, b).capitalize())
        if draw.random() < 0.55:
            arabic, spellings = "ال" + arabic, ["al-" + s for s in spellings]
        rare.append((arabic, spellings))
    listed = np.array([row[2] for row in kinds["family"]])
    tail = 1.0 / np.arange(8, 8 + len(rare)) ** 0.75
    return [row[:2] for row in kinds["family"]] + rare, np.concatenate([listed / listed.sum() * 0.42, tail / tail.sum() * 0.58])


def split(forms, chance, change):
    """Every form changed with a chance."""
    if not chance:
        return forms
    after = collections.defaultdict(float)
    for form, p in forms.items():
        changed = change(form)
        after[form] += p * (1 - chance)
        after[changed] += p * chance
    return after


def arabic_base(text, rates):
    """Forms of an Arabic word or two, but for slips of the pen."""
    forms = {text: 1.0}
    forms = split(forms, rates["hamza"], lambda s: s.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا"))
    forms = split(forms, rates["ta"], lambda s: s.replace("ة", "ه"))
    ya = rates["ya"] / 2
    after = collections.defaultdict(float)
    for s, p in forms.items():
        after[s] += p * (1 - 2 * ya)
        after[s.replace("ى", "ي")] += p * ya
        after[s[:-1] + "ى" if s.endswith("ي") else s] += p * ya
    forms = split(after, 0.05, lambda s: s.replace("ؤ", "و").replace("ئ", "ي"))
    forms = split(forms, rates["abd"], lambda s: s.replace("عبد ال", "عبدال"))
    after = collections.defaultdict(float)
    for s, p in forms.items():
        after[s] += p * 0.88
        after[s.replace("الدين", " الدين").replace("  ", " ")] += p * 0.12 * 0.2
        after[s.replace(" الدين", "الدين")] += p * 0.12 * 0.8
    return after


def arabic_slips(s, dots):
    """A word or one slip of it, with its probability."""
    yield s, 0.975 if len(s) > 3 else 1.0
    if len(s) <= 3:
        return
    p = 0.025 / len(s)
    for k, c in enumerate(s):
        removed = 0.7
        if c in dots:
            removed = 0.2
            for other in dots[c]:
                yield s[:k] + other + s[k + 1 :], p * 0.5 / len(dots[c])
        yield s[:k] + s[k + 1 :], p * removed
        swaps = k + 1 < len(s) and c != " " and s[k + 1] != " "
        if swaps:
            yield s[:k] + s[k + 1] + c + s[k + 2 :], p * 0.15
        yield s[:k] + c + s[k:], p * (0.15 if swaps else 0.3)


def latin_base(spellings, letter):
    """Forms of a Latin name, but for slips of the pen."""
    usual = USUAL_SPELLING[letter]
    forms = collections.defaultdict(float)
    for k, v in enumerate(spellings):
        forms[v] += (usual if k == 0 else 0) + (1 - usual) / len(spellings)
    after = collections.defaultdict(float)
    for v, p in forms.items():
        if v.startswith("al-"):
            after[v[3:]] += p * 0.13
            for article in ARTICLES[letter]:
                after[article + v[3:]] += p * 0.62 / len(ARTICLES[letter])
            for article in ARTICLES["C"]:
                after[article + v[3:]] += p * 0.25 / len(ARTICLES["C"])
        else:
            after[v] += p
    forms = collections.defaultdict(float)
    for v, p in after.items():
        forms[v] += p * 0.7
        for other in ["al ", "el-", "ul ", "Al-"]:
            forms[v.replace("al-", other)] += p * 0.3 / 4
    forms = split(forms, 0.5, lambda v: v.replace("'", ""))
    after = collections.defaultdict(float)
    for v, p in forms.items():
        after[v.lower()] += p
    return after


def latin_slips(v):
    """A word or one slip of it, with its probability."""
    if len(v) <= 4:
        yield v, 1.0
        return
    yield v, 0.97
    p = 0.03 / (len(v) - 1)
    for k in range(1, len(v)):
        yield v[:k] + v[k + 1 :], p * 0.35
        for letter in "aeioulnrmst":
            yield v[:k] + letter + v[k + 1 :], p * 0.25 / 11
        swaps = k + 1 < len(v)
        if swaps:
            yield v[:k] + v[k + 1] + v[k] + v[k + 2 :], p * 0.2
        yield v[:k] + v[k] + v[k:], p * (0.2 if swaps else 0.4)


def tidy(text):
    return " ".join(text.replace("ـ", "").replace("َ", "").split())


class Forms:
    """For every form that stands in the lists: which names it may be, with the probability of the form by list."""

    def __init__(self, dots, arabic_seen, latin_seen):
        self.dots, self.seen = dots, {"ar": arabic_seen, "la": latin_seen}
        self.found = {"ar": collections.defaultdict(dict), "la": collections.defaultdict(dict)}

    def add(self, name, arabic, spellings, share=1.0, ending=False):
        """Adds the forms of a name. `ending`: a family name at the end, whose article may be dropped."""
        bases = {letter: arabic_base(arabic, RATES[letter]) for letter in "ABD"}
        self.keep("ar", name, bases, lambda s: arabic_slips(s, self.dots), share, ending)
        if spellings:
            self.keep("la", name, {letter: latin_base(spellings, letter) for letter in "BC"}, latin_slips, share, False)

    def keep(self, script, name, bases, slips, share, ending):
        seen, found = self.seen[script], self.found[script]
        for base in sorted(set().union(*bases.values())):
            by = {letter: forms[base] * share for letter, forms in bases.items() if base in forms}
            for form, p in slips(base):
                form = tidy(form) if " " in form or "ـ" in form else form
                ways = ((form, p * (1 - ARTICLE_DROPPED)), (form[2:], p * ARTICLE_DROPPED)) if ending and form.startswith("ال") else ((form, p),)
                for said, q in ways:
                    if said in seen:
                        known = found[said].setdefault(name, {})
                        for letter, r in by.items():
                            known[letter] = known.get(letter, 0.0) + q * r


def day_matrix(observed):
    """P(date told | true day), a row for each date told, for deaths elsewhere and in detention. What a missing date or day tells is nothing."""
    days = LAST_DAY - FIRST_DAY + 1
    kernels = []
    for torture in (0, 1):
        kernel = np.zeros(1801)  # moved by -900..900 days
        move = lambda d, p: kernel.__setitem__(900 + d, kernel[900 + d] + p)
        plain = 0.75 if torture else 1.0
        for sign in (-1, 1):
            move(sign, plain * 0.07 / 2)
            for far in range(2, 8):
                move(sign * far, plain * 0.035 / 12)
        for far in range(-45, 46):
            move(far, plain * 0.015 / 91)
        move(0, plain * 0.88)
        for far in range(-500, 900) if torture else ():
            move(far, 0.25 / 1400)
        kernels.append(kernel)
    dates = [datetime.date.fromordinal(FIRST_DAY + k) for k in range(days)]
    index = {d: k for k, d in enumerate(dates)}
    # P(told | day after the move), sparse
    told = collections.defaultdict(list)
    for k, d in enumerate(dates):
        told[d.strftime("%Y-%m")].append((k, 1.0))
        swap = d.day <= 12
        back = d.year > 2011 and not (d.month == 2 and d.day == 29)
        told[d.replace(day=1)].append((k, 0.022))
        told[d.replace(day=15)].append((k, 0.008))
        if swap:
            told[datetime.date(d.year, d.day, d.month)].append((k, 0.015))
        if back:
            told[d.replace(year=d.year - 1)].append((k, 0.007 if swap else 0.022))
        told[d].append((k, 1 - 0.03 - (0.015 if swap else 0) - ((0.007 if swap else 0.022) if back else 0)))
    out = np.ones((2, len(observed), days), dtype=np.float32)
    moved = []
    for kernel in kernels:  # full convolution: row = day told, column = true day; what falls outside is held at the ends
        m = np.zeros((days, days), dtype=np.float32)
        for d in np.nonzero(kernel)[0]:
            shift = d - 900
            true = np.arange(days)
            np.add.at(m, (np.clip(true + shift, 0, days - 1), true), kernel[d])
        moved.append(m)
    for row, text in enumerate(observed):
        if not text:
            continue
        key = text if len(text) == 7 else datetime.date.fromisoformat(text)
        for torture in (0, 1):
            out[torture, row] = 0
            for k, p in told[key]:
                out[torture, row] += p * moved[torture][k]
    return out


def day_prior():
    """P(true day)."""
    prior = np.zeros(LAST_DAY - FIRST_DAY + 1)
    weights = np.array(YEAR_WEIGHTS) / sum(YEAR_WEIGHTS)
    for k, w in enumerate(weights):
        first = datetime.date(2011 + k, 1, 1).toordinal()
        low = 74 if k == 0 else 1
        for d in range(low, 365):
            prior[first + d - 1 - FIRST_DAY] += w / (365 - low)
    return prior


def age_tables():
    """P(age told | age) as matrix (told: 0..95, last row missing), and P(age) alone and with relatives."""
    told = np.zeros((97, 96))
    for age in range(96):
        for step, p in ((0, 0.85), (-2, 0.15 / 6), (-1, 0.3 / 6), (1, 0.3 / 6), (2, 0.15 / 6)):
            if step == 0:
                rounded = int(round(age / 5) * 5) if age > 15 else age
                told[min(rounded, 95), age] += p * 0.06
                told[age, age] += p * 0.94
            else:
                told[min(max(0, age + step), 95), age] += p
    told[96] = 1.0
    grown = np.zeros(96)
    cdf = lambda x: 0.5 * (1 + math.erf((math.log(x) - 3.33) / (0.38 * math.sqrt(2)))) if x > 0 else 0.0
    for age in range(1, 93):
        grown[age] = (1.0 if age == 92 else cdf(age + 1)) - (0.0 if age == 1 else cdf(age))
    child = np.zeros(96)
    child[:17] = 1 / 17
    return told, (grown, 0.5 * child + 0.5 * grown)


def cause_tables(kinds):
    """Causes, parties, and P(cause, party) alone and with relatives."""
    causes, parties = [row[1][0] for row in kinds["cause"]], [row[1][0] for row in kinds["party"]]
    cause, party = (np.array([row[2] for row in kinds[k]]) / sum(row[2] for row in kinds[k]) for k in ("cause", "party"))
    alone = cause[:, None] * party[None, :]
    torture, government = causes.index("torture_detention"), parties.index("government")
    alone[torture] *= 1 - TORTURE_BY_GOVERNMENT
    alone[torture, government] += cause[torture] * TORTURE_BY_GOVERNMENT
    group = np.array([GROUP_CAUSES.get(c, 0.0) for c in causes])[:, None] * party[None, :]
    return causes, parties, cause, party, (alone, group)


def town_shares(governorates):
    """P(governorate), and P(town) of each of its towns: the first are the likelier."""
    weights = np.array([g[2] for g in governorates])
    weights /= weights.sum()
    within = lambda x: math.erf(x / math.sqrt(2))  # P(|z| < x)
    share = []
    for w, (_, _, _, members) in zip(weights, governorates):
        n = len(members)
        edges = [within(k / n / 0.38) for k in range(n)] + [1.0]
        share.append([w * (edges[k + 1] - edges[k]) for k in range(n)])
    return weights, share
