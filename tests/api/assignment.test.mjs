// Rules that give leads to people and teams: which one wins, who gets it, who is told, and why.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, partly, problem } from '../lib/asserts.mjs';
import { lead, person, publishedTestLead } from '../lib/leads.mjs';
import { asked, sent } from '../lib/imports.mjs';
import { Person } from '../lib/people.mjs';
import { EventStream } from '../lib/sse.mjs';

const server = await serving();
const crm = await server.offer('contoso.crm'), erp = await server.offer('contoso.erp');
await server.offer('fabrikam.app');
const people = {};
for (const name of ['kim', 'lee', 'max', 'ana']) people[name] = await Person.make(server, `${name}@contoso.example`, 'seller', { publisher: 'contoso' });
const boss = await Person.make(server, 'boss@contoso.example', 'manager', { publisher: 'contoso' });
const stranger = await server.ok('user', 'add', 'stranger@fabrikam.example', '--role', 'seller', '--publisher', 'fabrikam');
const manager = await server.token('manager', 'contoso');
const does = (method, route, json, status = 200, headers = {}) => server.expect(status, method, route, { token: manager, json, headers });
const asks = (method, route, json, token = manager, headers = {}) => server.api(method, route, { token, json, headers });
const put = (key, json, status = 200) => does('PUT', `/assignment/rules/contoso.${key}`, json, status);
const gone = (key) => does('DELETE', `/assignment/rules/contoso.${key}`, undefined, 204);
const email = (name) => people[name].email;
const field = await does('POST', '/teams', { name: 'Field', members: ['kim', 'lee', 'max'].map(email) }, 201);
const post = (url, country = 'DE', source = 'AppSource-PLT') => server.lead(url, lead({ LeadSource: `${source}|contoso.${url === crm ? 'crm' : 'erp'}` }, { ...person(), Country: country }));
const why = async (l, who = manager) => (await server.expect(200, 'GET', `/leads/${l.id}/assignment`, { token: who }));
const away = (name, until, status = 204) => boss.does(status, 'POST', '/absences', { account: email(name), until });

test('without rules a lead is nobody\'s, and says so', async () => {
  const l = await post(crm);
  assert.deepEqual([l.owner, l.team], [null, null]);
  assert.deepEqual(await why(l), { lead: l.id, at: null, current: false, assignment: null });
});

test('a rule is written, read, sent back as it was read, and listed by precedence', async () => {
  const rest = await put('rest', { name: 'Everything else', way: 'round-robin', team: field.id });
  partly(rest, { id: 'contoso.rest', key: 'rest', class: 'default', precedence: 4, offer: null, countries: [], teamName: 'Field', account: null });
  await put('crm', { name: 'CRM', offer: 'contoso.crm', way: 'person', account: email('lee') });
  await put('asia', { name: 'Asia', countries: ['KR', 'jp', 'South Korea'], way: 'team', team: field.id });
  const dach = await put('crm-dach', { name: 'CRM, DACH', offer: 'contoso.crm', countries: ['DE', 'AT', 'CH'], way: 'person', account: people.kim.id });
  partly(dach, { class: 'pair', precedence: 1, email: email('kim'), countries: ['AT', 'CH', 'DE'] });
  const { items } = await does('GET', '/assignment/rules');
  assert.deepEqual(items.map((r) => [r.key, r.class]), [['crm-dach', 'pair'], ['crm', 'offer'], ['asia', 'market'], ['rest', 'default']]);
  assert.deepEqual(items[2].countries, ['JP', 'KR']);
  const { version, ...again } = await put('crm-dach', dach);
  assert.equal(version, dach.version + 1);
  assert.deepEqual({ version: dach.version, ...again }, dach);
  const one = await does('GET', '/assignment/rules?limit=1');
  assert.deepEqual((await does('GET', `/assignment/rules?limit=1&after=${one.next}`)).items.map((r) => r.key), ['crm']);
});

