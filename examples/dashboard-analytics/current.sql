-- The running application: people sign in, arrange widgets on dashboards, and come back to them.

CREATE TABLE users (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL,
  name        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_email_key UNIQUE (email),
  CONSTRAINT users_email_form CHECK (email LIKE '%_@_%'),
  CONSTRAINT users_name_not_blank CHECK (btrim(name) <> '')
);
COMMENT ON TABLE users IS 'One person with an account';
COMMENT ON COLUMN users.email IS 'Address used to sign in, in lower case';

CREATE TABLE sessions (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id       bigint NOT NULL,
  token         uuid NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  CONSTRAINT sessions_token_key UNIQUE (token),
  CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT sessions_expires_later CHECK (expires_at > created_at)
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'One sign-in on one device';

CREATE TABLE dashboards (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint NOT NULL,
  title       text NOT NULL,
  layout      text NOT NULL DEFAULT 'grid',
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT dashboards_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT dashboards_title_length CHECK (char_length(title) BETWEEN 1 AND 120),
  CONSTRAINT dashboards_layout_known CHECK (layout IN ('grid', 'columns', 'free'))
);
CREATE INDEX dashboards_user_id_updated_at_idx ON dashboards (user_id, updated_at DESC);
COMMENT ON TABLE dashboards IS 'A page of widgets that belongs to one user';

CREATE TABLE widgets (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dashboard_id  bigint NOT NULL,
  kind          text NOT NULL,
  position      integer NOT NULL,
  settings      jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT widgets_dashboard_id_fkey FOREIGN KEY (dashboard_id) REFERENCES dashboards (id) ON DELETE CASCADE,
  CONSTRAINT widgets_kind_known CHECK (kind IN ('chart', 'table', 'number', 'note')),
  CONSTRAINT widgets_position_from_zero CHECK (position >= 0)
);
CREATE INDEX widgets_dashboard_id_position_idx ON widgets (dashboard_id, position);
COMMENT ON TABLE widgets IS 'One tile on a dashboard';
