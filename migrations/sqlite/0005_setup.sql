-- What a conversation's models are told beside its messages, as JSON (see `Setup`); none: nothing.
alter table conversations add column setup text;
