-- Images that people uploaded. The name tells the content (its SHA-256, size and kind), and is that of a file in the data folder
-- and the text of the parts that show it.
create table attachments (
    name     text    not null,
    owner    blob    not null,
    loose_at integer, -- since then perhaps no message shows it; none: one does
    primary key (name, owner)
) without rowid;
create index attachments_loose on attachments (loose_at) where loose_at is not null;
create index parts_by_image on parts (text) where kind = 'image';
