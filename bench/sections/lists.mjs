// The lists of a publisher with a million leads of 200,000 customers, as people and programs ask for them: every view,
// each filter alone and in pairs, in each order, search, deep pages, the board, a lead, customers, referrals, numbers; of
// those who reach everything and of those who reach a part. The worst are told first.
//
//   bench/run lists [--leads=1000000] [--engine=sqlite|postgresql] [--only=TEXT]

import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { filledPublisher, limited } from '../lib/publisher.mjs';
import { measured, metrics, quick, startServer } from '../lib/measure.mjs';
import { Postgres, sql } from '../../tests/lib/pg.mjs';
import { until } from '../../tests/lib/wait.mjs';

const option = (name) => process.argv.map((arg) => new RegExp(`^--${name}=(.*)$`).exec(arg)?.[1]).find(Boolean);
const leads = Number(option('leads') ?? (quick ? 50_000 : 1_000_000));
const engines = { sqlite: 'SQLite', postgresql: 'PostgreSQL' };
const word = encodeURIComponent;
const day = 86_400_000;

const views = {
  'needs first response': 'response=owed&sort=due', overdue: 'response=overdue&sort=due', unassigned: 'owner=none', 'my leads': 'owner=me',
  'warm now': 'response=warm&sort=received', 'all new': 'unread=true', stalled: 'progress=stalled', 'one attempt only': 'progress=one-attempt',
  trials: 'kind=trial', 'information only': 'kind=information', 'test leads': 'test=true', closed: 'status=Closed', 'all leads': '',
};

const filters = (is) => ({
  'an offer': 'offer=contoso.analytics-suite', 'a small offer': 'offer=contoso.pilot', source: 'source=AppSource', 'a rare source': 'source=TestDrive',
  'no such source': 'source=SPZA', action: 'action=INS', 'a rare action': 'action=Create', kind: 'kind=active', 'a rare kind': 'kind=trial',
  New: 'status=New', Active: 'status=Active', Closed: 'status=Closed', Won: 'substatus=Won', Expired: 'substatus=Expired',
  'an owner of many': `owner=${is.many}`, 'an owner of few': `owner=${is.few}`, team: `team=${is.team}`, 'a small team': `team=${is.small}`, customer: `customer=${is.customer}`,
  country: 'country=KR', 'a large country': 'country=US', 'a rare country': 'country=EG', 'no such country': 'country=ZW',
  unread: 'unread=true', owed: 'response=owed', overdue: 'response=overdue', 'since yesterday': `since=${word(is.ago(1))}`, 'of the last month': `since=${word(is.ago(30))}`,
  'of a month long ago': `since=${word(is.ago(830))}&until=${word(is.ago(800))}`, 'until a year ago': `until=${word(is.ago(365))}`,
  'offer and country': 'offer=contoso.analytics-suite&country=KR', 'offer and state': 'offer=contoso.crm&status=Active', 'offer and reason': 'offer=contoso.crm&substatus=Won',
  'small offer and country': 'offer=contoso.pilot&country=KR', 'source and action': 'source=AppSource&action=INS', 'a pair that is not': 'source=TestDrive&action=PLT',
  'kind and country': 'kind=trial&country=CN', 'state and country': 'status=Active&country=KR', 'reason and country': 'substatus=Won&country=EG', 'New in a country': 'status=New&country=KR',
  'closed of an owner': `owner=${is.many}&status=Closed`, 'active of an owner': `owner=${is.many}&status=Active`, 'owner and country': `owner=${is.many}&country=EG`,
  'owner and offer': `owner=${is.many}&offer=contoso.pilot`, 'team and state': `team=${is.team}&status=Active`, 'team and country': `team=${is.team}&country=EG`,
  'unread of an offer': 'unread=true&offer=contoso.crm', 'unread of a country': 'unread=true&country=KR', 'owed in a country': 'response=owed&country=CN',
  'owed of an offer': 'response=owed&offer=contoso.crm', 'overdue of an owner': `response=overdue&owner=${is.many}`,
  'last month of a country': `since=${word(is.ago(30))}&country=KR`, 'last year of an offer': `since=${word(is.ago(365))}&offer=contoso.voice`, 'last year of an owner': `since=${word(is.ago(365))}&owner=${is.many}`,
  'search: a company': `q=${word('tailspin')}`, 'search: a common word': 'q=manager', 'search: what all have': 'q=contoso', 'search: two common words': `q=${word('cloud toys')}`,
  'search: a rare word': 'q=p4711', 'search: a name': 'q=kowalski', 'search: name and company': `q=${word('kowalski lamnasky')}`,
  'search: Korean, two characters': `q=${word('서연')}`, 'search: Chinese, two characters': `q=${word('秀英')}`, 'search: one character': `q=${word('王')}`,
  'search: the end of a number': 'q=2004711', 'search: nothing': 'q=zzyzxq', 'search: common, none together': `q=${word('서연 kowalski')}`,
  'search and country': `q=${word('tailspin')}&country=EG`, 'search and state': `q=${word('lindqvist')}&status=Active`, 'search and owner': `q=${word('lindqvist')}&owner=${is.many}`,
  'search among owed': 'q=manager&response=owed', 'search in an offer': 'q=haddad&offer=contoso.pilot',
});
const sorts = ['-received', 'received', 'due', '-due'];

