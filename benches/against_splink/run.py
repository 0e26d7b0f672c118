#!/usr/bin/env python3
"""Runs tawthiq and Splink 5 back to back on the same records and prints a table.

    python3 benches/against_splink/run.py PEOPLE.csv [--tawthiq target/release/tawthiq] [--venv FOLDER]
    python3 benches/against_splink/run.py --syria FOLDER --bench BENCH

PEOPLE.csv has the columns unique_id, first_name, surname, dob, postcode, city, email and cluster (the truth, which neither
tool is shown). FOLDER holds invented lists list_A.csv to list_D.csv and truth.csv; BENCH holds prep_syria.py and bench_splink.py, which set
Splink up by hand with the truth in view ("tuned"); its normalisation in Python is told apart, ours is in our figures. Splink is
installed into the venv once (needs the network). CPU seconds are user + system of the whole process, reading included, for
tawthiq, and of setup to clusters for Splink's tuned run; peak memory is what the kernel saw.
"""
import argparse, csv, json, os, pathlib, subprocess, sys, tempfile, time
from collections import Counter

HERE = pathlib.Path(__file__).resolve().parent
SPLINK = ["splink==5.0.0", "duckdb==2.0.0", "pyarrow"]


def venv(folder):
    python = pathlib.Path(folder) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *SPLINK], check=True)
    return str(python)


def measured(command, environment=None):
    """CPU seconds, wall seconds and peak MB of one command."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with status {status}; nothing was compared")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def f1(clusters_file, truth):
    """F1 over pairs of records that share a cluster."""
    pairs = lambda keys: sum(n * (n - 1) // 2 for n in Counter(keys).values())
    with open(clusters_file, newline="") as file:
        found = {row["id"]: row["cluster_id"] for row in csv.DictReader(file)}
    right = pairs((found[i], person) for i, person in truth.items())
    return 2 * right / (pairs(found.values()) + pairs(truth.values()))


def persons(folder):
    with open(folder / "truth.csv", newline="") as file:
        return {row["record_id"]: row["person_id"] for row in csv.DictReader(file)}


def against_tuned(arguments, folder):
    """Rows of the table for the lists of victims."""
    for name in ("prep_syria.py", "bench_splink.py"):
        if not (arguments.bench and (arguments.bench / name).exists()):
            sys.exit(f"not run: {name} is not here")
    out = lambda name: os.path.join(folder, name)
    lists = [str(arguments.syria / f"list_{name}.csv") for name in "ABCD"]
    ours = [arguments.tawthiq, "link", *lists, "--threads", "2", "--pairs", out("pairs.csv"), "--clusters", out("ours.csv")]
    rows = [("tawthiq", *measured(ours), f1(out("ours.csv"), persons(arguments.syria)))]
    python = venv(arguments.venv)
    prepared = measured([python, str(arguments.bench / "prep_syria.py"), str(arguments.syria), out("lists.parquet")])
    theirs = [python, str(arguments.bench / "bench_splink.py"), "--data", "syria", "--config", "tuned"]
    measured([*theirs, "--path", out("lists.parquet"), "--out", out("theirs.json")], {"DUCKTMP": out("duckdb")})
    with open(out("theirs.json")) as file:
        told = json.load(file)
    best = max(found["F1"] for found in told["clusters"].values())
    rows.append(("Splink 5", told["cpu_setup_to_cluster_s"], told["wall_setup_to_cluster_s"], told["peak_rss_mb"], best))
    print(f"Splink's normalisation, not in its row: {prepared[0]:.1f} CPU s")
    return rows


def on_people(arguments, folder):
    with open(arguments.people, newline="") as file:
        truth = {row["unique_id"]: row["cluster"] for row in csv.DictReader(file)}
    out = lambda name: os.path.join(folder, name)
    ours = [arguments.tawthiq, "link", arguments.people, "--spec", "people", "--threads", "2"]
    ours += ["--pairs", out("pairs.csv"), "--clusters", out("ours.csv")]
    theirs = [venv(arguments.venv), str(HERE / "splink_people.py"), arguments.people, out("theirs.csv")]
    rows = []
    for name, command, clusters in (("tawthiq", ours, "ours.csv"), ("Splink 5", theirs, "theirs.csv")):
        rows.append((name, *measured(command), f1(out(clusters), truth)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", nargs="?")
    parser.add_argument("--syria", type=pathlib.Path)
    parser.add_argument("--bench", type=pathlib.Path)
    parser.add_argument("--tawthiq", default=str(HERE.parents[1] / "target/release/tawthiq"))
    parser.add_argument("--venv", default=str(HERE / "venv"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.syria:
            rows = against_tuned(arguments, folder)
        elif arguments.people:
            rows = on_people(arguments, folder)
        else:
            parser.error("give PEOPLE.csv or --syria FOLDER")
    print(f"{'':<10} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'F1':>7}")
    for name, cpu, wall, peak, score in rows:
        print(f"{name:<10} {cpu:8.1f} {wall:8.1f} {peak:8.0f} {score:7.4f}")
    ratio = [theirs / ours for ours, theirs in zip(rows[0][1:4], rows[1][1:4])]
    print(f"{'ratio':<10} {ratio[0]:8.1f} {ratio[1]:8.1f} {ratio[2]:8.1f}")


main()
