-- What people prefer, as JSON (see `Preferences`).
create table preferences (
    owner    blob primary key,
    document text    not null,
    version  integer not null
) without rowid;
