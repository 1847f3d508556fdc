-- A small JPEG of the picture, masks included, that came with its announcement: it opens under the same grant.
alter table evidence add column thumbnail bytea;
