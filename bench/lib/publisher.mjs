// The store of a publisher who has been at it for three years: read in from a file by `import`, so that customers are
// matched and words are indexed by the program itself; what people made of the leads is then written by SQL.
//
// Leads are dense at the end: a fifth of them is of the last half year. All but the newest are closed, most have an owner
// and a team. Numbers look like drawn ones and are the same in every run, but for the time that they end at.

import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../../tests/lib/proc.mjs';
import { Site } from '../../tests/lib/server.mjs';
import { build, offers as known, root } from './measure.mjs';

const day = 86_400_000;
const mixed = (n) => { // murmur's last steps
  const a = Math.imul(n ^ (n >>> 16), 0x85ebca6b), b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
};
const of = (list, n) => list[n % list.length];

// A customer has a lead of each slot, of one of the slot's offers, so that all of its leads differ.
const slots = [['analytics-suite'], ['secure-gateway', 'field-service-pro'], ['invoice-capture', 'crm', 'erp'],
  ['warehouse', 'payroll', 'desk'], ['maps', 'scan', 'translate', 'voice']];
export const offers = [...new Set([...known.map((id) => id.split('.')[1]), ...slots.flat(), 'pilot'])];
const kinds = [...Array(30).fill(['AppSource-PLT', 'PLT']), ...Array(30).fill(['AppSource-INS', 'INS']), ...Array(20).fill(['AzureMarketplace-INS', 'INS']),
  ...Array(8).fill(['AzurePortal-Create', 'Create']), ...Array(6).fill(['TestDrive-StartTestDrive', 'StartTestDrive']), ...Array(5).fill(['AppSource-DNC', 'DNC']),
  ['SPZA-PLT', 'PLT']];
const latin = { first: ['Ana', 'Chidi', 'Dana', 'Emily', 'Hans', 'Ines', 'Jean-Luc', 'Kofi', 'Linh', 'Oliver', 'Priya', 'Sofia', 'Marek', 'Noor', 'Petra', 'Tomás'],
  last: ['Ferreira', 'Okafor', 'Novak', 'Carter', 'Müller', 'García', 'Moreau', 'Mensah', 'Nguyen', 'Smith', 'Raghavan', 'Rossi', 'Kowalski', 'Haddad', 'Lindqvist', 'Sato'] };
const korean = { first: ['서연', '민준', '지우', '하준', '수아', '도윤'], last: ['김', '이', '박', '최', '정'] };
const chinese = { first: ['伟', '芳', '秀英', '敏', '静', '磊'], last: ['王', '李', '张', '刘', '陈'] };
const countries = [...Array(30).fill('US'), ...Array(12).fill('DE'), ...Array(9).fill('GB'), ...Array(8).fill('KR'), ...Array(8).fill('CN'), ...Array(6).fill('FR'),
  ...Array(5).fill('IN'), ...Array(4).fill('JP'), 'ES', 'IT', 'NL', 'SE', 'PL', 'BR', 'MX', 'CA', 'AU', 'NG', 'ZA', 'EG', 'TR', 'CZ', 'PT', 'VN', 'GH', 'CL'];
const begin = ['Nord', 'Blue', 'Alpine', 'Trey', 'Lamna', 'Tail', 'Wing', 'Rele', 'Prose', 'Fabri', 'Adven', 'Wood', 'Munso', 'Fourth', 'City', 'Gra'];
const end = ['wind', 'sky', 'house', 'search', 'spin', 'tip', 'cloud', 'ware', 'kam', 'ture', 'grove', 'ns', 'coffee', 'power', 'phic', 'lake'];
const sorts = ['Traders', 'Toys', 'Research', 'Systems', 'Logistics', 'Foods', 'Bank', 'Clinic', 'Energy', 'Media'];
const titles = ['CTO', 'Head of IT Operations', 'Procurement Manager', 'Senior Cloud Architect', 'Owner', 'Business Intelligence Analyst', 'VP Engineering'];
const notes = ['', 'We would like to see a demonstration for about forty users before the end of the quarter.',
  'Please call in the morning; we compare three products and decide this month.', 'Interested in the yearly plan and in migration from our present system.'];

function customer(c) {
  const m = mixed(c + 1), country = of(countries, m), names = country === 'KR' ? korean : country === 'CN' ? chinese : latin;
  const company = `${of(begin, m >>> 3)}${of(end, m >>> 7)} ${of(sorts, mixed(c >>> 2) >>> 5)}`, domain = `${company.replace(/\W/g, '').toLowerCase()}${c % 4001}`;
  return [of(names.first, m >>> 9), of(names.last, m >>> 13), `p${c}@${domain}.example`, `+49 30 ${2_000_000 + c}`, country, `${company} ${c % 4001}`, of(titles, m >>> 17)];
}

