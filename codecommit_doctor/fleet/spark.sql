-- The fleet's table and views for Spark SQL. Replace PATH by a folder of JSON Lines. Written by
-- python -m tools.fleet_sql: change the files in views/ instead.

CREATE OR REPLACE TEMPORARY VIEW raw_lines (
  `line` STRING,
  `report` STRING,
  `created` STRING,
  `tool_version` STRING,
  `system` STRING,
  `account_kind` STRING,
  `labels` MAP<STRING, STRING>,
  `machine` STRING,
  `account` STRING,
  `target` STRING,
  `region` STRING,
  `repository` STRING,
  `signer` STRING,
  `check` STRING,
  `code` STRING,
  `status` STRING,
  `summary` STRING,
  `rank` INT,
  `confidence` STRING
)
USING json OPTIONS (path 'PATH');

CREATE OR REPLACE TEMPORARY VIEW since_day AS
SELECT '' AS since;

CREATE OR REPLACE TEMPORARY VIEW lines AS
SELECT
  line,
  report,
  created,
  tool_version,
  system,
  account_kind,
  labels,
  machine,
  account,
  target,
  region,
  repository,
  signer,
  `check`,
  code,
  status,
  summary,
  `rank`,
  confidence,
  CASE WHEN created < since THEN 'before' ELSE 'now' END AS part
FROM raw_lines
CROSS JOIN since_day;

CREATE OR REPLACE TEMPORARY VIEW verdicts AS
SELECT
  report,
  created,
  day,
  machine,
  account,
  target,
  region,
  repository,
  system,
  tool_version,
  account_kind,
  signer,
  outcome,
  cause,
  confidence,
  summary,
  labels,
  part
FROM (
  SELECT
    report,
    created,
    SUBSTRING(created, 1, 10) AS day,
    COALESCE(NULLIF(labels['host'], ''), machine, 'report-' || report) AS machine,
    COALESCE(account, '') AS account,
    target,
    region,
    repository,
    COALESCE(system, 'unknown') AS system,
    tool_version,
    COALESCE(account_kind, 'unknown') AS account_kind,
    signer,
    status AS outcome,
    COALESCE(code, `check`) AS cause,
    confidence,
    summary,
    labels,
    part,
    ROW_NUMBER() OVER (PARTITION BY part, report, target ORDER BY created NULLS LAST) AS copy
  FROM lines
  WHERE
    line = 'verdict'
) AS numbered
WHERE
  copy = 1;

CREATE OR REPLACE TEMPORARY VIEW machines AS
SELECT
  machine,
  account,
  target,
  report,
  created,
  day,
  region,
  repository,
  system,
  tool_version,
  account_kind,
  signer,
  outcome,
  cause,
  confidence,
  summary,
  labels
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY machine, account, target ORDER BY created DESC, report DESC) AS age
  FROM verdicts
  WHERE
    part = 'now'
) AS numbered
WHERE
  age = 1;

CREATE OR REPLACE TEMPORARY VIEW machines_before AS
SELECT
  machine,
  account,
  target,
  report,
  created,
  day,
  region,
  repository,
  system,
  tool_version,
  account_kind,
  signer,
  outcome,
  cause,
  confidence,
  summary,
  labels
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY machine, account, target ORDER BY created DESC, report DESC) AS age
  FROM verdicts
  WHERE
    part = 'before'
) AS numbered
WHERE
  age = 1;

CREATE OR REPLACE TEMPORARY VIEW findings AS
SELECT DISTINCT
  machines.machine,
  machines.account,
  machines.target,
  COALESCE(lines.code, lines.`check`) AS cause,
  lines.`rank`,
  lines.confidence
FROM machines
JOIN lines
  ON lines.report = machines.report AND lines.target = machines.target
WHERE
  lines.line = 'check' AND NOT lines.`rank` IS NULL AND lines.part = 'now';

CREATE OR REPLACE TEMPORARY VIEW totals AS
SELECT
  COUNT(DISTINCT machine) AS machines,
  COUNT(DISTINCT CASE WHEN NOT cause IS NULL THEN machine END) AS ill,
  COUNT(DISTINCT report) AS reports,
  MIN(day) AS first_day,
  MAX(day) AS last_day
FROM machines;

CREATE OR REPLACE TEMPORARY VIEW causes AS
SELECT
  cause,
  COUNT(DISTINCT CASE WHEN place = 1 THEN machine END) AS machines,
  ROUND(
    CAST(COUNT(DISTINCT CASE WHEN place = 1 THEN machine END) AS DOUBLE) / MAX(total),
    4
  ) AS share,
  COUNT(DISTINCT CASE WHEN place > 1 THEN machine END) AS further
