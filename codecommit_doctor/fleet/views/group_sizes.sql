-- For each group: machines, and how many of them have a cause.
select
  kind, name,
  count(distinct machine) as machines,
  count(distinct case when cause is not null then machine end) as ill
from grouped
group by kind, name
