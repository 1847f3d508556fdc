-- Which gateway a bearer token belongs to: asked with each of its requests, before there is a scope. One statement, that
-- sees every compound for this answer alone.
create function angrid_gateway_of(token text)
  returns table (gateway text, compound text, status text, expires timestamptz)
  language sql stable
  set angrid.compounds = 'all'
begin atomic
  select g.gateway_id, g.compound_id, g.status, g.token_expires_at from gateways g where g.token_hash = token;
end;
grant execute on function angrid_gateway_of to angrid_service;