FROM (
  SELECT
    cause,
    machine,
    1 AS place
  FROM machines
  WHERE
    NOT cause IS NULL
  UNION ALL
  SELECT
    cause,
    machine,
    `rank` AS place
  FROM findings
  WHERE
    `rank` > 1
) AS found
CROSS JOIN (
  SELECT
    machines AS total
  FROM totals
) AS counted
GROUP BY
  cause;

CREATE OR REPLACE TEMPORARY VIEW outcomes AS
SELECT
  outcome,
  COUNT(DISTINCT machine) AS machines
FROM machines
GROUP BY
  outcome;

CREATE OR REPLACE TEMPORARY VIEW labels AS
SELECT
  machine,
  account,
  target,
  cause,
  label,
  labels[label] AS value
FROM machines
LATERAL VIEW
EXPLODE(MAP_KEYS(labels)) keys AS label
WHERE
  NOT labels[label] IS NULL;

CREATE OR REPLACE TEMPORARY VIEW grouped AS
SELECT
  'system' AS kind,
  system AS name,
  machine,
  cause
FROM machines
UNION ALL
SELECT
  'tool version' AS kind,
  tool_version AS name,
  machine,
  cause
FROM machines
UNION ALL
SELECT
  'account' AS kind,
  account_kind AS name,
  machine,
  cause
FROM machines
UNION ALL
SELECT
  'label ' || label AS kind,
  value AS name,
  machine,
  cause
FROM labels;

CREATE OR REPLACE TEMPORARY VIEW group_sizes AS
SELECT
  kind,
  name,
  COUNT(DISTINCT machine) AS machines,
  COUNT(DISTINCT CASE WHEN NOT cause IS NULL THEN machine END) AS ill
FROM grouped
GROUP BY
  kind,
  name;

CREATE OR REPLACE TEMPORARY VIEW group_causes AS
SELECT
  grouped.kind,
  grouped.name,
  grouped.cause,
  COUNT(DISTINCT grouped.machine) AS machines,
  ROUND(CAST(COUNT(DISTINCT grouped.machine) AS DOUBLE) / MAX(group_sizes.machines), 4) AS share
FROM grouped
JOIN group_sizes
  ON group_sizes.kind = grouped.kind AND group_sizes.name = grouped.name
WHERE
  NOT grouped.cause IS NULL
GROUP BY
  grouped.kind,
  grouped.name,
  grouped.cause;

CREATE OR REPLACE TEMPORARY VIEW days AS
SELECT
  day,
  COUNT(DISTINCT machine) AS machines,
  COUNT(DISTINCT CASE WHEN NOT cause IS NULL THEN machine END) AS ill
FROM verdicts
GROUP BY
  day;

CREATE OR REPLACE TEMPORARY VIEW changes AS
SELECT
  `change`,
  cause,
  COUNT(DISTINCT machine) AS machines
FROM (
  SELECT
    current.cause,
    current.machine,
    CASE WHEN known.machine IS NULL THEN 'new machine' ELSE 'new' END AS `change`
  FROM (
    SELECT DISTINCT
      machine,
      cause
    FROM machines
    WHERE
      NOT cause IS NULL
  ) AS current
  LEFT JOIN (
    SELECT DISTINCT
      machine
    FROM machines_before
  ) AS known
    ON known.machine = current.machine
  LEFT JOIN (
    SELECT DISTINCT
      machine,
      cause
    FROM machines_before
  ) AS earlier
    ON earlier.machine = current.machine AND earlier.cause = current.cause
  WHERE
    earlier.machine IS NULL
  UNION ALL
  SELECT
    earlier.cause,
    earlier.machine,
    CASE WHEN known.machine IS NULL THEN 'not seen again' ELSE 'vanished' END AS `change`
  FROM (
    SELECT DISTINCT
      machine,
      cause
    FROM machines_before
    WHERE
      NOT cause IS NULL
  ) AS earlier
  LEFT JOIN (
    SELECT DISTINCT
      machine
    FROM machines
  ) AS known
    ON known.machine = earlier.machine
  LEFT JOIN (
    SELECT DISTINCT
      machine,
      cause
    FROM machines
  ) AS current
    ON current.machine = earlier.machine AND current.cause = earlier.cause
  WHERE
    current.machine IS NULL
) AS changed
GROUP BY
  `change`,
  cause;
