-- For each group and cause: on how many machines, as a share of the group.
select
  grouped.kind, grouped.name, grouped.cause,
  count(distinct grouped.machine) as machines,
  round(cast(count(distinct grouped.machine) as double) / max(group_sizes.machines), 4) as share
from grouped
join group_sizes on group_sizes.kind = grouped.kind and group_sizes.name = grouped.name
where grouped.cause is not null
group by grouped.kind, grouped.name, grouped.cause
