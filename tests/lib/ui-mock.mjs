// A stand-in for the server, to work on the page and to test it alone: the same routes, shapes, content
// policy and refusals as the contract has, on made-up data in memory.
// Usage: node tests/lib/ui-mock.mjs [PORT]     signs anybody in as admin@example.com / demo
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { customerDetail, customerList, erase, makePairs, matches, merge, rematch, rematchLook, rematchUndo, setValues, split, undo, verdict, whyOf } from './ui-mock-customers.mjs';
import { bodyOf, idOf, KINDS, makeDeliveries, makeDestinations, makeLead, makeReceipts, OFFERS } from './ui-mock-data.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.txt': 'text/plain' };
const ME = { id: idOf('05e7', 1), email: 'admin@example.com', name: 'Alex Morgan', role: 'admin', language: null, publisher: null, active: true, hasPassword: true };

class Refusal extends Error {
  constructor(status, code, detail, errors) { super(detail ?? code); Object.assign(this, { status, code, errors }); }
}

function freshState(count) {
  const now = Date.now();
  const leads = Array.from({ length: count }, (_, i) => makeLead(i, now));
  const destinations = makeDestinations(now);
  return {
    leads, destinations, deliveries: makeDeliveries(leads, destinations), receipts: makeReceipts(leads, now),
    offers: OFFERS.map((o, i) => ({ ...o, intakeUrl: `https://leads.example.com/in/${'k7Qm2xR9vT4bLpW8'.slice(i)}${o.id.length}Zs6YdN3c` })),
    users: [ME, { id: idOf('05e7', 2), email: 'seoyeon@example.com', name: '박서연', role: 'seller', language: 'ko', publisher: 'contoso', active: true, seenAt: new Date(now - 7200000).toISOString() },
      { id: idOf('05e7', 3), email: 'lei@example.com', name: '李磊', role: 'manager', language: 'zh-Hans', publisher: 'fabrikam', active: false, seenAt: null }],
    tokens: [{ id: idOf('70ce', 1), name: 'Power BI', role: 'viewer', publisher: 'contoso', createdAt: new Date(now - 9e8).toISOString(), revokedAt: null }],
    pairs: makePairs(leads), regroups: [], verdicts: new Map(), overrides: new Map(), erased: new Map(), sessions: new Map(), me: { ...ME }, streams: new Set(), event: 0,
  };
}

/** What people and programs did, the newest first. */
function auditOf(state) {
  const now = Date.now();
  const row = (i, rest) => ({ id: idOf('a0d1', 90 - i), publisher: null, n: 90 - i, at: new Date(now - i * 4.1e6).toISOString(), actor: ME.id, actorName: ME.email, ref: null, status: 200, hash: `${i}`.padStart(64, 'c0ffee'), ...rest });
  return [row(0, { verb: 'POST /api/v1/leads/{id}/accept', ref: state.leads[0].id, publisher: 'contoso' }), row(1, { verb: 'POST /api/v1/leads/{id}/win', ref: state.leads[1].id, status: 409, publisher: 'contoso' }),
    row(2, { verb: 'offer add', ref: 'contoso.crm-suite', actor: 'command line', actorName: null }), row(3, { verb: 'POST /api/v1/session' })];
}

const hide = ({ _raw, _attempts, _body, ...shown }) => shown;
const LISTS = {
  leads: ['publisher', 'offer', 'source', 'action', 'kind', 'status', 'substatus', 'owner', 'customer', 'country', 'test', 'unread', 'response', 'since', 'until', 'q', 'sort'],
  deliveries: ['publisher', 'state', 'destination', 'lead', 'since', 'until'],
  receipts: ['publisher', 'offer', 'state', 'since', 'until'],
  customers: ['publisher', 'q', 'country', 'email', 'since', 'until', 'hasReview', 'sort'], matches: ['publisher', 'state'], offers: ['publisher'], destinations: ['publisher'], users: [], audit: ['publisher', 'actor', 'ref', 'since', 'until'], tokens: [], publishers: [], counters: ['publisher'],
};

