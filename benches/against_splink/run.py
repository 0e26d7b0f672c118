#!/usr/bin/env python3
"""Runs tawthiq and Splink 5 back to back on one file of people and prints a table.

    python3 benches/against_splink/run.py PEOPLE.csv [--tawthiq target/release/tawthiq] [--venv FOLDER]

PEOPLE.csv has the columns unique_id, first_name, surname, dob, postcode, city, email and cluster (the truth, which neither
tool is shown). Splink is installed into the venv once (needs the network); it is set up as its documentation does for such data.
CPU seconds are user + system of the whole process, reading included; peak memory is what the kernel saw.
"""
import argparse, csv, os, pathlib, subprocess, sys, tempfile, time
from collections import Counter

HERE = pathlib.Path(__file__).resolve().parent
SPLINK = ["splink==5.0.0", "duckdb==2.0.0"]


def venv(folder):
    python = pathlib.Path(folder) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *SPLINK], check=True)
    return str(python)


def measured(command):
    """CPU seconds, wall seconds and peak MB of one command."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people")
    parser.add_argument("--tawthiq", default=str(HERE.parents[1] / "target/release/tawthiq"))
    parser.add_argument("--venv", default=str(HERE / "venv"))
    arguments = parser.parse_args()
    with open(arguments.people, newline="") as file:
        truth = {row["unique_id"]: row["cluster"] for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as folder:
        out = lambda name: os.path.join(folder, name)
        ours = [arguments.tawthiq, "link", arguments.people, "--spec", "people", "--threads", "2"]
        ours += ["--pairs", out("pairs.csv"), "--clusters", out("ours.csv")]
        theirs = [venv(arguments.venv), str(HERE / "splink_people.py"), arguments.people, out("theirs.csv")]
        rows = []
        for name, command, clusters in (("tawthiq", ours, "ours.csv"), ("Splink 5", theirs, "theirs.csv")):
            rows.append((name, *measured(command), f1(out(clusters), truth)))
    print(f"{'':<10} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'F1':>7}")
    for name, cpu, wall, peak, score in rows:
        print(f"{name:<10} {cpu:8.1f} {wall:8.1f} {peak:8.0f} {score:7.4f}")
    ratio = [theirs / ours for ours, theirs in zip(rows[0][1:4], rows[1][1:4])]
    print(f"{'ratio':<10} {ratio[0]:8.1f} {ratio[1]:8.1f} {ratio[2]:8.1f}")


main()
