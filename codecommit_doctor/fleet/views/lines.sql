-- Every line, and whether it is of now or from before the day that the table since_day names.
select
  line, report, created, tool_version, system, account_kind, labels, machine, account, target,
  region, repository, signer, "check", code, status, summary, "rank", confidence,
  case when created < since then 'before' else 'now' end as part
from raw_lines
cross join since_day
