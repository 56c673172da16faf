-- name: sensors_of_site
-- param site_id: from sites.id
-- rate: 2/s
SELECT id, kind FROM sensors WHERE site_id = :site_id ORDER BY id;
