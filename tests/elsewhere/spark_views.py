"""Runs a file of statements on Spark, and prints every view as JSON. Needs nothing but pyspark.

Arguments: the file, the folder of JSON Lines, and the views with what they are asked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

if __name__ == "__main__":
    file, folder, *views = sys.argv[1:]
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    for statement in Path(file).read_text("utf-8").split(";\n"):
        if statement.strip():
            spark.sql(statement.replace("PATH", folder))
    found = {}
    for view in views:
        table = spark.sql(f"select * from {view}")
        found[view] = [table.columns, [list(row) for row in table.collect()]]
    print(json.dumps(found))
