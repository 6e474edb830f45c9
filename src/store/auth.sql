-- account_add(account:u, publisher:t, email:t, name:t, role:t, password_hash:T, now:i, reach:t)
INSERT INTO account (account_id, publisher_id, email, name, role, password_hash, language, theme, density, active,
                     created_at, reach, lead_view)
VALUES ($1, $2, $3, $4, $5, $6, '', '', '', 1, $7, $8, '');

-- account_list(publisher:T) -> all (account_id:u, publisher_id:t, email:t, name:t, role:t, language:t, theme:t, density:t, active:i, has_password:i, created_at:i, seen_at:I, reach:t, lead_view:t)
SELECT account_id, publisher_id, email, name, role, language, theme, density, active,
       CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password, created_at, seen_at, reach, lead_view
  FROM account WHERE $1 IS NULL OR publisher_id = $1 ORDER BY email;

-- account_get(account:u) -> one like account_list
SELECT account_id, publisher_id, email, name, role, language, theme, density, active,
       CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password, created_at, seen_at, reach, lead_view
  FROM account WHERE account_id = $1;

-- account_find(email:t) -> one (account_id:u)
SELECT account_id FROM account WHERE email = $1;

-- account_secret(email:t) -> one (account_id:u, password_hash:T, active:i)
SELECT account_id, password_hash, active FROM account WHERE email = $1;

-- account_set(account:u, name:t, role:t, active:i, reach:t)
UPDATE account SET name = $2, role = $3, active = $4, reach = $5
 WHERE account_id = $1;

-- account_own_set(account:u, name:T, language:T, theme:T, density:T, lead_view:T)
-- What people say of themselves; NULL: as it is.
UPDATE account SET name = COALESCE($2, name), language = COALESCE($3, language), theme = COALESCE($4, theme),
                   density = COALESCE($5, density), lead_view = COALESCE($6, lead_view)
 WHERE account_id = $1;

-- account_password(account:u, password_hash:T)
UPDATE account SET password_hash = $2 WHERE account_id = $1;

-- account_seen(account:u, at:i)
UPDATE account SET seen_at = $2 WHERE account_id = $1;

-- account_other_admin(account:u) -> one (account_id:u)
-- An active admin of the whole installation, who reaches all, other than this one.
SELECT account_id FROM account
 WHERE role = 'admin' AND publisher_id = '' AND active = 1 AND reach = 'all' AND account_id <> $1 LIMIT 1;

-- account_any() -> one (account_id:u)
SELECT account_id FROM account LIMIT 1;

-- session_add(token_hash:b, account:u, csrf:t, now:i, expires:i)
INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at, expires_at)
VALUES ($1, $2, $3, $4, $4, $5);

-- session_get(token_hash:b, now:i, idle_since:i) -> one (account_id:u, csrf:t, seen_at:i, email:t, role:t, publisher_id:t, reach:t)
SELECT s.account_id, s.csrf, s.seen_at, a.email, a.role, a.publisher_id, a.reach
  FROM session s JOIN account a ON a.account_id = s.account_id
 WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND a.active = 1;

-- session_seen(token_hash:b, at:i)
UPDATE session SET seen_at = $2 WHERE token_hash = $1;

-- session_end(token_hash:b)
DELETE FROM session WHERE token_hash = $1;

-- session_end_of(account:u)
DELETE FROM session WHERE account_id = $1;

-- session_sweep(now:i, idle_since:i)
DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2;

-- signin_link_add(token_hash:b, account:u, expires:i)
INSERT INTO signin_link (token_hash, account_id, expires_at) VALUES ($1, $2, $3);

-- signin_link_use(token_hash:b, now:i) -> one (account_id:u)
-- Only the first use gives a row.
UPDATE signin_link SET used_at = $2
 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
RETURNING account_id;

-- signin_link_sweep(now:i)
DELETE FROM signin_link WHERE expires_at <= $1 OR used_at IS NOT NULL;

-- signin_link_end_of(account:u)
DELETE FROM signin_link WHERE account_id = $1;

-- token_add(token:u, token_hash:b, publisher:t, role:t, name:t, now:i, reach:t)
INSERT INTO token (token_id, token_hash, publisher_id, role, name, created_at, reach) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- token_list(publisher:T) -> all (token_id:u, publisher_id:t, role:t, name:t, created_at:i, revoked_at:I, reach:t)
SELECT token_id, publisher_id, role, name, created_at, revoked_at, reach
  FROM token WHERE $1 IS NULL OR publisher_id = $1 ORDER BY token_id;

-- token_get(token_hash:b) -> one (token_id:u, publisher_id:t, role:t, name:t, reach:t)
SELECT token_id, publisher_id, role, name, reach FROM token WHERE token_hash = $1 AND revoked_at IS NULL;

-- token_revoke(token:u, publisher:T, at:i)
UPDATE token SET revoked_at = $3
 WHERE token_id = $1 AND revoked_at IS NULL AND ($2 IS NULL OR publisher_id = $2);
