-- customer_page(publisher:t, before:i, before_id:u, limit:i) -> all (customer_id:u, publisher_id:t, email_key:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, leads:i, created_at:i, last_at:i)
-- By the last lead, newest first.
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at
  FROM customer WHERE publisher_id = $1 AND merged_into IS NULL AND (last_at, customer_id) < ($2, $3)
 ORDER BY last_at DESC, customer_id DESC LIMIT $4;

-- customer_get(publisher:t, customer:u) -> one like customer_page
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at
  FROM customer WHERE publisher_id = $1 AND customer_id = $2;