function checkQuery(query, allowed) {
  for (const name of query.keys()) if (![...allowed, 'limit', 'after'].includes(name)) throw new Refusal(400, 'query.unknown', `unknown parameter ${name}`);
}

function page(items, query) {
  const limit = Math.min(500, Number(query.get('limit') ?? 50));
  const after = query.get('after');
  const from = after ? items.findIndex((i) => i.id === after) + 1 : 0;
  const some = items.slice(from, from + limit);
  return { items: some.map(hide), next: from + limit < items.length ? some[some.length - 1].id : null };
}

const within = (at, query) => (!query.get('since') || at >= query.get('since')) && (!query.get('until') || at <= query.get('until'));

function leadList(state, query) {
  const q = query.get('q')?.toLowerCase();
  const test = query.get('test') === 'true';
  const owed = query.get('response');
  const due = (lead) => lead.firstResponse?.dueAt && !lead.firstResponse.respondedAt && (owed === 'owed' || lead.firstResponse.dueAt < new Date().toISOString());
  const found = state.leads.filter((lead) => lead.test === test && (!owed || due(lead)) && (query.get('unread') !== 'true' || lead.unread) && within(lead.receivedAt, query)
    && ['publisher', 'source', 'action', 'kind', 'status', 'substatus'].every((f) => !query.get(f) || lead[f] === query.get(f))
    && (!query.get('offer') || lead.offer.id === query.get('offer')) && (!query.get('country') || lead.customer.country === query.get('country'))
    && (!query.get('customer') || lead.customer.id === query.get('customer'))
    && (!q || JSON.stringify([lead.customer, lead.description, lead.offer]).toLowerCase().includes(q)));
  const sort = query.get('sort') ?? '-received';
  const key = sort.endsWith('due') ? (l) => l.firstResponse?.dueAt ?? '9999' : (l) => l.receivedAt;
  found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (sort.startsWith('-') ? -1 : 1));
  return page(found, query);
}

function understanding(lead) {
  const c = lead.customer;
  const row = (field, value, from, rule, confidence, raw) => ({ field, value, from, rule, confidence, raw });
  return [
    row('source', lead.source, 'LeadSource', 'source.alias', 'sure', lead.leadSource), row('action', lead.action, 'LeadSource', 'action.code', lead.kind === 'unknown' ? 'guess' : 'sure', lead.leadSource),
    row('offer', lead.offer.id, 'URL', 'intake.url', 'sure', lead.leadSource), row('kind', lead.kind, 'LeadSource', 'kind.table', 'sure', `${lead.source} ${lead.action}`),
    row('firstName', c.firstName, 'UserDetails.FirstName', 'name.trim', 'sure', c.firstName), row('email', c.email, 'UserDetails.Email', 'email.address', 'sure', c.email),
    row('phone', c.phone, 'UserDetails.Phone', 'phone.plan', c.phone ? 'likely' : 'guess', lead._raw.phone), row('country', c.country, 'UserDetails.Country', 'country.name', 'sure', lead._raw.country),
  ];
}

// The desk of a lead that nobody worked on.
const engagementOf = (lead) => ({
  name: null, value: null, currency: null, purchaseTimeFrame: null, closingOn: null, notes: null, crmId: null, campaignId: null, quality: null, purchaseIntent: null,
  favorite: false, reason: null, acceptedAt: null, closedAt: null, workedAt: null, attempts: 0, calls: 0, reached: 0, owner: null, expiresAt: null, undo: null,
  workable: !lead.test && lead.kind !== 'information',
  actions: lead.status === 'New' && !lead.test && lead.kind !== 'information' ? [{ action: 'accept', reasons: [] }, { action: 'decline', reasons: [{ reason: 'duplicate', noteRequired: false }] }] : [],
});

