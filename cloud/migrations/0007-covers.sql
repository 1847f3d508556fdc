-- An alert of a device that others hang behind stands for them too: {count, devices}, the first 64 by name.
alter table alerts add column covers jsonb;
