-- One row for each machine, account and target: the newest of its reports from before.
select
  machine, account, target, report, created, day, region, repository, system, tool_version,
  account_kind, signer, outcome, cause, confidence, summary, labels
from (
  select
    *,
    row_number() over (
      partition by machine, account, target order by created desc, report desc
    ) as age
  from verdicts
  where part = 'before'
) as numbered
where age = 1