function leadDetail(state, lead) {
  const receipt = state.receipts.find((r) => r.leads.includes(lead.id));
  const deliveries = state.deliveries.filter((d) => d.lead === lead.id);
  const others = state.leads.filter((l) => l.customer.id === lead.customer.id && l !== lead && !lead.test).slice(0, 4);
  const c = lead.customer;
  return {
    ...hide(lead), eTag: '"0-Received"', engagement: engagementOf(lead), tasks: [], proposal: null, asReceived: { ...c, id: undefined, ...lead._raw, leadSource: lead.leadSource, actionCode: lead.action, offerTitle: lead.offer.title, description: lead.description },
    understanding: understanding(lead), deliveries: deliveries.map(hide), otherLeads: others.map(hide), match: { rule: c.email ? 'email' : 'none', value: c.email, leads: others.length + 1, lead: null, moved: null, why: others.length ? whyOf(1.4) : null },
    timeline: [
      { at: lead.receivedAt, type: 'received', receipt: receipt?.id, detail: {} },
      ...(lead.touches > 1 ? [{ at: new Date(Date.parse(lead.receivedAt) + 200000).toISOString(), type: 'touch', receipt: receipt?.id, detail: {} }] : []),
      ...deliveries.map((d) => ({ at: d.doneAt ?? d.createdAt, type: 'delivery', delivery: d.id, detail: { state: d.state, kind: d.destination.kind, name: d.destination.name } })),
      ...(lead.unread ? [] : [{ at: new Date(Date.parse(lead.receivedAt) + 20000).toISOString(), type: 'read' }]),
    ],
  };
}

function find(list, id) {
  const found = list.find((item) => item.id === id);
  if (!found) throw new Refusal(404, 'not-found', 'not found');
  return found;
}

function tell(state, topic, id, publisher, what) {
  state.event += 1;
  for (const stream of state.streams) stream.write(`id: ${state.event}\nevent: ${topic}\ndata: ${JSON.stringify({ id, publisher, what })}\n\n`);
}

function arrive(state) {
  const lead = { ...makeLead(state.leads.length * 3 + 1, Date.now()), id: idOf('a1b2', state.leads.length), receivedAt: new Date().toISOString(), unread: true, test: false };
  if (lead.firstResponse) lead.firstResponse = { dueAt: new Date(Date.now() + 86400000).toISOString(), respondedAt: null, owed: true, breached: false };
  Object.assign(lead, { status: 'New', substatus: 'Received' });
  state.leads.unshift(lead);
  state.receipts.push({ id: idOf('5ece', 5000 + state.leads.length), offer: lead.offer.id, publisher: lead.publisher, state: 'placed', arrivals: 1, receivedAt: lead.receivedAt, leads: [lead.id], problem: null, _body: bodyOf(lead) });
  tell(state, 'lead', lead.id, lead.publisher, 'new');
  return { id: lead.id };
}

/** A lead that somebody entered, as the side for Partner Center's programs takes and answers it. */
function enter(state, { customerProfile: { name = '', team: [who] = [{}], address } = {}, details }) {
  const offer = state.offers.find((o) => o.id === details?.requirements?.solutions?.[0]?.id);
  if (!offer) throw new Refusal(400, 'referral.offer', 'no such offer', [{ field: '/details/requirements/solutions', code: 'referral.offer', message: 'x' }]);
  const { id } = arrive(state);
  const asked = Boolean(details.customerRequestedContact);
  const customer = { id: idOf('c0de', 2000 + state.leads.length), firstName: who.firstName ?? '', lastName: who.lastName ?? '', email: who.email ?? '', phone: who.phoneNumber ?? '', country: address?.country ?? '', company: name, title: '' };
  Object.assign(find(state.leads, id), { publisher: offer.publisher, offer: { id: offer.id, title: offer.title }, source: '', action: asked ? 'PLT' : '', kind: asked ? 'interest' : 'unknown', leadSource: '',
    description: details.customerNotes ?? '', touches: 1, doNotContact: false, bought: false, hot: asked, flags: [], customer, _raw: { country: customer.country, phone: customer.phone } });
  return { id, status: 'New', substatus: 'Received' };
}

function need(body, names) {
  const errors = names.filter((name) => !body[name]).map((field) => ({ field, code: 'required', message: `${field} is needed` }));
  if (errors.length) throw new Refusal(422, 'invalid', 'some fields need another look', errors);
}

