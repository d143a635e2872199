-- Some providers keep what they write for who comes back: where to, as JSON (see `Bookmark`).
alter table messages add column bookmark text;
