-- Each machine in each group that it belongs to: system, tool version, account, labels.
select 'system' as kind, system as name, machine, cause from machines
union all
select 'tool version' as kind, tool_version as name, machine, cause from machines
union all
select 'account' as kind, account_kind as name, machine, cause from machines
union all
select 'label ' || label as kind, value as name, machine, cause from labels