function destinationFrom(body, existing) {
  const kind = KINDS.find((k) => k.kind === (existing?.kind ?? body.kind));
  const settings = { ...existing?.settings };
  const errors = [];
  for (const s of kind.settings) {
    const value = body.settings?.[s.name];
    if (value !== undefined) settings[s.name] = s.secret ? { set: true } : value;
    if (s.required && settings[s.name] === undefined) errors.push({ field: `settings.${s.name}`, code: 'required', message: 'needed' });
    if (s.name === 'url' && value && /^http:/.test(value) && !body.settings.allowHttp) errors.push({ field: 'settings.url', code: 'url.http', message: 'Plain HTTP is not allowed here.' });
  }
  if (errors.length) throw new Refusal(422, 'invalid', 'some fields need another look', errors);
  return { ...settings };
}

/** The answer to a new destination, the only one that shows its secrets. */
const body201 = (made, body) => ({ ...made, settings: { ...made.settings, ...body.settings, ...(made.kind === 'https' ? { secret: body.settings.secret ?? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } : {}) } });

function replay(state, body) {
  const ids = body.ids;
  const f = body.filter ?? {};
  const matched = state.deliveries.filter((d) => (ids ? ids.includes(d.id) : (!f.state || d.state === f.state) && (!f.destination || d.destination.id === f.destination) && within(d.createdAt, new URLSearchParams(f))));
  if (body.dryRun) return { matched: matched.length, replayed: 0 };
  for (const d of matched) { d.state = 'due'; d.nextAttemptAt = new Date().toISOString(); tell(state, 'delivery', d.id, d.publisher, 'changed'); }
  return { matched: matched.length, replayed: matched.length };
}

const own = (items, query) => items.filter((i) => !query.get('publisher') || i.publisher === query.get('publisher'));

