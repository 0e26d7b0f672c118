"""What a dropped space between given name and father's name costs: drops the first space of names of three words or more in some
lists of the generator's folder, links, and prints the clusters' precision, recall and F1 over pairs. Not a test.
    python3 benches/dropped_spaces/run.py FOLDER [--lists ABCD] [--share 1.0] [--tawthiq target/release/tawthiq]"""
import argparse, collections, csv, pathlib, random, subprocess, tempfile

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--lists", default="ABCD")
parser.add_argument("--share", type=float, default=1.0)
parser.add_argument("--tawthiq", default="target/release/tawthiq")
asked = parser.parse_args()
draw = random.Random(5)
pairs = lambda counts: sum(n * (n - 1) // 2 for n in counts.values())

with tempfile.TemporaryDirectory() as folder:
    files = []
    for letter in "ABCD":
        with open(asked.folder / f"list_{letter}.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if letter in asked.lists and draw.random() < asked.share:
                for name in ("name_ar", "name_en"):
                    if row[name].count(" ") >= 2:
                        row[name] = row[name].replace(" ", "", 1)
        files.append(f"{folder}/list_{letter}.csv")
        with open(files[-1], "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    subprocess.run([asked.tawthiq, "link", *files, "--clusters", f"{folder}/c.csv"], check=True, stderr=subprocess.DEVNULL)
    with open(f"{folder}/c.csv", newline="") as file:
        found = {row["id"]: row["cluster_id"] for row in csv.DictReader(file)}
with open(asked.folder / "truth.csv", newline="") as file:
    truth = {row["record_id"]: row["person_id"] for row in csv.DictReader(file)}
both = pairs(collections.Counter((truth[i], found[i]) for i in truth))
said, true = pairs(collections.Counter(found.values())), pairs(collections.Counter(truth.values()))
print(f"precision {both / said:.3f}, recall {both / true:.3f}, F1 {2 * both / (said + true):.3f}")
