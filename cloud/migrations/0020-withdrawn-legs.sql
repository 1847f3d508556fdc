-- A push that had not gone out when its matter was over.
alter table legs
  drop constraint legs_state_check,
  add constraint legs_state_check check (state in
    ('queued', 'sent', 'delivered', 'read', 'acknowledged', 'accepted', 'resolved', 'returned', 'handed-over',
      'timed-out', 'failed', 'withdrawn'));
