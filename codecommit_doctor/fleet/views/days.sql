-- For each day: machines that reported, and how many of them had a cause.
select
  day,
  count(distinct machine) as machines,
  count(distinct case when cause is not null then machine end) as ill
from verdicts
group by day
