-- Every cause in the newest reports: the first has rank 1.
select distinct
  machines.machine, machines.account, machines.target,
  coalesce(lines.code, lines."check") as cause, lines."rank", lines.confidence
from machines
join lines on lines.report = machines.report and lines.target = machines.target
where lines.line = 'check' and lines."rank" is not null and lines.part = 'now'
