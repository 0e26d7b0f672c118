#!/usr/bin/env python3
"""How well could anyone link these lists? Three bounds on lists whose truth is known.

    python3 benches/ceiling/run.py TRAIN JUDGE [--evaluate target/release/examples/evaluate]

TRAIN and JUDGE are two folders of the generator, of different seeds. Printed are: the share of true pairs that are compared at all (no rule
misses less by scoring better); the best that a classifier trained on TRAIN's truth makes of the program's own comparisons on JUDGE
(gradient-boosted trees over levels, rarity and lists: it needs no independence of comparisons, and no EM); and the program itself, without
any truth. Needs scikit-learn.
"""
import argparse, csv, pathlib, re, subprocess, tempfile

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

HERE = pathlib.Path(__file__).resolve().parent


def pairs(evaluate, folder, work):
    file = f"{work}/levels.csv"
    said = subprocess.run([evaluate, folder, "--keep", "1e-9", "--levels", file], check=True, capture_output=True, text=True).stdout
    true = int(re.search(r"pairs of one person: (\d+)", said).group(1))
    with open(file, newline="", encoding="utf-8") as rows:
        reader = csv.reader(rows)
        header = next(reader)
        lists = {}
        values = [[float(lists.setdefault(v, len(lists))) if h == "lists" else float(v) for h, v in zip(header, row)] for row in reader]
    values = np.array(values, dtype=np.float32)
    return values[:, :-2], values[:, -2], values[:, -1] > 0.5, true, re.search(r"clusters .*", said).group(0)


def best(score, truth, true):
    """Precision, recall and F1 at the best threshold, and at .5."""
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(truth[order])
    found = np.arange(1, len(order) + 1)
    f1 = 2 * right / (found + true)
    at = {"best": int(np.argmax(f1)), ".5": max(0, int((score >= 0.5).sum()) - 1)}
    return "  ".join(f"at {name}: P {right[i] / found[i]:.4f} R {right[i] / true:.4f} F1 {f1[i]:.4f}" for name, i in at.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("judge")
    parser.add_argument("--evaluate", default=str(HERE.parents[1] / "target/release/examples/evaluate"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        x, _, y, _, _ = pairs(arguments.evaluate, arguments.train, work)
        judged, own, truth, true, clusters = pairs(arguments.evaluate, arguments.judge, work)
    trees = HistGradientBoostingClassifier(max_iter=300, learning_rate=0.1, max_leaf_nodes=63, random_state=1).fit(x, y)
    print(f"pairs of one person: {true}; compared: {truth.sum() / true:.4f}, whose perfect answer has F1 {2 * truth.sum() / (truth.sum() + true):.4f}")
    print(f"trees trained on the truth of another seed: {best(trees.predict_proba(judged)[:, 1], truth, true)}")
    print(f"the program's pairs, no truth:              {best(own, truth, true)}")
    print(f"the program's {clusters}")


main()