test('what is for the same is refused and names the other rule; slips name the field', async () => {
  const rule = (more) => ({ name: 'New', way: 'team', team: field.id, ...more });
  for (const [body, names] of [[{ offer: 'contoso.crm', countries: ['FR', 'CH'] }, 'CRM, DACH'], [{ offer: 'contoso.crm' }, '"CRM"'], [{ countries: ['JP'] }, 'Asia'], [{}, 'Everything else']]) {
    const answer = await asks('PUT', '/assignment/rules/contoso.new', rule(body));
    problem(answer, 409);
    assert.equal(answer.json.code, 'assign.same');
    assert.ok(answer.json.detail.includes(names), answer.text);
  }
  for (const [body, name] of [[{ offer: 'contoso.none' }, 'offer'], [{ offer: 'fabrikam.app' }, 'offer'], [{ countries: ['Atlantis'] }, 'countries'], [{ team: people.kim.id, countries: ['FR'] }, 'team'],
    [{ way: 'person', team: null, countries: ['FR'], account: stranger }, 'account'], [{ way: 'person', team: null, countries: ['FR'] }, 'account'], [{ way: 'least-load', team: null, countries: ['FR'] }, 'team'],
    [{ way: 'dice' }, 'way'], [{ name: '' }, 'name']]) invalid(await asks('PUT', '/assignment/rules/contoso.new', rule(body)), name);
  invalid(await asks('PUT', '/assignment/rules/contoso.New', rule({ countries: ['FR'] })), 'id');
  assert.equal((await does('GET', '/assignment/rules')).items.length, 4);
});

test('two people who change one rule are told of each other', async () => {
  const read = await server.expect(200, 'GET', '/assignment/rules/contoso.asia', { token: manager });
  const tag = { 'If-Match': `"${read.version}"` };
  await does('PUT', '/assignment/rules/contoso.asia', { ...read, name: 'Korea and Japan' }, 200, tag);
  const late = await asks('PUT', '/assignment/rules/contoso.asia', { ...read, name: 'Mine' }, manager, tag);
  problem(late, 412);
  assert.equal(late.json.code, 'assign.changed');
  problem(await asks('DELETE', '/assignment/rules/contoso.asia', undefined, manager, tag), 412);
  for (const tag of ['"0"', '"-1"']) problem(await asks('PUT', '/assignment/rules/contoso.asia', read, manager, { 'If-Match': tag }), 412);
});

test('sellers read rules, managers change them; to others they are not there', async () => {
  const seller = await server.token('seller', 'contoso'), other = await server.token('manager', 'fabrikam');
  assert.equal((await asks('GET', '/assignment/rules', undefined, seller)).json.items.length, 4);
  problem(await asks('PUT', '/assignment/rules/contoso.crm', { name: 'x', way: 'team', team: field.id }, seller), 403);
  problem(await asks('DELETE', '/assignment/rules/contoso.crm', undefined, seller), 403);
  problem(await asks('GET', '/assignment/rules/contoso.crm', undefined, other), 404);
  problem(await asks('PUT', '/assignment/rules/contoso.crm', { name: 'x', way: 'team', team: field.id }, other), 404);
  assert.deepEqual((await asks('GET', '/assignment/rules', undefined, other)).json.items, []);
  const team = await asks('DELETE', `/teams/${field.id}`);
  problem(team, 409);
});

test('the exact pair beats the offer, which beats the market, which beats the rest; why is told', async () => {
  const pair = await post(crm, 'DE');
  assert.deepEqual([pair.owner, pair.team], [people.kim.id, field.id]);
  partly(await why(pair), { lead: pair.id, current: true });
  const told = (await why(pair)).assignment;
  partly(told, { rule: { id: 'contoso.crm-dach', name: 'CRM, DACH', class: 'pair' }, way: 'person', reason: 'person', to: email('kim'), country: 'DE', team: 'Field' });
  assert.deepEqual(told.others.map((r) => [r.id, r.class]), [['contoso.crm', 'offer'], ['contoso.rest', 'default']]);
  assert.equal((await post(crm, 'FR')).owner, people.lee.id);
  assert.equal((await post(crm, 'nowhere')).owner, people.lee.id, 'a country that could not be told');
  const market = await post(erp, 'KR');
  assert.deepEqual([market.owner, market.team], [null, field.id]);
  assert.equal((await why(market)).assignment.reason, 'team');
  assert.equal((await why(await post(erp, 'BR'))).assignment.rule.class, 'default');
});

