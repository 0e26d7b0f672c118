#!/usr/bin/env python3
"""The oracle: how well can lists of the generator be linked by one who knows its parameters, its likelihood and Bayes' rule, and no truth?

    python3 benches/ceiling/oracle.py FOLDER [--program PAIRS.csv CLUSTERS.csv] [--compared PAIRS.csv] [--pairs P.csv] [--clusters C.csv]

FOLDER is one of the generator (n and seed are read from its meta.json; truth.csv is read when all is decided, to score). `--program` is what
`tawthiq link FOLDER/list_?.csv --pairs PAIRS.csv --clusters CLUSTERS.csv` wrote; what it errs in is then told by kind, beside what the oracle errs in.
`--compared` gives the oracle these pairs in place of its own candidates (the example `evaluate FOLDER --keep 1e-9 --out DIR` writes those that the program compares).
`--pairs` and `--clusters` write the oracle's own. Needs numpy; takes three CPU minutes for 50,000 persons.
"""
import argparse, collections, csv, itertools, sys, time

import numpy as np

from pairs import Pairs, candidates
from persons import Persons, linked
from told import Told

BANDS = (0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999, 1.01)


def log(*words):
    print(f"{time.process_time():7.1f} CPU s ", *words, file=sys.stderr, flush=True)


def score(right, found, true):
    return f"P {right / max(found, 1):.4f} R {right / true:.4f} F1 {2 * right / (found + true):.4f}"


def curve(probability, truth, true):
    """Scores at the best threshold, and at .5."""
    order = np.argsort(-probability, kind="stable")
    right, found = np.cumsum(truth[order]), np.arange(1, len(order) + 1)
    k, at = int(np.argmax(2 * right / (found + true))), int((probability >= 0.5).sum())
    return f"at .5: {score(right[at - 1], at, true)}; at best ({probability[order][k]:.2f}): {score(right[k], k + 1, true)}"


def calibration(p, truth):
    """Is what is said to have a probability as often true?"""
    for low, high in zip(BANDS, BANDS[1:]):
        at = (p >= low) & (p < high)
        print(f"    {low:5.3f} to {min(high, 1):5.3f}: {at.sum():8d} pairs, expected {p[at].sum():9.1f}, true {truth[at].sum():7d}")


def within(cluster):
    """All pairs of one cluster, as a set."""
    of = collections.defaultdict(list)
    for r, c in enumerate(cluster):
        of[c].append(r)
    return {pair for members in of.values() for pair in itertools.combinations(members, 2)}


def read_column(file, key, value):
    with open(file, newline="", encoding="utf-8") as rows:
        return {row[key]: row[value] for row in csv.DictReader(rows)}


def read_pairs(file, ids):
    """(record, record, score), the lower number first."""
    number = {x: k for k, x in enumerate(ids)}
    with open(file, newline="", encoding="utf-8") as rows:
        return [(*sorted((number[r["id_l"]], number[r["id_r"]])), float(r["score"])) for r in csv.DictReader(rows)]


class Kinds:
    """In what two records differ, by the likeliest reading of each."""

    def __init__(self, told):
        self.told = told
        prior = {"G": told.given_mean, "F": told.male_share, "H": told.male_share, "M": told.family_share}
        self.best = [{part: max(v, key=lambda n: v[n] * prior[part][n]) for part, v in terms[0][1].items()} for terms in told.terms]
        self.town = np.argmax(told.place_told * told.town_prior, axis=1)[told.place]

    def of(self, a, b):
        rows, one, two = self.told.rows, self.best[a], self.best[b]
        name = lambda part: "untold" if part not in one or part not in two else "agrees" if one[part] == two[part] else "differs"
        dates = [rows[r]["date_of_death"] for r in (a, b)]
        if min(map(len, dates)) < 10:
            date = "untold" if not min(map(len, dates)) else "month"
        else:
            apart = abs(int((np.datetime64(dates[0]) - np.datetime64(dates[1])).astype(int)))
            date = "same" if not apart else "to a week" if apart <= 7 else "apart"
        place = "untold" if not rows[a]["town"] or not rows[b]["town"] else "same" if self.town[a] == self.town[b] else "differs"
        return {"lists": rows[a]["list"] + rows[b]["list"], "given name": name("G"), "father's name": name("F"), "family name": name("M"), "date": date, "town": place}


