-- For each cause: on how many machines it is the first one, as a share of all machines, and on how
-- many it is a further one.
select
  cause,
  count(distinct case when place = 1 then machine end) as machines,
  round(cast(count(distinct case when place = 1 then machine end) as double) / max(total), 4)
    as share,
  count(distinct case when place > 1 then machine end) as further
from (
  select cause, machine, 1 as place from machines where cause is not null
  union all
  select cause, machine, "rank" as place from findings where "rank" > 1
) as found
cross join (select machines as total from totals) as counted
group by cause