test('it is on the timeline, in the notifications, in the stream; a person who gives it away is not undone', async () => {
  const stream = await EventStream.open(server.url('/api/v1/events'), people.kim.headers);
  const l = await post(crm, 'AT');
  const entry = l.timeline.find((t) => t.type === 'assigned');
  partly(entry, { actor: 'leadline' });
  partly(entry.detail, { to: email('kim'), reason: 'person', team: 'Field', rule: { name: 'CRM, DACH' } });
  assert.equal(entry.detail.people, undefined, 'who else is told apart');
  assert.deepEqual(await people.kim.kinds(l), ['lead-assigned']);
  assert.deepEqual(await people.lee.kinds(l), []);
  await stream.next((e) => e.event === 'lead' && e.data.includes(l.id), 'the lead').finally(() => stream.close());
  await does('POST', `/leads/${l.id}/owner`, { owner: people.lee.id });
  partly(await why(l), { current: false });
  const again = await server.get(`/leads/${l.id}`);
  await server.post(crm, lead({ LeadSource: 'AppSource-PLT|contoso.crm', Description: 'once more' }, { ...person(), Email: again.customer.email, Country: 'AT' }));
  assert.equal((await server.get(`/leads/${l.id}`)).owner, people.lee.id);
});

test('leads of a team are told to the team, until somebody takes one', async () => {
  const l = await post(erp, 'JP');
  for (const name of ['kim', 'lee', 'max']) assert.deepEqual(await people[name].kinds(l), ['team-lead'], name);
  assert.deepEqual(await people.ana.kinds(l), []);
  await does('POST', `/leads/${l.id}/owner`, { owner: people.max.id });
  assert.deepEqual(await people.kim.kinds(l, 'unread'), []);
});

test('it is told no more when the lead is declined, or goes to another team', async () => {
  const other = await does('POST', '/teams', { name: 'Other', members: [email('ana')] }, 201);
  const [declined, moved] = [await post(erp, 'JP'), await post(erp, 'JP')];
  await does('POST', `/leads/${declined.id}/decline`, { reason: 'not-a-request' });
  assert.deepEqual(await people.kim.kinds(declined, 'unread'), []);
  await does('POST', `/leads/${moved.id}/team`, { team: other.id });
  assert.deepEqual(await people.kim.kinds(moved, 'unread'), []);
});

test('who sees only what they own is not told of what nobody owns; where the team is only they, managers are', async () => {
  const own = await Person.make(server, 'own@contoso.example', 'seller', { publisher: 'contoso' });
  await server.ok('user', 'set', 'own@contoso.example', '--reach', 'own');
  const alone = await does('POST', '/teams', { name: 'Alone', members: [own.id] }, 201);
  await put('france', { name: 'France', countries: ['FR'], way: 'team', team: alone.id });
  const l = await post(erp, 'FR');
  assert.equal(l.team, alone.id);
  assert.deepEqual(await boss.kinds(l), ['ownerless']);
  await gone('france');
});

test('what a person who is out leaves to their team is told to the team', async () => {
  await put('spain', { name: 'Spain', countries: ['ES'], way: 'person', account: email('kim') });
  await away('kim', new Date(Date.now() + 3_600_000).toISOString());
  const l = await post(erp, 'ES');
  assert.deepEqual([l.owner, l.team], [null, field.id]);
  assert.deepEqual([await people.lee.kinds(l), await people.kim.kinds(l), await boss.kinds(l)], [['team-lead'], [], []]);
  await away('kim', null);
  await gone('spain');
});

