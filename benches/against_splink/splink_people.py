"""Splink on one file of people: `splink_people.py PEOPLE.csv CLUSTERS.csv`. Clusters at match probability 0.95, where it does best."""
import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

people, clusters = sys.argv[1:3]
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(f"create table people as select * exclude (cluster) from read_csv('{people}', all_varchar = true)")
settings = SettingsCreator(
    unique_id_column_name="unique_id",
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=[
        block_on("first_name", "surname", "substr(dob, 1, 4)"),
        block_on("surname", "dob"),
        block_on("first_name", "dob"),
        block_on("postcode", "surname"),
        block_on("postcode", "first_name"),
        block_on("email"),
        block_on("dob", "city"),
        block_on("first_name", "surname", "city"),
    ],
    comparisons=[
        cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode"),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("email", [0.9]),
    ],
)
api = DuckDBAPI(connection=connection)
linker = Linker(api.register(connection.table("people")), settings)
exact = [block_on("first_name", "surname", "dob"), block_on("email", "dob")]
linker.training.estimate_probability_two_random_records_match(exact, recall=0.8)
linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
for rule in (block_on("first_name", "surname", "dob"), block_on("postcode", "city")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
pairs = linker.inference.predict(threshold_match_probability=0.01)
found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
connection.execute(f"copy (select unique_id as id, cluster_id from {found.physical_name}) to '{clusters}' (header)")
