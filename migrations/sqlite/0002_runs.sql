-- A reply may be written by more than one run.
alter table messages rename column added to begun; -- the seq with which its last run began: of the first, the one with which it came
alter table messages add column seams text;        -- JSON: where each run after the first went on
alter table messages add column boot blob;         -- names the process that its runner is in
alter table messages add column renewed_at integer; -- its runner was last heard of then
alter table messages add column reaped integer not null default 0; -- runs that nobody asked for, since somebody did

-- From here on `parts` also holds what the earlier runs of a running reply said, and `pieces` the text of its last run alone.
