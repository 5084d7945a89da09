-- What became of each cause on each machine: new, new machine, vanished, not seen again.
select "change", cause, count(distinct machine) as machines
from (
  select
    current.cause, current.machine,
    case when known.machine is null then 'new machine' else 'new' end as "change"
  from (select distinct machine, cause from machines where cause is not null) as current
  left join (select distinct machine from machines_before) as known
    on known.machine = current.machine
  left join (select distinct machine, cause from machines_before) as earlier
    on earlier.machine = current.machine and earlier.cause = current.cause
  where earlier.machine is null
  union all
  select
    earlier.cause, earlier.machine,
    case when known.machine is null then 'not seen again' else 'vanished' end as "change"
  from (select distinct machine, cause from machines_before where cause is not null) as earlier
  left join (select distinct machine from machines) as known
    on known.machine = earlier.machine
  left join (select distinct machine, cause from machines) as current
    on current.machine = earlier.machine and current.cause = earlier.cause
  where current.machine is null
) as changed
group by "change", cause