test('of a flood each of a team is told of some leads, and of none of it a manager', async () => {
  const before = (await people.lee.get('/notifications?kind=team-lead&limit=500')).items.length;
  const bodies = JSON.stringify(Array.from({ length: 60 }, (_, n) => lead({ LeadSource: 'AppSource-PLT|contoso.erp' }, { ...person(), Country: 'JP', Email: `flood${n}@flood${n}.example` })));
  assert.equal((await server.take(erp, bodies)).leads.length, 60, 'one message, one transaction');
  const told = (await people.lee.get('/notifications?kind=team-lead&limit=500')).items.length - before;
  assert.equal(told, 20);
});

test('turns go round those who are there; who is away says so themselves, or a manager does', async () => {
  const got = async (n) => { const owners = []; for (let i = 0; i < n; i++) owners.push((await post(erp, 'BR')).owner); return owners; };
  const six = await got(6);
  for (const name of ['kim', 'lee', 'max']) assert.equal(six.filter((o) => o === people[name].id).length, 2, name);
  for (const until of ['2091-01-01T00:00:00Z', '2021-01-01T00:00:00Z']) invalid(await people.max.api('POST', '/absences', { until }), 'until');
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  await people.max.does(204, 'POST', '/absences', { until: soon });
  partly((await people.max.get('/absences')).items[0], { email: email('max'), account: people.max.id });
  assert.deepEqual([...new Set(await got(4))].sort(), [people.kim.id, people.lee.id].sort());
  problem(await people.kim.api('POST', '/absences', { account: email('max') }), 403);
  problem(await people.kim.api('POST', '/absences', { account: 'nobody@contoso.example' }), 403);
  await away('kim', soon);
  await away('lee', soon);
  const nobody = await post(erp, 'BR');
  assert.deepEqual([nobody.owner, nobody.team], [null, field.id]);
  const told = (await why(nobody)).assignment;
  partly(told, { reason: 'nobody', to: null, members: 3 });
  assert.deepEqual(told.people.map((p) => p.out), ['away', 'away', 'away']);
  assert.deepEqual(await people.kim.kinds(nobody), ['team-lead'], 'they see it when they are back');
  for (const name of ['kim', 'lee', 'max']) await away(name, null);
  assert.deepEqual((await boss.get('/absences')).items, []);
  assert.ok((await post(erp, 'BR')).owner);
});

test('the one with the fewest open leads gets it, and what was counted is told', async () => {
  await put('rest', { name: 'Everything else', way: 'least-load', team: field.id });
  const load = {};
  for (const name of ['kim', 'lee', 'max']) load[people[name].id] = (await server.get(`/leads?owner=${people[name].id}&limit=500`)).items.filter((l) => l.status !== 'Closed').length;
  const l = await post(erp, 'BR');
  assert.equal(load[l.owner], Math.min(...Object.values(load)));
  const { people: counted, reason } = (await why(l)).assignment;
  assert.equal(reason, 'load');
  assert.deepEqual(counted.map((p) => p.load), counted.map((p) => load[people[p.email.split('@')[0]].id]));
  assert.equal(counted[0].load, load[l.owner]);
});

test('a rule that is changed or forgotten changes nothing of what came before', async () => {
  const before = await post(crm, 'CH');
  await put('crm-dach', { name: 'CRM, DACH', offer: 'contoso.crm', countries: ['DE', 'AT', 'CH'], way: 'person', account: email('ana') });
  assert.equal((await post(crm, 'CH')).owner, people.ana.id);
  await gone('crm-dach');
  assert.equal((await server.get(`/leads/${before.id}`)).owner, people.kim.id);
  partly((await why(before)).assignment, { rule: { name: 'CRM, DACH' } });
  assert.equal((await post(crm, 'CH')).owner, people.lee.id, 'the rule of the offer');
  problem(await asks('DELETE', '/assignment/rules/contoso.crm-dach'), 404);
});

