-- The latest of all compounds: what is open on the wall, and the lists of those who see everything.
create index incidents_to_do on incidents (opened_at desc, incident_id desc) where state <> 'closed';
create index incidents_latest on incidents (opened_at desc, incident_id desc);
create index alerts_latest on alerts (started_at desc, alert desc);
