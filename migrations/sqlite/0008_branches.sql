-- The path that was chosen last leads through this message, and on to the newest below it; null: to the newest of all.
alter table conversations add column leaf blob;

-- It was asked for at once with others, of other models.
alter table messages add column together integer not null default 0;

-- How a reply is to differ from an earlier one, and from which.
alter table messages add column hint text;
alter table messages add column revises blob;
