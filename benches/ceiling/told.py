"""What each record of a folder tells of its person: for every field the likelihood of what is written given each true value, over its likelihood at large."""
import csv, json, math, pathlib, sys

import numpy as np

import generator as gen
from facts import Facts
from names import Names


class Told(Names, Facts):
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        meta = json.loads((self.folder / "meta.json").read_text())
        self.n_persons, seed = meta["true_N"], meta["seed"]
        if meta["noise"] != 1.0:
            sys.exit("the oracle knows the generator's rates at noise 1 only")
        self.kinds = gen.tables()
        self.rows = []
        for letter in gen.LISTS:
            with open(self.folder / f"list_{letter}.csv", encoding="utf-8", newline="") as file:
                self.rows += [dict(row, list=letter) for row in csv.DictReader(file)]
        self.count = len(self.rows)
        self.letter = np.array([gen.LISTS.index(r["list"]) for r in self.rows], dtype=np.int8)
        # events: alone or not, relatives of a person
        sizes = {2 + k: (1 - math.exp(-gen.SIZE_RATE)) * math.exp(-gen.SIZE_RATE * k) for k in range(40)}
        mean = gen.ALONE + (1 - gen.ALONE) * sum(s * p for s, p in sizes.items())
        self.grouped = 1 - gen.ALONE / mean
        ordered = {s: (1 - gen.ALONE) * p * s * (s - 1) for s, p in sizes.items()}
        self.relatives = sum(ordered.values()) / mean
        keep = 1 - gen.OTHER_FATHER
        self.same_father = sum(o * sum(2 * (s - k) * keep**k for k in range(1, s)) / (s * (s - 1)) for s, o in ordered.items()) / sum(ordered.values())
        self.events = self.n_persons / mean
        self.kind = np.array([1 - self.grouped, self.grouped])
        self.names(seed)
        self.facts()