test('tests, leads for information, and the past of a file are given to nobody; a file that is live is', async () => {
  await server.post(crm, publishedTestLead);
  const information = await post(crm, 'FR', 'AppSource-DNC');
  assert.equal(information.owner, null);
  const row = (mail, at) => `Email,Country,Creation Date\n${mail},FR,${at}\n`;
  const of = async (mail, at, more) => {
    const { id } = await sent(server, `${mail}.csv`, row(mail, at), { publisher: 'contoso', offer: 'contoso.crm', ...more });
    await asked(server, id, 'start', { timeout: 30_000 });
    return (await server.get(`/leads?q=${encodeURIComponent(mail)}`)).items[0];
  };
  const now = new Date().toISOString();
  assert.equal((await of('past@list.example', now)).owner, null);
  assert.equal((await of('live@list.example', now, { deliver: true })).owner, people.lee.id);
  assert.equal((await of('ancient@list.example', '2024-01-01T00:00:00Z', { deliver: true })).owner, null);
  for (const l of (await server.get('/leads?test=true')).items) assert.equal(l.owner, null);
});

test('who reaches less is told the rule of their lead, and not of others', async () => {
  const limited = await Person.make(server, 'limited@contoso.example', 'seller', { publisher: 'contoso' });
  await server.ok('user', 'set', 'limited@contoso.example', '--reach', 'own');
  await limited.signIn();
  await put('crm-fr', { name: 'France', offer: 'contoso.crm', countries: ['FR'], way: 'person', account: 'limited@contoso.example' });
  const l = await post(crm, 'FR');
  assert.equal(l.owner, limited.id);
  const { assignment } = await limited.get(`/leads/${l.id}/assignment`);
  partly(assignment, { rule: { name: 'France' }, to: 'limited@contoso.example' });
  assert.deepEqual([assignment.people, assignment.others], [undefined, undefined]);
  problem(await limited.api('GET', '/assignment/rules'), 403);
  await limited.does(204, 'POST', '/absences', { until: new Date(Date.now() + 3_600_000).toISOString() });
  assert.deepEqual((await limited.get('/absences')).items.map((a) => a.account), [limited.id]);
  const other = await post(crm, 'FR');
  assert.equal(other.owner, null);
  assert.equal((await why(other)).assignment.reason, 'away');
  assert.deepEqual(await boss.kinds(other), ['ownerless'], 'neither a person nor a team: the managers are told');
  await server.ok('user', 'set', 'limited@contoso.example', '--reach', 'offers', '--offers', 'contoso.erp');
  await limited.signIn();
  await limited.does(204, 'POST', '/absences', {});
  assert.equal((await why(await post(crm, 'FR'))).assignment.reason, 'reach', 'nobody is given what they could not see');
});

test('rules are in the audit; an erased lead keeps whose it was', async () => {
  const admin = await server.token('admin', 'contoso');
  const { items } = (await asks('GET', '/audit?limit=500', undefined, admin)).json;
  for (const verb of ['PUT', 'DELETE']) assert.ok(items.some((i) => JSON.stringify(i).includes('assignment/rules') && JSON.stringify(i).includes(verb)), verb);
  const l = await post(crm, 'GB');
  await server.expect(200, 'POST', `/customers/${l.customer.id}/erase`, { token: admin, json: {} });
  const { assignment } = await why(l);
  partly(assignment, { to: email('lee'), country: null, rule: { name: 'CRM' } });
});

