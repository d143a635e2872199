-- Ids are 16 bytes (UUID v7), times are milliseconds since 1970, sizes and offsets are UTF-8 bytes.

-- One row. The incarnation names this store in cursors; a restore renews it.
create table store (
    incarnation blob not null
);

-- The sidebar's counter of each owner.
create table lists (
    owner blob primary key,
    list  integer not null
) without rowid;

-- A deleted conversation keeps its row as a tombstone, so that sidebars hear of it.
create table conversations (
    id         blob primary key,
    owner      blob    not null,
    title      text    not null,
    titled     integer not null default 0, -- by a person or a model; else by its first words
    version    integer not null default 1, -- of what people set
    seq        integer not null default 0, -- of its last event
    list       integer not null,
    created_at integer not null,
    updated_at integer not null,
    ended_seq  integer not null default 0, -- the seq of the last end of a reply that nobody stopped
    read_seq   integer not null default 0, -- somebody looked at it up to here
    deleted_at integer,
    purged     integer not null default 0  -- a deleted one holds nothing any more
) without rowid;
create unique index conversations_by_list on conversations (owner, list);
create index conversations_by_time on conversations (owner, updated_at desc, id desc) where deleted_at is null;
create index conversations_to_purge on conversations (deleted_at) where deleted_at is not null and purged = 0;

create table messages (
    id            blob primary key,
    conversation  blob    not null,
    parent        blob,
    role          text    not null,
    run           integer not null,
    status        text    not null,
    model         text,
    finish_reason text,             -- stored with the text that it came with
    usage         text,             -- JSON
    error         text,             -- JSON
    created_at    integer not null,
    added         integer not null, -- the seq with which it came
    seq           integer not null, -- of its last change
    marks_until   integer           -- from its end: until then its pieces stay
) without rowid;
create index messages_by_seq on messages (conversation, seq);
create index messages_by_id on messages (conversation, id);
create index messages_by_parent on messages (conversation, parent, id);
create index messages_running on messages (conversation, status) where status in ('waiting', 'streaming');
create index messages_marked on messages (marks_until) where marks_until is not null;

-- The text of messages that nobody writes any more.
create table parts (
    message blob    not null,
    part    integer not null,
    kind    text    not null,
    text    text    not null,
    ms      integer,          -- that the model spent on it; none for what nobody generated
    primary key (message, part)
);

-- The text of running replies, and for a day after their end: each row is a mark from which a follower can go on.
create table pieces (
    message blob    not null,
    seq     integer not null,
    part    integer not null,
    kind    text    not null,
    at      integer not null,
    text    text    not null,
    ms      integer not null, -- since the run began
    primary key (message, seq)
) without rowid;

-- What made send_message idempotent, for a day.
create table requests (
    request      blob primary key,
    owner        blob    not null,
    body         blob    not null, -- SHA-256
    conversation blob    not null,
    message      blob    not null,
    reply        blob    not null,
    created_at   integer not null
) without rowid;
create index requests_by_time on requests (created_at);
