-- The structure that the support product has today: customers are accounts, their people are members.
CREATE TABLE accounts (
  id         uuid        NOT NULL DEFAULT gen_random_uuid(),
  name       text        NOT NULL,
  plan       text        NOT NULL DEFAULT 'team',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_name_not_blank CHECK (btrim(name) <> ''),
  CONSTRAINT accounts_plan_known CHECK (plan IN ('team', 'business', 'enterprise'))
);
COMMENT ON TABLE accounts IS 'A company that uses the support desk';

CREATE TABLE members (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  account_id uuid        NOT NULL,
  email      text        NOT NULL,
  name       text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT members_pkey PRIMARY KEY (id),
  CONSTRAINT members_email_key UNIQUE (account_id, email),
  CONSTRAINT members_account_id_id_key UNIQUE (account_id, id),
  CONSTRAINT members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
COMMENT ON TABLE members IS 'A person who works for an account';
