-- The structure that the plant has today: sites and the sensors on them.
CREATE TABLE sites (
  id        integer NOT NULL,
  name      text    NOT NULL,
  time_zone text    NOT NULL DEFAULT 'UTC',
  CONSTRAINT sites_pkey PRIMARY KEY (id),
  CONSTRAINT sites_name_key UNIQUE (name)
);
COMMENT ON TABLE sites IS 'A place with machines';

CREATE TABLE sensors (
  id           integer     GENERATED ALWAYS AS IDENTITY,
  site_id      integer     NOT NULL,
  kind         text        NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sensors_pkey PRIMARY KEY (id),
  CONSTRAINT sensors_kind_known CHECK (kind IN ('temperature', 'pressure', 'vibration')),
  CONSTRAINT sensors_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites (id)
);
CREATE INDEX sensors_site_id_idx ON sensors (site_id);
COMMENT ON TABLE sensors IS 'One device that measures one thing';
