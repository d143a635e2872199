-- Providers that people entered on the settings page.
create table providers (
    id         text primary key, -- the first half of its models' ids
    service    text    not null,
    name       text    not null,
    base_url   text    not null,
    sealed     blob,             -- its key, encrypted, and bound to id and base_url
    models     text    not null, -- JSON: only these; empty: those of its list
    enabled    integer not null,
    version    integer not null,
    created_at integer not null
) without rowid;