test('rules are tried over what has come, a draft too, and nothing is changed by it', async () => {
  const before = (await does('GET', '/assignment/rules')).items;
  const owners = async () => (await server.get('/leads?limit=500')).items.map((l) => [l.id, l.owner]);
  const was = await owners();
  const tried = await does('POST', '/assignment/trial', {});
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString(), inIt = async (more) => (await server.get(`/leads?limit=500&since=${month}${more}`)).items.length;
  const real = await inIt('') - await inIt('&kind=information');
  partly(tried, { publisher: 'contoso', cut: false, limit: 20000, leads: real });
  assert.deepEqual(tried.rules.map((r) => r.id).sort(), before.map((r) => r.id).sort());
  assert.equal(tried.rules.reduce((n, r) => n + r.leads, 0) + tried.unmatched, tried.leads);
  for (const r of tried.rules) assert.equal(r.people.reduce((n, p) => n + p.leads, 0) + r.nobody, r.leads, r.name);
  assert.equal(tried.people.reduce((n, p) => n + p.leads, 0), tried.rules.reduce((n, r) => n + r.leads - r.nobody, 0));
  const rest = tried.rules.find((r) => r.id === 'contoso.rest');
  const drafted = await does('POST', '/assignment/trial', { rule: { name: 'Brazil', countries: ['BR'], way: 'round-robin', team: field.id } });
  const brazil = drafted.rules.find((r) => r.name === 'Brazil');
  partly(brazil, { id: 'contoso.draft', class: 'market' });
  assert.ok(brazil.leads > 3);
  assert.equal(drafted.rules.find((r) => r.id === 'contoso.rest').leads, rest.leads - brazil.leads);
  const shares = brazil.people.map((p) => p.leads);
  assert.ok(Math.max(...shares) - Math.min(...shares) <= 1 && shares.length === 3, `${shares}`);
  const changed = await does('POST', '/assignment/trial', { rule: { ...before.find((r) => r.key === 'rest'), way: 'team' } });
  partly(changed.rules.find((r) => r.id === 'contoso.rest'), { leads: rest.leads, nobody: rest.leads, people: [] });
  problem(await asks('POST', '/assignment/trial', { rule: { name: 'Twice', way: 'team', team: field.id } }), 409);
  invalid(await asks('POST', '/assignment/trial', { rule: { name: 'x', way: 'team', team: field.id, countries: ['Atlantis'] } }), 'countries');
  invalid(await asks('POST', '/assignment/trial', { days: 0 }), 'days');
  problem(await asks('POST', '/assignment/trial', {}, await server.token('seller', 'contoso')), 403);
  assert.deepEqual(await owners(), was);
  assert.deepEqual((await does('GET', '/assignment/rules')).items, before);
});

test('leads that nobody owns are given away when that is asked for, and counted before', async () => {
  for (const r of (await does('GET', '/assignment/rules')).items) await gone(r.key);
  for (const l of (await server.get('/leads?owner=none&limit=500').catch(() => ({ items: [] }))).items) assert.equal(l.owner, null);
  const fresh = [];
  for (let i = 0; i < 5; i++) fresh.push(await post(crm, i < 3 ? 'IT' : 'ES'));
  const closed = await post(crm, 'IT');
  await does('POST', `/leads/${closed.id}/decline`, { reason: 'not-a-fit' });
  await put('italy', { name: 'Italy', offer: 'contoso.crm', countries: ['IT'], way: 'round-robin', team: field.id });
  const was = async () => (await Promise.all(fresh.map((l) => server.get(`/leads/${l.id}`)))).map((l) => l.owner);
  assert.deepEqual(await was(), [null, null, null, null, null], 'a rule is for what comes');
  const preview = await does('POST', '/assignment/apply', { dryRun: true });
  partly(preview, { dryRun: true, given: 3, team: 0, nobody: 0, next: null });
  assert.equal(preview.leads, preview.given + preview.unmatched);
  assert.deepEqual(await was(), [null, null, null, null, null]);
  problem(await asks('POST', '/assignment/apply', {}, await server.token('seller', 'contoso')), 403);
  invalid(await asks('POST', '/assignment/apply', { after: 'x' }), 'after');
  const seen = await server.raw('GET', `/api/v1/leads/${fresh[0].id}`, { headers: { Authorization: `Bearer ${manager}` } });
  partly(await does('POST', '/assignment/apply', {}), { dryRun: false, given: 3, next: null });
  const owners = await was();
  assert.deepEqual([...owners.slice(0, 3)].sort(), ['kim', 'lee', 'max'].map((n) => people[n].id).sort());
  assert.deepEqual(owners.slice(3), [null, null]);
  assert.equal((await server.get(`/leads/${closed.id}`)).owner, null);
  const told = await server.get(`/leads/${fresh[0].id}`);
  partly(told.timeline.find((t) => t.type === 'assigned').detail, { rule: { name: 'Italy' }, reason: 'turn' });
  assert.equal(told.team, field.id);
  const who = Object.values(people).find((p) => p.id === owners[0]);
  assert.deepEqual(await who.kinds(fresh[0]), ['lead-assigned']);
  const stale = await asks('POST', `/leads/${fresh[0].id}/owner`, { owner: people.ana.id }, manager, { 'If-Match': seen.headers.etag });
  problem(stale, 412);
  partly(await does('POST', '/assignment/apply', {}), { given: 0 });
});

