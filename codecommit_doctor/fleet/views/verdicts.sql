-- One row for each report and target. A report that came twice counts once. machine: the label
-- host, else the pseudonym; a report without either counts as a machine of its own. cause: null
-- where none was found.
select
  report, created, day, machine, account, target, region, repository, system, tool_version,
  account_kind, signer, outcome, cause, confidence, summary, labels, part
from (
  select
    report, created, substr(created, 1, 10) as day,
    coalesce(nullif(labels['host'], ''), machine, 'report-' || report) as machine, coalesce(account, '') as account,
    target, region, repository, coalesce(system, 'unknown') as system, tool_version,
    coalesce(account_kind, 'unknown') as account_kind, signer, status as outcome,
    coalesce(code, "check") as cause, confidence, summary, labels, part,
    row_number() over (partition by part, report, target order by created) as copy
  from lines
  where line = 'verdict'
) as numbered
where copy = 1
