-- One row: machines, and how many of them have a cause.
select
  count(distinct machine) as machines,
  count(distinct case when cause is not null then machine end) as ill,
  count(distinct report) as reports,
  min(day) as first_day,
  max(day) as last_day
from machines