/** [method, path, allowed parameters, what it answers]: the first path that fits wins. */
const ROUTES = [
  ['GET', /^\/counters$/, LISTS.counters, (s, m, q) => {
    const count = (list, test) => own(list, q).filter(test).length;
    return { owed: count(s.leads, (l) => l.firstResponse?.dueAt && !l.firstResponse.respondedAt), overdue: 0, unassigned: count(s.leads, (l) => !l.test && !l.owner), unassignedOwed: 0, unread: count(s.leads, (l) => l.unread && !l.test), new: count(s.leads, (l) => l.unread && !l.test), test: count(s.leads, (l) => l.test),
      receiptsUnreadable: count(s.receipts, (r) => r.state === 'unreadable'), receiptsSetAside: count(s.receipts, (r) => r.state === 'set-aside'),
      reviews: matches(s).length, deliveriesDue: count(s.deliveries, (d) => d.state === 'due'), deliveriesParked: count(s.deliveries, (d) => d.state === 'parked'), deliveriesRejected: count(s.deliveries, (d) => d.state === 'rejected') };
  }],
  ['GET', /^\/views$/, ['publisher'], (s, m, q) => page([], q)],
  ['GET', /^\/leads$/, LISTS.leads, (s, m, q) => leadList(s, q)],
  ['GET', /^\/leads\/([^/]+)$/, [], (s, m) => leadDetail(s, find(s.leads, m[1]))],
  ['POST', /^\/leads\/([^/]+)\/read$/, [], (s, m, q, b) => { const lead = find(s.leads, m[1]); lead.unread = Boolean(b.unread); tell(s, 'lead', lead.id, lead.publisher, 'changed'); return null; }],
  ['GET', /^\/offers$/, LISTS.offers, (s, m, q) => page(own(s.offers, q).map((o) => ({ ...o, lastReceivedAt: s.leads.find((l) => l.offer.id === o.id)?.receivedAt ?? null })), q)],
  ['POST', /^\/offers$/, [], (s, m, q, b) => {
    need(b, ['id']);
    if (!/^[^.]+\.[^.]+$/.test(b.id)) throw new Refusal(422, 'invalid', 'x', [{ field: 'id', code: 'offer.id', message: 'It has the form publisher.offer.' }]);
    const offer = { ...b, publisher: b.id.split('.')[0], intakeUrl: 'https://leads.example.com/in/n3wK3yN3wK3yN3wK3y' };
    s.offers.push(offer);
    return offer;
  }],
  ['POST', /^\/offers\/([^/]+)\/rotate-key$/, [], (s, m) => { const o = find(s.offers, m[1]); o.intakeUrl = o.intakeUrl.replace(/.$/, 'x'); return o; }],
  ['GET', /^\/publishers$/, LISTS.publishers, () => ({ items: [{ id: 'contoso', name: 'Contoso' }, { id: 'fabrikam', name: 'Fabrikam' }], next: null })],
  ['GET', /^\/imports$/, ['publisher', 'after', 'limit'], () => ({ items: [], next: null })],
  ['GET', /^\/customers$/, LISTS.customers, (s, m, q) => page(own(customerList(s, q), q), q)],
  ['POST', /^\/customers\/merge$/, [], (s, m, q, b) => merge(s, b)],
  ['POST', /^\/customers\/history\/([^/]+)\/undo$/, [], (s, m) => undo(s, m[1])],
  ['GET', /^\/customers\/([^/]+)$/, [], (s, m) => customerDetail(s, m[1])],
  ['PATCH', /^\/customers\/([^/]+)$/, [], (s, m, q, b) => setValues(s, m[1], b)],
  ['POST', /^\/customers\/([^/]+)\/split$/, [], (s, m, q, b) => split(s, m[1], b)],
  ['GET', /^\/matches$/, LISTS.matches, (s, m, q) => page(own(matches(s), q), q)],
  ['POST', /^\/matches\/([^/]+)$/, [], (s, m, q, b) => verdict(s, m[1], b)],
  ['GET', /^\/rematch$/, ['publisher'], (s, m, q) => rematchLook(s, q)],
  ['POST', /^\/rematch$/, [], (s, m, q, b) => rematch(s, b)],
  ['POST', /^\/rematch\/([^/]+)\/undo$/, [], (s, m) => rematchUndo(s, m[1])],
  ['GET', /^\/destination-kinds$/, [], () => ({ items: KINDS, next: null })],
  ['GET', /^\/destinations$/, LISTS.destinations, (s, m, q) => page(own(s.destinations, q), q)],
  ['POST', /^\/destinations$/, [], (s, m, q, b) => {
    need(b, ['name', 'kind']);
    const made = { id: idOf('de57', 40 + s.destinations.length), publisher: b.publisher, offer: b.offer, kind: b.kind, name: b.name, state: 'active', settings: destinationFrom(b), pending: 0,
      health: { state: 'open', failures: 0, lastSuccessAt: null, lastError: null, until: null } };
    s.destinations.push(made);
    return body201(made, b);
  }],
  ['PATCH', /^\/destinations\/([^/]+)$/, [], (s, m, q, b) => { const d = find(s.destinations, m[1]); d.settings = destinationFrom(b, d); d.name = b.name ?? d.name; return d; }],
  ['DELETE', /^\/destinations\/([^/]+)$/, [], (s, m) => { s.destinations.splice(s.destinations.indexOf(find(s.destinations, m[1])), 1); return null; }],
  ['POST', /^\/destinations\/([^/]+)\/test$/, [], (s, m) => (find(s.destinations, m[1]).state === 'parked' ? { outcome: 'config', status: 401, detail: 'the receiver refuses our key', durationMs: 92 } : { outcome: 'delivered', status: 202, detail: null, durationMs: 131 })],
  ['POST', /^\/destinations\/([^/]+)\/(pause|resume)$/, [], (s, m) => { const d = find(s.destinations, m[1]); d.state = m[2] === 'pause' ? 'paused' : 'active'; return d; }],
  ['POST', /^\/deliveries\/replay$/, [], (s, m, q, b) => replay(s, b)],
  ['GET', /^\/deliveries$/, LISTS.deliveries, (s, m, q) => page(own(s.deliveries, q).filter((d) => (!q.get('state') || d.state === q.get('state')) && (!q.get('destination') || d.destination.id === q.get('destination')) && within(d.createdAt, q)), q)],
  ['GET', /^\/deliveries\/([^/]+)$/, [], (s, m) => { const d = find(s.deliveries, m[1]); return { ...hide(d), attempts: d._attempts }; }],
  ['GET', /^\/receipts$/, LISTS.receipts, (s, m, q) => page(own(s.receipts, q).filter((r) => (!q.get('state') || r.state === q.get('state')) && (!q.get('offer') || r.offer === q.get('offer'))), q)],
  ['GET', /^\/receipts\/([^/]+)$/, [], (s, m) => hide(find(s.receipts, m[1]))],
  ['GET', /^\/receipts\/([^/]+)\/body$/, [], (s, m) => ({ bytes: find(s.receipts, m[1])._body })],
  ['POST', /^\/receipts\/([^/]+)\/reread$/, [], (s, m) => hide(find(s.receipts, m[1]))],
  ['GET', /^\/providers$/, [], (s, m, q) => page([{ id: 'contoso', name: 'Contoso', publisher: null }], q)],
  ['GET', /^\/users$/, LISTS.users, (s, m, q) => page(s.users, q)],
  ['POST', /^\/users$/, [], (s, m, q, b) => { need(b, ['email', 'role']); const u = { id: idOf('05e7', 10 + s.users.length), publisher: null, ...b, password: undefined }; s.users.push(u); return u; }],
  ['PATCH', /^\/users\/([^/]+)$/, [], (s, m, q, b) => Object.assign(find(s.users, m[1]), b)],
  ['GET', /^\/tokens$/, LISTS.tokens, (s, m, q) => page(s.tokens, q)],
  ['POST', /^\/tokens$/, [], (s, m, q, b) => { need(b, ['name', 'role']); const k = { id: idOf('70ce', 10 + s.tokens.length), publisher: null, createdAt: new Date().toISOString(), revokedAt: null, ...b }; s.tokens.push(k); return { ...k, token: 'llt_4pQ9mZ2xW7vK1sD8' }; }],
  ['DELETE', /^\/tokens\/([^/]+)$/, [], (s, m) => { s.tokens.splice(s.tokens.indexOf(find(s.tokens, m[1])), 1); return null; }],
  ['PATCH', /^\/session\/user$/, [], (s, m, q, b) => {
    if (b.password && b.password.length < 12) throw new Refusal(422, 'invalid', 'x', [{ field: 'password', code: 'password.short', message: 'At least 12 characters.' }]);
    if (b.password && b.currentPassword !== 'demo') throw new Refusal(422, 'password.current', 'x', [{ field: 'currentPassword', code: 'password.current', message: 'The present password is another one.' }]);
    const { password, currentPassword, ...rest } = b;
    return { user: Object.assign(s.me, rest), csrf: [...s.sessions.values()].at(-1).csrf };
  }],
  ['POST', /^\/customers\/([^/]+)\/erase$/, [], (s, m, q, b) => erase(s, m[1], b)],
  ['GET', /^\/customers\/([^/]+)\/data$/, ['after', 'limit'], (s, m) => ({ customer: customerDetail(s, m[1]), items: customerDetail(s, m[1]).leadList.map((lead) => ({ lead, messages: [] })), next: null })],
  ['GET', /^\/audit$/, LISTS.audit, (s, m, q) => page(auditOf(s).filter((r) => (!q.get('actor') || r.actor === q.get('actor')) && (!q.get('ref') || r.ref === q.get('ref')) && within(r.at, q)), q)],
  ['GET', /^\/audit\/check$/, ['publisher'], () => ({ items: [{ publisher: null, result: 'whole', entries: 86, at: null, hash: '0'.repeat(64) }, { publisher: 'contoso', result: 'changed', entries: 41, at: 42, hash: '0'.repeat(64) }], next: null })],
  ['POST', /^\/v1\.0\/engagements\/referrals$/, [], (s, m, q, b) => enter(s, b), 201],
  ['GET', /^\/openapi\.json$/, [], () => ({ openapi: '3.1.0', info: { title: 'Leadline', version: '0.1.0' } })],
];

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text ? JSON.parse(text) : {};
}