const pages = (is) => ({
  'the newest lead': `/api/v1/leads/${is.newest}`, 'the oldest lead': `/api/v1/leads/${is.oldest}`, 'a lead with a thousand entries': `/api/v1/leads/${is.long}`,
  'an Active lead': `/api/v1/leads/${is.active}`, 'why it is whose': `/api/v1/leads/${is.newest}/assignment`, 'who may own it': `/api/v1/leads/${is.newest}/owners`,
  'possible duplicates': '/api/v1/matches', 'deliveries': '/api/v1/deliveries', 'deliveries that failed': '/api/v1/deliveries?state=rejected', 'receipts': '/api/v1/receipts',
  "today's calls": '/api/v1/tasks', 'numbers': '/api/v1/counters', board: '/api/v1/board?process=contoso.default',
  'a column of the board': '/api/v1/board/cards?process=contoso.default&stage=contact', 'the last column': '/api/v1/board/cards?process=contoso.default&stage=decision',
  customers: '/api/v1/customers', 'customers, heard of last': '/api/v1/customers?sort=last', 'customers of a country': '/api/v1/customers?country=KR', 'customers of no such country': '/api/v1/customers?country=ZW',
  'customers: an address': `/api/v1/customers?email=${word(is.email)}`, 'customers: a company': '/api/v1/customers?q=tailspin', 'customers: a common word': '/api/v1/customers?q=manager',
  'customers: what all have': '/api/v1/customers?q=contoso', 'customers: two words': `/api/v1/customers?q=${word('kowalski lamnasky')}`, 'customers: Korean': `/api/v1/customers?q=${word('서연')}`,
  'customers: no such word': '/api/v1/customers?q=zzyzxq', 'customers: a word and a country': '/api/v1/customers?q=tailspin&country=EG', 'customers: likely duplicates': '/api/v1/customers?hasReview=true',
  'customers: likely duplicates in none': '/api/v1/customers?hasReview=true&country=ZW', 'a customer': `/api/v1/customers/${is.customer}`,
});

const filter = (text) => `/v1.0/engagements/referrals?$top=50&$filter=${word(text)}`;
const referrals = (is) => ({
  referrals: '/v1.0/engagements/referrals?$top=50', 'with a count': '/v1.0/engagements/referrals?$top=50&$count=true',
  'that changed lately': `/v1.0/engagements/referrals?$top=50&$orderby=${word('updatedDateTime desc')}`, 'oldest first': `/v1.0/engagements/referrals?$top=50&$orderby=${word('createdDateTime asc')}`,
  'New ones': filter("status eq 'New'"), 'Active ones': filter("status eq 'Active'"), 'Won ones': filter("substatus eq 'Won'"),
  'of a country': filter("customerProfile/address/country eq 'KR'"), 'New of a country': filter("status eq 'New' and customerProfile/address/country eq 'KR'"),
  'Active of a country': filter("status eq 'Active' and customerProfile/address/country eq 'EG'"), 'by a name': filter("contains(customerProfile/name, 'zzyzx')"),
  'changed since yesterday': filter(`updatedDateTime ge ${is.ago(1)}`), 'New, counted': `${filter("status eq 'New' and customerProfile/address/country eq 'KR'")}&$count=true`,
});