// Two per cent are from the last month, the rest is denser the later it is.
const receivedAt = (i, count, now) => now - (i >= count * 0.98 ? (30 * day * (count - i)) / (count * 0.02)
  : 30 * day + 1065 * day * (1 - Math.sqrt(i / (count * 0.98))));

function state(i, count) {
  const m = mixed(i * 3 + 1) % 100, left = (count - i) / count;
  if (left < 0.006 ? m < 70 : left < 0.02 && m < 8) return 'New,Received';
  if (left < 0.02 ? m < 70 : left < 0.1 && m < 12) return 'Active,Accepted';
  return m < 25 ? 'Closed,Won' : m < 60 ? 'Closed,Lost' : m < 80 ? 'Closed,Declined' : 'Closed,Expired';
}

function row(i, count, now) {
  const people = count / 5, round = Math.floor(i / people), c = (i * 7919 + round * 13) % people, slot = (round + mixed(c)) % 5;
  const offer = mixed(i) % 5000 === 0 ? 'pilot' : of(slots[slot], mixed(c + 3)), [source, action] = of(kinds, mixed(i + 5));
  return [`a1b2c3d4-1111-2222-3333-${String(i).padStart(12, '0')}`, ...customer(c), `${source}|contoso.${offer}`, action,
    new Date(receivedAt(i, count, now)).toISOString(), state(i, count), `"${of(notes, mixed(i + 9))}"`].join(',');
}