function sessionOf(state, request) {
  const key = /leadline=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return key ? state.sessions.get(key) : undefined;
}

async function sessionRoute(state, request, response, send) {
  const session = sessionOf(state, request);
  if (request.method === 'POST') {
    const body = await readBody(request);
    if (body.token ? body.token !== 'once' : body.email !== ME.email || body.password !== 'demo') throw new Refusal(401, 'sign-in.wrong', 'wrong');
    const key = `s${state.sessions.size + 1}`;
    state.sessions.set(key, { csrf: `csrf-${key}` });
    response.setHeader('Set-Cookie', `leadline=${key}; Path=/; HttpOnly; SameSite=Strict`);
    return send(200, { user: state.me, csrf: `csrf-${key}` });
  }
  if (!session) throw new Refusal(401, 'session.none', 'not signed in');
  if (request.method === 'DELETE') { state.sessions.clear(); return send(204, null); }
  return send(200, { user: state.me, csrf: session.csrf });
}

function asset(path) {
  const vendor = readFileSync(join(root, 'ui/vendor.list'), 'utf8').split('\n').map((l) => l.split(' ')).find((l) => l[1] === path);
  if (!vendor) return readFileSync(join(root, 'ui', normalize(path)));
  let text = readFileSync(join(root, 'node_modules', vendor[0]), 'utf8').replace(/\/\/# sourceMappingURL=.*/, '');
  for (const rule of vendor.slice(2)) text = text.replaceAll(`from"${rule.split('=')[0]}"`, `from"${rule.split('=')[1]}"`);
  return text;
}

/** Starts the mock on a free port. @param {{port?: number, count?: number}} [options] */
export async function startMock({ port = 0, count = 120 } = {}) {
  const state = freshState(count);
  const api = async (request, response, path, query, send) => {
    if (path === '/session') return sessionRoute(state, request, response, send);
    if (path === '/sign-in') return send(200, { items: [{ id: 'contoso', name: 'Contoso' }] });
    const session = sessionOf(state, request);
    if (!session) throw new Refusal(401, 'session.none', 'not signed in');
    if (path === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write(': hello\n\n');
      state.streams.add(response);
      request.on('close', () => state.streams.delete(response));
      return undefined;
    }
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal(403, 'csrf', 'the token is missing');
    const routes = ROUTES.filter(([, re]) => re.test(path));
    const route = routes.find(([method]) => method === request.method);
    if (!route) throw new Refusal(routes.length ? 405 : 404, 'not-found', 'no such route');
    checkQuery(query, route[2]);
    const answer = route[3](state, route[1].exec(path), query, request.method === 'GET' ? {} : await readBody(request));
    if (answer?.bytes !== undefined) { response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }); return response.end(answer.bytes); }
    return send(answer === null ? 204 : route[4] ?? 200, answer);
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    response.setHeader('Content-Security-Policy', CSP);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const send = (status, body, type = 'application/json') => { response.writeHead(status, { 'Content-Type': type }); response.end(body === null ? undefined : JSON.stringify(body)); };
    try {
      if (url.pathname === '/mock/arrive') return send(200, arrive(state));
      if (/^\/(api\/v1|v1\.0)\//.test(url.pathname)) return await api(request, response, url.pathname.replace('/api/v1', ''), url.searchParams, send);
      const file = url.pathname.startsWith('/assets/') ? url.pathname.slice(8) : 'index.html';
      const content = asset(file);
      response.writeHead(200, { 'Content-Type': `${TYPES[extname(file)] ?? 'application/octet-stream'}; charset=utf-8` });
      return response.end(content);
    } catch (error) {
      const status = error.status ?? (error.code === 'ENOENT' ? 404 : 500);
      if (status === 500) console.error(error);
      return send(status, { type: 'about:blank', title: error.message, status, detail: error.message, code: error.code ?? 'internal', errors: error.errors }, 'application/problem+json');
    }
  });
  await new Promise((done) => { server.listen(port, '127.0.0.1', () => done(undefined)); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    state,
    arrive: () => arrive(state),
    async stop() {
      for (const stream of state.streams) stream.end();
      server.closeAllConnections();
      await new Promise((done) => { server.close(done); });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8090) });
  console.log(`${mock.url}  admin@example.com / demo  one-time link: ${mock.url}/sign-in?token=once`);
}