def compare(told, person, cluster, true, files):
    """What the program misses and joins wrongly, and what the oracle does, by kind of pair."""
    theirs = read_column(files[1], "id", "cluster_id")
    program = within([theirs[r["record_id"]] for r in told.rows])
    scored = read_pairs(files[0], [r["record_id"] for r in told.rows])
    p = np.array([s[2] for s in scored])
    print("the program's pairs:   ", curve(p, np.array([person[a] == person[b] for a, b, _ in scored]), len(true)))
    kept = {(a, b) for a, b, _ in scored}
    oracle = within(cluster)
    for name, found in (("the program's clusters:", program), ("the oracle's clusters: ", oracle)):
        print(name, score(len(found & true), len(found), len(true)))
    missed = true - program
    print(f"of {len(missed)} true pairs that the program's clusters miss, {len(missed - kept)} were not among its pairs of 1 % or more; the oracle finds {len(missed & oracle)}")
    print(f"of {len(program - true)} false pairs in the program's clusters, the oracle leaves apart {len(program - true - oracle)}")
    kinds = Kinds(told)
    sets = {"true": true, "program misses": true - program, "oracle misses": true - oracle, "program's false": program - true, "oracle's false": oracle - true}
    counts = {name: [kinds.of(a, b) for a, b in sorted(pairs)] for name, pairs in sets.items()}
    for what in counts["true"][0]:
        by = {name: collections.Counter(k[what] for k in of) for name, of in counts.items()}
        for value in sorted(by["true"]):
            print(f"  {what:14s} {value:10s}" + "".join(f"  {name} {by[name][value]:6d}" for name in sets))
    for name in ("program misses", "program's false"):
        print(f"{name}, the commonest kinds (and how many of the kind the oracle errs in):")
        other = {"program misses": "oracle misses", "program's false": "oracle's false"}[name]
        words = lambda k: ", ".join(f"{a} {b}" for a, b in k.items() if a != "lists")
        all_of = collections.Counter(map(words, counts[other]))
        for kind, times in collections.Counter(map(words, counts[name])).most_common(15):
            print(f"  {times:5d} ({all_of[kind]:4d})  {kind}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--program", nargs=2, metavar=("PAIRS", "CLUSTERS"))
    parser.add_argument("--compared")
    parser.add_argument("--pairs")
    parser.add_argument("--clusters")
    asked = parser.parse_args()
    told = Told(asked.folder)
    log(f"{told.count} records read")
    ids = [r["record_id"] for r in told.rows]
    if not asked.compared:
        i, j = candidates(told)
    else:
        i, j = np.array(read_pairs(asked.compared, ids))[:, :2].astype(int).T
    match, relative, again = Pairs(told).all_odds(i, j)
    p = match / (match + 1 + relative + again)
    log(f"{len(i)} pairs judged")
    persons = Persons(told)
    together = persons.posterior(i, j, p, 1 + relative + again)
    a, b, q = (np.array(x) for x in zip(*((a, b, q) for (a, b), q in together.items())))
    cluster = np.arange(told.count)
    for group in linked(together):
        cluster[group] = group[0]
    log(f"{len(persons.known)} sets of records judged")
    if asked.pairs:
        with open(asked.pairs, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("id_l", "id_r", "score"), *((ids[x], ids[y], f"{z:.6f}") for x, y, z in zip(a, b, q))])
    if asked.clusters:
        with open(asked.clusters, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("id", "cluster_id"), *zip(ids, cluster.tolist())])

    person_of = read_column(told.folder / "truth.csv", "record_id", "person_id")  # from here on to score
    person = np.array([int(person_of[x]) for x in ids])
    true = within(person)
    right = person[i] == person[j]
    print(f"pairs of one person: {len(true)}; compared: {right.sum() / len(true):.4f}")
    print("two records alone:     ", curve(p, right, len(true)))
    calibration(p, right)
    right = person[a] == person[b]
    print("all records known:     ", curve(q, right, len(true)))
    calibration(q, right)
    found = within(cluster)
    lists = lambda pairs: collections.Counter(told.rows[x]["list"] + told.rows[y]["list"] for x, y in pairs)
    by, hits, all_true = lists(found), lists(found & true), lists(true)
    print("clusters:              ", score(len(found & true), len(found), len(true)))
    for pair in sorted(all_true):
        print(f"  {pair}: {all_true[pair]:6d} true pairs  {score(hits[pair], by[pair], all_true[pair])}")
    if asked.program:
        compare(told, person, cluster, true, asked.program)


if __name__ == "__main__":
    main()