function write(path, count) {
  const fd = openSync(path, 'w'), now = Date.now();
  writeSync(fd, 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Creation date,Status,Sub status,Description\n');
  for (let i = 0; i < count; i += 1000) writeSync(fd, `${Array.from({ length: Math.min(1000, count - i) }, (_, k) => row(i + k, count, now)).join('\n')}\n`);
  closeSync(fd);
}

// Who works there: forty people in four teams, the first of whom have most of the leads; one who reaches what she owns, and has
// few; one of a team that has few; one who reaches the offer that has most, and one who reaches one that has few.
export const limited = { 'own (few)': 'few@contoso.example', 'own (many)': 'p1@contoso.example', 'team (few)': 'some@contoso.example',
  'team (many)': 'p2@contoso.example', 'offers (few)': 'pilot@contoso.example', 'offers (many)': 'offers@contoso.example' };

async function staff(site) {
  const add = (email, ...reach) => site.ok('user', 'add', email, '--role', 'seller', '--publisher', 'contoso', ...reach);
  for (const id of offers) await site.ok('offer', 'add', `contoso.${id}`, '--listing', 'contact-me');
  for (let k = 1; k <= 40; k++) await add(`p${k}@contoso.example`, '--reach', k === 1 ? 'own' : k === 2 ? 'team' : 'all');
  await add('few@contoso.example', '--reach', 'own');
  await add('some@contoso.example', '--reach', 'team');
  await add('pilot@contoso.example', '--reach', 'offers', '--offers', 'contoso.pilot');
  await add('offers@contoso.example', '--reach', 'offers', '--offers', 'contoso.analytics-suite,contoso.secure-gateway');
  for (let t = 0; t < 4; t++)
    await site.ok('team', 'add', `Team ${t}`, '--publisher', 'contoso', '--members', Array.from({ length: 10 }, (_, k) => `p${t + 2 + 4 * k > 40 ? 1 : t + 2 + 4 * k}@contoso.example`).join(','));
  await site.ok('team', 'add', 'Some', '--publisher', 'contoso', '--members', 'some@contoso.example');
  await site.ok('destination', 'add', 'contoso', 'https', 'url=https://crm.example/leads', '--name', 'CRM');
}

// What people made of them. n: its place by time; h: what looks drawn.
const worked = (now) => `
PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -800000;
CREATE TEMP TABLE person AS SELECT row_number() OVER (ORDER BY length(email), email) AS k, account_id,
  (SELECT min(team_id) FROM team_member m WHERE m.account_id = a.account_id) AS team_id FROM account a WHERE email LIKE 'p%@contoso.example' AND email NOT LIKE 'pilot%';
CREATE UNIQUE INDEX temp.person_k ON person (k);
CREATE TEMP TABLE w AS SELECT lead_id, row_number() OVER (ORDER BY seq DESC) AS n, ((seq >> 21) % 1000003 * 7919 + seq % 65536 * 104729) % 1048573 AS h FROM lead;
CREATE UNIQUE INDEX temp.w_id ON w (lead_id);
UPDATE lead SET owner_id = o.account_id, team_id = o.team_id
  FROM (SELECT w.lead_id, p.account_id, p.team_id FROM w CROSS JOIN person p ON p.k = 1 + (w.h % 400) * (w.h % 400) / 4000) o
 WHERE lead.publisher_id = 'contoso' AND o.lead_id = lead.lead_id AND (status <> 'New' OR o.lead_id IN (SELECT lead_id FROM w WHERE h % 10 < 3));
UPDATE lead SET owner_id = (SELECT account_id FROM account WHERE email = 'few@contoso.example'), team_id = NULL WHERE lead_id IN (SELECT lead_id FROM w WHERE n % 20000 = 7);
UPDATE lead SET team_id = (SELECT team_id FROM team WHERE name = 'Some') WHERE lead_id IN (SELECT lead_id FROM w WHERE n % 1000 = 11);
UPDATE lead SET due_at = received_at + 86400000, due_sort = received_at + 86400000 WHERE status = 'New' AND kind <> 'information';
UPDATE lead SET responded_at = received_at + 3600000 * (1 + seq % 40) WHERE status <> 'New';
UPDATE lead SET read_at = NULL WHERE status = 'New' AND test = 0 AND lead_id IN (SELECT lead_id FROM w WHERE h % 10 < 7);
UPDATE lead SET test = 1, due_at = NULL, due_sort = 4102444800000 WHERE lead_id IN (SELECT lead_id FROM w WHERE n % 500 = 3);
UPDATE lead SET updated_seq = seq + (86400000 * (1 + seq % 20) << 21) WHERE status <> 'New';
INSERT OR IGNORE INTO lead_watch (publisher_id, lead_id, due_at, step) SELECT publisher_id, lead_id, due_sort, 3 FROM lead WHERE due_sort < 4102444800000;
INSERT OR IGNORE INTO engagement (publisher_id, lead_id, version, value, currency, favorite, accepted_at, closed_at, attempts, calls, reached, worked_at, once_seq, seq)
 SELECT l.publisher_id, l.lead_id, 2, 1000 + w.h, CASE WHEN w.h % 3 THEN 'EUR' ELSE 'USD' END, w.h % 30 = 1, l.received_at + 3600000,
        CASE WHEN l.status = 'Closed' THEN l.received_at + 86400000 * 20 END, w.h % 5, w.h % 5, w.h % 2, l.received_at + 7200000,
        CASE WHEN l.status = 'Active' AND w.h % 5 = 1 THEN l.seq END, l.seq
   FROM lead l JOIN w ON w.lead_id = l.lead_id WHERE l.status <> 'New';
DELETE FROM lead_stage; DELETE FROM stage_total;
INSERT INTO lead_stage (publisher_id, lead_id, seq, process_id, stage, entered_at, late_at, value, currency)
 SELECT l.publisher_id, l.lead_id, l.seq, 'default', CASE w.h % 8 WHEN 0 THEN 'decision' WHEN 1 THEN 'proposal' WHEN 2 THEN 'solution' WHEN 3 THEN 'solution' WHEN 4 THEN 'qualify' WHEN 5 THEN 'qualify' ELSE 'contact' END,
        l.received_at + 3600000, CASE WHEN w.h % 5 = 0 THEN l.received_at + 86400000 ELSE ${now} + 86400000 * 9 END, 1000 + w.h, CASE WHEN w.h % 3 THEN 'EUR' ELSE 'USD' END
   FROM lead l JOIN w ON w.lead_id = l.lead_id WHERE l.status = 'Active' AND l.test = 0 AND l.kind <> 'information';
INSERT INTO stage_total (publisher_id, process_id, stage, currency, n, value) SELECT publisher_id, process_id, stage, currency, count(*), sum(value) FROM lead_stage GROUP BY 1, 2, 3, 4;
INSERT INTO timeline_entry (publisher_id, lead_id, entry_id, at, type, actor, detail)
 SELECT l.publisher_id, l.lead_id, CAST(substr(l.lead_id, 1, 8) || randomblob(8) AS BLOB), l.received_at + 3600000, 'note', 'p1@contoso.example', '{"text":"Talked to them, wants a demonstration.","author":"p1@contoso.example"}'
   FROM lead l JOIN w ON w.lead_id = l.lead_id CROSS JOIN (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE l.status <> 'New' AND w.n < 200000;
INSERT INTO timeline_entry (publisher_id, lead_id, entry_id, at, type, actor, detail)
 SELECT l.publisher_id, l.lead_id, CAST(substr(l.lead_id, 1, 8) || randomblob(8) AS BLOB), l.received_at + 3600000, 'note', 'p1@contoso.example', '{"text":"One of many.","author":"p1@contoso.example"}'
   FROM lead l JOIN w ON w.lead_id = l.lead_id CROSS JOIN (SELECT n FROM w WHERE n <= 1000) WHERE w.n = 40;
INSERT INTO task (publisher_id, task_id, lead_id, kind, text, place, due_at, ends_at, owner_id, sequence, outcome, done_at, created_at, changed_at, told_for)
 SELECT l.publisher_id, CAST(substr(l.lead_id, 1, 8) || randomblob(8) AS BLOB), l.lead_id, 'call', 'Call again', '', ${now} + 60000 * (w.h % 20000 - 4000), NULL, l.owner_id, 0,
        CASE WHEN w.h % 4 THEN 'done' END, CASE WHEN w.h % 4 THEN l.received_at + 86400000 END, l.received_at, l.received_at, NULL
   FROM lead l JOIN w ON w.lead_id = l.lead_id WHERE l.status = 'Active';
INSERT INTO delivery (publisher_id, delivery_id, destination_id, lead_id, contact, state, attempts, replays, created_at, since_at, next_at, done_at, outcome, http_status)
 SELECT l.publisher_id, CAST(substr(l.lead_id, 1, 8) || randomblob(8) AS BLOB), d.destination_id, l.lead_id, l.customer_id,
        CASE WHEN w.h % 2000 = 1 THEN 'rejected' ELSE 'done' END, 1, 0, l.received_at, l.received_at, l.received_at, l.received_at + 900, 'delivered', 200
   FROM lead l JOIN w ON w.lead_id = l.lead_id CROSS JOIN destination d WHERE d.kind = 'https';
DELETE FROM counter WHERE name LIKE 'leads%';
INSERT INTO counter (publisher_id, name, n) SELECT publisher_id, 'leads', count(*) FROM lead WHERE test = 0 GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n) SELECT publisher_id, 'leads.unread', count(*) FROM lead WHERE test = 0 AND read_at IS NULL GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n) SELECT publisher_id, 'leads.test', count(*) FROM lead WHERE test = 1 GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n) SELECT publisher_id, 'leads.kind.' || kind, count(*) FROM lead WHERE test = 0 GROUP BY publisher_id, kind;
INSERT INTO counter (publisher_id, name, n) SELECT publisher_id, 'leads.offer.' || offer_id, count(*) FROM lead WHERE test = 0 GROUP BY publisher_id, offer_id;
PRAGMA wal_checkpoint(TRUNCATE);
`;

function cacheDir(count) {
  const hash = createHash('sha256').update(String(count));
  const migrations = join(root, 'src/store/migrations');
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(join(migrations, name)));
  hash.update(readFileSync(join(root, 'bench/lib/publisher.mjs')));
  return join(build, 'bench-cache', `publisher-${count}-${hash.digest('hex').slice(0, 16)}`);
}