const deep = (is) => Object.fromEntries(is.deep.flatMap(([where, cursors]) => sorts.filter((sort) => cursors[sort]).flatMap((sort) => [
  [`${where}, ${sort}`, `/api/v1/leads?sort=${sort}&after=${cursors[sort]}`],
  [`${where}, of a country, ${sort}`, `/api/v1/leads?country=EG&sort=${sort}&after=${cursors[sort]}`],
  [`${where}, a word, ${sort}`, `/api/v1/leads?q=kowalski&sort=${sort}&after=${cursors[sort]}`],
  [`${where}, an owner's, ${sort}`, `/api/v1/leads?owner=${is.many}&sort=${sort}&after=${cursors[sort]}`],
])));

const narrow = { 'their leads': '', 'by due': 'sort=due', 'the last by due': 'sort=-due', 'needs first response': 'response=owed&sort=due', unread: 'unread=true', closed: 'status=Closed',
  'a company': 'q=tailspin', 'a common word': 'q=manager', 'a rare word': 'q=p4711', 'nothing found': 'q=zzyzxq', 'of a country': 'country=EG', 'of a country, by due': 'country=EG&sort=due',
  'of an offer': 'offer=contoso.analytics-suite', 'of an offer, by due': 'offer=contoso.analytics-suite&sort=-due', 'a word, by due': 'q=kowalski&sort=due', stalled: 'progress=stalled' };
const narrowPages = { "today's calls": '/api/v1/tasks', numbers: '/api/v1/counters', board: '/api/v1/board?process=contoso.default', 'a column': '/api/v1/board/cards?process=contoso.default&stage=contact',
  referrals: '/v1.0/engagements/referrals?$top=50', 'referrals, counted': '/v1.0/engagements/referrals?$top=50&$count=true', 'changed lately': `/v1.0/engagements/referrals?$top=50&$orderby=${word('updatedDateTime desc')}`,
  'New of a country': filter("status eq 'New' and customerProfile/address/country eq 'KR'") };

// What the questions are about.
async function look(server) {
  const get = (path) => server.get(path);
  const first = async (query) => (await get(`/leads?limit=1&${query}`)).items[0];
  const users = (await get('/users?limit=200')).items, teams = (await get('/teams?publisher=contoso')).items;
  const newest = await first(''), oldest = await first('sort=received'), ago = (days) => new Date(Date.parse(newest.receivedAt) - days * day).toISOString().slice(0, 19) + 'Z';
  const user = (email) => users.find((u) => u.email === email).id, team = (name) => teams.find((t) => t.name === name).id;
  const cursor = async (sort, days) => (await get(`/leads?limit=1&sort=${sort}&${sort === 'received' ? 'since' : 'until'}=${word(ago(days))}`)).next;
  const at = async (days) => { const c = await cursor('-received', days); return { '-received': c, received: c, due: c, '-due': c }; };
  return {
    ago, many: user('p1@contoso.example'), few: user('few@contoso.example'), team: team('Team 0'), small: team('Some'),
    newest: newest.id, oldest: oldest.id, customer: newest.customer.id, email: newest.customer.email,
    active: (await first('status=Active')).id, long: (await get('/leads?limit=45')).items.at(-6).id,
    deep: [['a month back', await at(30)], ['a year back', await at(365)], ['three years back', await at(1000)]],
  };
}

