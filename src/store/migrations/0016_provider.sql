-- Signing in by an OpenID Connect provider. Both tables are looked up before the publisher is known.
-- publisher_id: whose accounts it signs in, '' of all. secret: sealed. tenants: with commas, of Entra ID.
-- domains: with commas, whose addresses find or make accounts; '' of all.
-- link_email: an account is found by a verified address. only_way: who is linked has no other way in than this and links.
-- new_role, new_reach: of accounts that are made at the first sign-in; NULL: none is made.
CREATE TABLE sign_in_provider (
  provider_id TEXT NOT NULL CHECK (length(provider_id) BETWEEN 1 AND 40),
  publisher_id TEXT NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  secret BYTEA,
  tenants TEXT NOT NULL,
  domains TEXT NOT NULL,
  ca_file TEXT NOT NULL,
  allow_http SMALLINT NOT NULL,
  allow_private SMALLINT NOT NULL,
  link_email SMALLINT NOT NULL,
  only_way SMALLINT NOT NULL,
  new_role TEXT,
  new_reach TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider_id)
);

-- subject: sub, or tenant/object of Entra ID. The issuer is the provider's and never changes.
CREATE TABLE sign_in_identity (
  provider_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT,
  PRIMARY KEY (provider_id, subject)
);
CREATE UNIQUE INDEX sign_in_identity_account ON sign_in_identity (account_id, provider_id);
