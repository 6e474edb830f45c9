// The desk over many leads: the board, tasks, referrals, and the lists of those who reach few leads of them.

import { measured } from '../lib/measure.mjs';

const people = [['own@contoso.example', 'own'], ['team@contoso.example', 'team']];

async function each(list, fn) {
  const rest = [...list];
  const one = async () => { for (let item = rest.pop(); item !== undefined; item = rest.pop()) await fn(item); };
  await Promise.all(Array.from({ length: 8 }, one));
}

async function owed(server, n, sort) {
  const found = [];
  for (let after = ''; found.length < n && after !== null;) {
    const page = await server.get(`/leads?response=owed&sort=${sort}&limit=500${after && `&after=${encodeURIComponent(after)}`}`);
    found.push(...page.items);
    after = page.next;
  }
  return found.slice(0, n);
}

// One lead of fifty is worked on: accepted, half of those a stage further, a tenth with a task. One person owns fifty
// leads from the store's beginning, a team has a thousand.
export async function workOn(server, count) {
  const act = (lead, what, json = {}) => server.expect(200, 'POST', `/leads/${lead.id}/${what}`, { json });
  const dueAt = (k) => new Date(Date.now() + 60_000 * k).toISOString();
  for (const [email, reach] of people) await server.ok('user', 'add', email, '--role', 'seller', '--publisher', 'contoso', '--reach', reach);
  const team = await server.ok('team', 'add', 'Some', '--publisher', 'contoso', '--members', people[1][0]);
  const oldest = await owed(server, 1050, 'received');
  await each(oldest.slice(0, 50), (lead) => act(lead, 'owner', { owner: people[0][0] }));
  await each(oldest.slice(50), (lead) => act(lead, 'team', { team }));
  const newest = await owed(server, count / 50, '-received');
  await each([...newest.entries()], async ([k, lead]) => {
    await act(lead, 'accept', { value: String(k), currency: k % 3 ? 'EUR' : 'KRW' });
    if (k % 2) await act(lead, 'stage', { stage: 'qualify' });
    if (k % 10 === 0) await act(lead, 'tasks', { kind: 'call', text: 'Call again', dueAt: dueAt(k) });
  });
}

async function signedIn(server, email) {
  const link = await server.ok('user', 'link', email);
  const answer = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  return `Cookie: ${answer.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('leadline_session'))}`;
}

const word = encodeURIComponent;
const pages = {
  'the board': '/api/v1/board?process=contoso.default',
  'a column': '/api/v1/board/cards?process=contoso.default&stage=qualify',
  'tasks that are due': '/api/v1/tasks',
  'leads that do not get on': '/api/v1/leads?progress=stalled',
  'leads with one attempt': '/api/v1/leads?progress=one-attempt',
  referrals: '/v1.0/engagements/referrals?$top=50',
  'referrals that changed lately': `/v1.0/engagements/referrals?$top=50&$orderby=${word('updatedDateTime desc')}`,
  'referrals of a country': `/v1.0/engagements/referrals?$top=50&$filter=${word("status eq 'New' and customerProfile/address/country eq 'KR'")}`,
};
const narrow = {
  'their leads': '/api/v1/leads',
  'theirs by due': '/api/v1/leads?sort=due',
  'a word in theirs': '/api/v1/leads?q=tailspin',
  'a common word in theirs': '/api/v1/leads?q=manager',
  'theirs of a country': '/api/v1/leads?country=KR',
  'their tasks': '/api/v1/tasks',
};

export async function desk(report, server, engine) {
  const add = (what, got) => report.add({ section: 'desk', what: `${engine}, ${what}: p99`, unit: 'ms', value: got.p99_ms, most: 25,
    note: `median ${got.p50_ms}, ${got.cpu_ms.toFixed(2)} CPU${got.ok === got.answered ? '' : `, ${got.answered - got.ok} refused`}` });
  const bearer = `Authorization: Bearer ${await server.token('seller', 'contoso')}`;
  for (const [what, path] of Object.entries(pages)) add(what, await measured(server, bearer, path));
  for (const [email, reach] of people) {
    const cookie = await signedIn(server, email);
    for (const [what, path] of Object.entries(narrow)) add(`who reaches ${reach}, ${what}`, await measured(server, cookie, path));
  }
}