async function signedIn(server, email) {
  const link = await server.ok('user', 'link', email);
  const answer = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  return `Cookie: ${answer.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('leadline_session'))}`;
}

// Asks each, and remembers: what, of whom, how fast, and the bar.
async function ask(found, server, header, who, group, all, most) {
  for (const [what, path] of Object.entries(all)) {
    const name = `${who}${group}: ${what}`;
    if (option('only') && !name.includes(option('only')) && !path.includes(option('only'))) continue;
    const got = await measured(server, header, path, Number(option('times') ?? (quick ? 20 : 60)));
    found.push({ name, most, path, p50: got.p50_ms, p99: got.p99_ms, cpu: got.cpu_ms, refused: got.answered - got.ok });
  }
}

const asLists = (all) => Object.fromEntries(Object.entries(all).map(([what, query]) => [what, `/api/v1/leads?${query}`]));
const inEachOrder = (all) => Object.fromEntries(Object.entries(all).flatMap(([what, query]) => sorts.map((sort) => [`${what}, ${sort}`, `/api/v1/leads?${query}&sort=${sort}`])));

export async function measure(report, server, engine) {
  await pause(2000); // it has begun by then
  await until(async () => (await metrics(server)).leadline_match_warming === 0, { timeout: 300_000, what: 'matching knows all leads' });
  const is = await look(server), found = [];
  const who = await signedIn(server, 'p5@contoso.example');
  await ask(found, server, who, '', 'view', asLists(views), 5);
  await ask(found, server, who, '', 'filter', inEachOrder(filters(is)), 25);
  await ask(found, server, who, '', 'deep', deep(is), 25);
  await ask(found, server, `Authorization: Bearer ${await server.token('admin')}`, '', 'page', pages(is), 25);
  await ask(found, server, who, '', 'referrals', referrals(is), 25);
  for (const [reach, email] of Object.entries(limited)) {
    const cookie = await signedIn(server, email);
    await ask(found, server, cookie, `${reach}, `, 'list', asLists(narrow), 25);
    await ask(found, server, cookie, `${reach}, `, 'page', narrowPages, 25);
  }
  // By CPU, which tells the work even where others keep the machine busy.
  found.sort((a, b) => b.cpu / b.most - a.cpu / a.most);
  const load = `load ${loadavg()[0].toFixed(1)}`, cpu = found.map((f) => f.cpu).sort((a, b) => a - b);
  report.add({ section: 'lists', what: `${engine}, CPU of an answer: p99 of all questions`, unit: 'ms', value: cpu[Math.ceil(cpu.length * 0.99) - 1], most: 25,
    note: `${cpu.filter((ms) => ms > 25).length} of ${cpu.length} over 25, median ${cpu[cpu.length >> 1].toFixed(1)}, ${load}` });
  for (const f of found)
    report.add({ section: 'lists', what: `${engine}, ${f.name}: p99`, unit: 'ms', value: f.p99, most: f.most, note: `median ${f.p50}, ${f.cpu.toFixed(1)} CPU, ${load}${f.refused ? `, ${f.refused} refused` : ''}` });
}

async function onPostgres(report, site) {
  const pg = await Postgres.start({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
  await sql(pg.url('postgres'), "CREATE DATABASE leads TEMPLATE template0 ENCODING 'UTF8'");
  const moved = await site.cli(['move', '--to', pg.url('leads')], { timeout: 3_600_000 });
  if (moved.code !== 0) throw new Error(moved.stderr);
  await sql(pg.url('leads'), 'VACUUM ANALYZE');
  site.db = pg.url('leads');
  const server = await startServer({ site });
  server.postmaster = pg.proc.pid;
  await measure(report, server, engines.postgresql);
  await server.halt();
  await pg.stop();
}

export async function lists(report) {
  const asked = option('engine'), site = await filledPublisher(leads);
  if (asked !== 'postgresql') {
    const server = await startServer({ site });
    await measure(report, server, engines.sqlite);
    await server.halt();
  }
  if (asked !== 'sqlite') await onPostgres(report, site);
  await site.remove();
}
