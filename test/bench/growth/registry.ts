/** A compound has this many panels, as in a real city; each stands at an entrance, and a camera looks at it. */
export const PANELS = 600;
const BUILDINGS = 12;
const CAMERAS = 48;

/**
 * What stands in each compound that has a gateway, by its owner's hand: buildings that are units of level 3 in one of the
 * villages, panels and cameras. Leaves the temporary tables `buildings` and `panels` to the statements after it.
 */
export const registry: readonly string[] = [
  `create temporary table buildings as
    select g.compound_id, g.gateway_id, v.tree_id, v.unit_id as village, n as building, 'b' || n as place_id,
      g.compound_id || '-b' || n as unit_id, v.path || '/' || g.compound_id || '-b' || n as unit_path
    from (select compound_id, gateway_id, row_number() over (order by compound_id) as number from gateways) g
    join (select tree_id, unit_id, path, row_number() over (order by path) as number, count(*) over () as villages
      from units where level = 1) v on v.number = 1 + g.number % v.villages,
    generate_series(1, ${BUILDINGS}) n`,
  `insert into units (unit_id, tree_id, parent_id, path, level, kind, name)
    select unit_id, tree_id, village, unit_path, 2, 'grid', 'Building ' || building from buildings`,
  `insert into places (compound_id, place_id, name, kind)
    select compound_id, place_id, 'Building ' || building, 'entrance' from buildings`,
  `insert into place_units (compound_id, place_id, tree_id, unit_id, valid)
    select compound_id, place_id, tree_id, unit_id, tstzrange(now(), null) from buildings`,
  `create temporary table panels as
    select row_number() over () as number, b.*, 'panel-' || n as device_id, 'camera-' || 1 + n % ${CAMERAS} as camera_id
    from generate_series(1, ${PANELS}) n join buildings b on b.building = 1 + n % ${BUILDINGS}`,
  `insert into devices (compound_id, device_id, gateway_id, kind, name, state, state_since)
    select compound_id, device_id, gateway_id, 'panel', device_id, 'online', now() from panels
    union all select distinct compound_id, camera_id, gateway_id, 'camera', camera_id, 'online', now() from panels`,
  `insert into device_places (compound_id, device_id, place_id, valid)
    select compound_id, device_id, place_id, tstzrange(now(), null) from panels
    union all select distinct on (compound_id, camera_id) compound_id, camera_id, place_id, tstzrange(now(), null)
    from panels`,
  `insert into camera_links (compound_id, door_id, camera_id) select compound_id, device_id, camera_id from panels`,
];
