#!/usr/bin/env python3
"""Links real lists of named people and prints how well, against ids that the program is never shown.

    python3 benches/real_lists/run.py LISTS [--tawthiq target/release/tawthiq]

LISTS is a folder with two editions of a ministry's list and another organisation's romanisation of a later one
(moh_killed_in_gaza_20240413.csv.gz, moh_killed_in_gaza_20240921.csv.gz, ibc_moh_20250615.csv.gz; public domain, not in this repository).
Names, ages and sexes are linked, nothing else; of the romanised list the Arabic names are left out. Errors are counted by what the two
records differ in. No name is printed.
"""
import argparse, csv, gzip, pathlib, subprocess, sys, tempfile
from collections import Counter, defaultdict

HERE = pathlib.Path(__file__).resolve().parent
FILES = {"april": "moh_killed_in_gaza_20240413.csv.gz", "september": "moh_killed_in_gaza_20240921.csv.gz", "romanised": "ibc_moh_20250615.csv.gz"}


def read(folder, name, column):
    """Rows with what is linked, and the person of each, by an id of our own."""
    rows, persons = [], {}
    with gzip.open(folder / FILES[name], "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            key = f"{name}-{number}"
            rows.append((key, row[column], row["sex"], row["age"] if row["age"].isdigit() else ""))
            # Placeholders are no ids: nobody can say whether two of them are one person.
            persons[key] = row["id_token"] if row["id_token"] and row["id_kind"] != "placeholder" else None
    return rows, persons


def kinds(a, b, across):
    """In what two records differ, as words."""
    found = []
    x, y = a[1].split(), b[1].split()
    if len(x) != len(y):
        found.append("number of words")
    if not across:
        for place, at in (("given name", 0), ("father's name", 1), ("family name", -1)):
            words = [w[at] if len(w) > (1 if at else 0) else "" for w in (x, y)]
            if words[0] != words[1]:
                found.append(place)
    if a[3] and b[3] and a[3] != b[3]:
        found.append("age by one year" if abs(int(a[3]) - int(b[3])) == 1 else "age by more")
    elif not (a[3] and b[3]):
        found.append("age missing")
    if a[2] and b[2] and a[2] != b[2]:
        found.append("sex")
    return ", ".join(found) or ("nothing but spelling" if across else "nothing")


def measure(tawthiq, folder, first, second, across):
    left, persons = read(folder, first, "name")
    right, more = read(folder, second, "name_en" if across else "name")
    persons.update(more)
    # Linked are only people of whom the answer is known.
    left, right = ([r for r in rows if persons[r[0]]] for rows in (left, right))
    by_id = {r[0]: r for r in left + right}
    with tempfile.TemporaryDirectory() as work:
        paths = []
        for name, rows in ((first, left), (second, right)):
            paths.append(f"{work}/{name}.csv")
            with open(paths[-1], "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["record_id", "name", "sex", "age"])
                writer.writerows(rows)
        clusters = f"{work}/clusters.csv"
        command = [tawthiq, "link", *paths, "--link-only", "--pairs", f"{work}/pairs.csv", "--clusters", clusters]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        members = defaultdict(lambda: ([], []))
        with open(clusters, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                members[row["cluster_id"]][not row["id"].startswith(first)].append(row["id"])
    found = {(a, b) for xs, ys in members.values() for a in xs for b in ys}
    of = defaultdict(lambda: ([], []))
    for side, rows in ((0, left), (1, right)):
        for row in rows:
            of[persons[row[0]]][side].append(row[0])
    true = {(a, b) for xs, ys in of.values() for a in xs for b in ys}
    right_pairs = len(found & true)
    precision, recall = right_pairs / max(1, len(found)), right_pairs / max(1, len(true))
    print(f"{first} to {second}: {len(true)} true pairs, precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}")
    for what, pairs in (("missed", true - found), ("false", found - true)):
        counted = Counter(kinds(by_id[a], by_id[b], across) for a, b in pairs)
        print(f"  {what} {len(pairs)}; they differ in")
        for kind, n in counted.most_common(10):
            print(f"    {n:6}  {kind}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=pathlib.Path)
    parser.add_argument("--tawthiq", default=str(HERE.parents[1] / "target/release/tawthiq"))
    arguments = parser.parse_args()
    if not (arguments.lists / FILES["april"]).exists():
        sys.exit(f"not run: {FILES['april']} is not in {arguments.lists}")
    measure(arguments.tawthiq, arguments.lists, "april", "september", across=False)
    measure(arguments.tawthiq, arguments.lists, "september", "romanised", across=True)


main()
