-- provider_list(publisher:T) -> all (provider_id:t, publisher_id:t, name:t, issuer:t, client_id:t, secret:B, tenants:t, domains:t, ca_file:t, allow_http:i, allow_private:i, link_email:i, only_way:i, new_role:T, new_reach:T, created_at:i)
SELECT provider_id, publisher_id, name, issuer, client_id, secret, tenants, domains, ca_file, allow_http, allow_private,
       link_email, only_way, new_role, new_reach, created_at
  FROM sign_in_provider WHERE $1 IS NULL OR publisher_id = $1 ORDER BY provider_id;

-- provider_get(provider:t) -> one like provider_list
SELECT provider_id, publisher_id, name, issuer, client_id, secret, tenants, domains, ca_file, allow_http, allow_private,
       link_email, only_way, new_role, new_reach, created_at
  FROM sign_in_provider WHERE provider_id = $1;

-- provider_add(provider:t, publisher:t, name:t, issuer:t, client_id:t, secret:B, tenants:t, domains:t, ca_file:t, allow_http:i, allow_private:i, link_email:i, only_way:i, new_role:T, new_reach:T, now:i)
INSERT INTO sign_in_provider (provider_id, publisher_id, name, issuer, client_id, secret, tenants, domains, ca_file, allow_http,
                              allow_private, link_email, only_way, new_role, new_reach, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- provider_set(provider:t, name:t, client_id:t, secret:B, tenants:t, domains:t, ca_file:t, allow_http:i, allow_private:i, link_email:i, only_way:i, new_role:T, new_reach:T)
-- Neither the issuer nor the publisher: who is linked would be somebody else.
UPDATE sign_in_provider
   SET name = $2, client_id = $3, secret = $4, tenants = $5, domains = $6, ca_file = $7, allow_http = $8,
       allow_private = $9, link_email = $10, only_way = $11, new_role = $12, new_reach = $13
 WHERE provider_id = $1;

-- provider_remove(provider:t)
DELETE FROM sign_in_provider WHERE provider_id = $1;

-- identity_find(provider:t, subject:t) -> one (account_id:u)
SELECT account_id FROM sign_in_identity WHERE provider_id = $1 AND subject = $2;

-- identity_of(account:u) -> all (provider_id:t, subject:t, created_at:i, seen_at:I)
SELECT provider_id, subject, created_at, seen_at FROM sign_in_identity WHERE account_id = $1 ORDER BY provider_id;

-- identity_add(provider:t, subject:t, account:u, now:i)
INSERT INTO sign_in_identity (provider_id, subject, account_id, created_at) VALUES ($1, $2, $3, $4);

-- identity_seen(provider:t, subject:t, at:i)
UPDATE sign_in_identity SET seen_at = $3 WHERE provider_id = $1 AND subject = $2;

-- identity_remove(provider:t, account:u)
DELETE FROM sign_in_identity WHERE account_id = $2 AND provider_id = $1;

-- identity_sessions_end(provider:t)
-- Of all who are linked there.
DELETE FROM session WHERE account_id IN (SELECT account_id FROM sign_in_identity WHERE provider_id = $1);

-- identity_remove_all(provider:t)
DELETE FROM sign_in_identity WHERE provider_id = $1;

-- identity_only_way(account:u) -> one (name:t)
-- A provider that is the account's only way in.
SELECT p.name FROM sign_in_identity i JOIN sign_in_provider p ON p.provider_id = i.provider_id
 WHERE i.account_id = $1 AND p.only_way = 1 ORDER BY i.provider_id LIMIT 1;