test('given to a team by a person, it is told to the team as by a rule: not to who gave it, nor where somebody owns it', async () => {
  const give = (who, l, team) => who.does(200, 'POST', `/leads/${l.id}/team`, { team });
  const one = async (name) => Person.make(server, `${name}@contoso.example`, 'seller', { publisher: 'contoso' });
  const [bo, cy, di] = [await one('bo'), await one('cy'), await one('di')]; // of a flood they heard nothing
  const crew = await does('POST', '/teams', { name: 'Crew', members: [bo, cy, di].map((p) => p.id) }, 201);
  const fresh = async () => {
    const l = await post(erp, 'BR');
    for (const [what, none] of [['owner', { owner: '' }], ['team', { team: '' }]]) await does('POST', `/leads/${l.id}/${what}`, none);
    return l;
  };
  const l = await fresh();
  await give(bo, l, crew.id);
  assert.deepEqual([await bo.kinds(l, 'unread'), await cy.kinds(l, 'unread'), await di.kinds(l, 'unread')], [[], ['team-lead'], ['team-lead']]);
  assert.deepEqual(await people.ana.kinds(l, 'unread').then((kinds) => kinds.includes('team-lead')), false);
  await does('POST', `/leads/${l.id}/owner`, { owner: di.id });
  assert.deepEqual(await cy.kinds(l, 'unread'), [], 'somebody has it');
  await does('POST', `/leads/${l.id}/team`, { team: '' });
  await give(boss, l, crew.id);
  assert.deepEqual(await cy.kinds(l, 'unread'), [], 'it is somebody\'s');
  const closed = await fresh();
  await does('POST', `/leads/${closed.id}/decline`, { reason: 'not-a-request' });
  await give(boss, closed, crew.id);
  assert.deepEqual(await cy.kinds(closed, 'unread'), [], 'nobody works on it');
  const later = await fresh();
  const gone = (until) => boss.does(204, 'POST', '/absences', { account: cy.email, until });
  await gone(new Date(Date.now() + 3_600_000).toISOString());
  await give(boss, later, crew.id);
  assert.deepEqual([await cy.kinds(later, 'unread'), await bo.kinds(later, 'unread')], [[], ['team-lead']]);
  await gone(null);
  await give(boss, later, '');
  assert.deepEqual(await bo.kinds(later, 'unread'), [], 'it is the team\'s no more');
});

test('of many that are given by hand each of a team is told of twenty a minute', async () => {
  const ann = await Person.make(server, 'ann@contoso.example', 'seller', { publisher: 'contoso' });
  const few = await does('POST', '/teams', { name: 'Few', members: [ann.id] }, 201);
  const given = [];
  for (let i = 0; i < 26; i += 1) {
    const l = await post(erp, 'JP');
    given.push(l.id);
    await does('POST', `/leads/${l.id}/team`, { team: few.id });
  }
  const told = (await ann.get('/notifications?kind=team-lead&limit=500')).items;
  const within = told.filter((n) => Date.parse(n.at) - Date.parse(told[told.length - 1].at) < 60_000);
  assert.ok(told.length < 26 ? within.length === 20 : within.length <= 20, `${told.length} of 26`);
});
