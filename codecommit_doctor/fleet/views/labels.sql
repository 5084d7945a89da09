-- One row for each label of a machine's newest report.
select machine, account, target, cause, label, labels[label] as value
from machines
cross join unnest(map_keys(labels)) as keys(label)
where labels[label] is not null
