-- For each outcome of a verdict: on how many machines.
select outcome, count(distinct machine) as machines
from machines
group by outcome