// A site whose store is that of so many leads.
export async function fill(count) {
  const site = await Site.make({ engine: 'sqlite' }), file = join(site.dir, 'leads.csv');
  write(file, count);
  await staff(site);
  const read = await site.cli(['import', file], { timeout: 3_600_000 });
  if (read.code !== 0) throw new Error(`import: exit ${read.code}\n${read.stderr}${read.stdout}`);
  rmSync(file);
  await mustRun('sqlite3', ['-bail', site.db.slice('sqlite:'.length)], { input: worked(Date.now()), timeout: 3_600_000 });
  return site;
}

// A site with a copy of that store. It is kept under build/, and made anew when the migrations or this file change.
export async function filledPublisher(count) {
  const cache = cacheDir(count);
  if (!existsSync(cache)) {
    const site = await fill(count);
    mkdirSync(join(build, 'bench-cache'), { recursive: true });
    for (const old of readdirSync(join(build, 'bench-cache'))) if (old.startsWith(`publisher-${count}-`)) rmSync(join(build, 'bench-cache', old), { recursive: true, force: true });
    writeFileSync(join(site.data, 'filled.json'), JSON.stringify({ at: Date.now() }));
    cpSync(site.data, `${cache}.new`, { recursive: true });
    renameSync(`${cache}.new`, cache);
    await site.remove();
  }
  const site = await Site.make({ engine: 'sqlite' });
  cpSync(cache, site.data, { recursive: true });
  return site;
}
