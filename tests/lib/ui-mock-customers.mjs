// The stand-in's customers: leads that point to one, changes that move leads, pairs that ask.
import { idOf } from './ui-mock-data.mjs';

const FIELDS = ['firstName', 'lastName', 'email', 'phone', 'country', 'company', 'title'];
const ME = 'Alex Morgan';
const hide = ({ _raw, ...shown }) => shown;
const leadsOf = (state, id) => state.leads.filter((l) => l.customer.id === id);

function refuse(status, code, detail) {
  throw Object.assign(new Error(detail), { status, code });
}

function golden(state, id) {
  const leads = leadsOf(state, id);
  if (!leads.length) refuse(404, 'not-found', 'not found');
  const set = state.overrides.get(id) ?? {};
  const latest = (field) => leads.find((l) => l.customer[field])?.customer[field] ?? null;
  return {
    id, publisher: leads[0].publisher, ...Object.fromEntries(FIELDS.map((f) => [f, set[f] || latest(f)])),
    leads: leads.length, createdAt: leads[leads.length - 1].receivedAt, lastAt: leads[0].receivedAt,
  };
}

export function customerList(state, query) {
  const q = query.get('q')?.toLowerCase();
  const asked = new Set(matches(state).flatMap((p) => [p.a.customer.id, p.b.customer.id]));
  const ids = [...new Set(state.leads.filter((l) => !l.test).map((l) => l.customer.id))];
  const found = ids.map((id) => golden(state, id)).filter((c) => (!q || JSON.stringify(c).toLowerCase().includes(q))
    && (!query.get('country') || c.country === query.get('country')) && (!query.get('email') || c.email === query.get('email'))
    && (query.get('hasReview') !== 'true' || asked.has(c.id)));
  return query.get('sort') === 'last' ? found.reverse() : found;
}

function field(state, id, name) {
  const leads = leadsOf(state, id).filter((l) => l.customer[name]);
  const set = state.overrides.get(id)?.[name];
  const values = [...new Set(leads.map((l) => l.customer[name]))].map((value) => {
    const said = leads.filter((l) => l.customer[name] === value);
    return { value, leads: said.length, lead: said[0].id, at: said[0].receivedAt };
  });
  const value = set || values[0]?.value || null;
  return { value, rule: set ? 'set-by-user' : values.length > 1 ? 'latest' : value ? 'only-value' : null, lead: set ? null : values[0]?.lead ?? null,
    setBy: set ? ME : null, setAt: set ? new Date().toISOString() : null, values };
}

/** An id that was merged stands for the customer that its leads went to. */
function living(state, id) {
  if (leadsOf(state, id).length) return id;
  const moved = state.regroups.findLast((r) => r.moves.some((m) => m.from === id));
  return moved ? living(state, moved.moves.find((m) => m.from === id).to) : id;
}

export function customerDetail(state, asked) {
  const id = living(state, asked);
  const list = leadsOf(state, id);
  return {
    ...golden(state, id), mergedFrom: id === asked ? null : asked, fields: Object.fromEntries(FIELDS.map((f) => [f, field(state, id, f)])),
    leadList: list.map(hide), doNotContactLeads: list.filter((l) => l.doNotContact).length,
    matches: matches(state).filter((p) => [p.a.customer.id, p.b.customer.id].includes(id)).map((p) => ({ id: p.id, state: 'review', customer: p.b.customer.id, lead: p.a.lead.id })),
    erased: state.erased.get(id) ?? null,
    history: state.regroups.filter((r) => r.moves.some((m) => m.from === id || m.to === id)).map((r) => ({ ...r, leads: r.moves.length })).reverse(),
  };
}

/** Only counted, or done. */
export function erase(state, asked, { dryRun }) {
  const id = living(state, asked);
  const list = leadsOf(state, id);
  const delivered = list.flatMap((l) => state.deliveries.filter((d) => d.lead?.id === l.id && d.state === 'done').map((d) => ({ destination: d.destination, lead: l.id, remoteId: null, recipient: null, at: d.createdAt })));
  if (!dryRun) {
    for (const l of list) Object.assign(l.customer, { firstName: null, lastName: null, email: null, phone: null, company: null, title: null });
    state.erased.set(id, { at: new Date().toISOString(), by: ME, leads: list.length, receipts: list.length, settledAt: null });
  }
  return { dryRun: Boolean(dryRun), customer: id, leads: list.length, receipts: list.length, cancelled: 0, delivered };
}

export function setValues(state, id, body) {
  state.overrides.set(id, { ...state.overrides.get(id), ...body });
  return customerDetail(state, id);
}

function change(state, verb, moves, customer, body, more = {}) {
  const touched = [...new Set(moves.flatMap((m) => [m.from, m.to]))];
  const alive = () => touched.filter((id) => leadsOf(state, id).length).map((id) => golden(state, id));
  const before = alive();
  const move = (back) => {
    for (const m of moves) {
      const lead = state.leads.find((l) => l.id === m.lead);
      lead.customer = { ...lead.customer, id: back ? m.from : m.to };
    }
  };
  move(false);
  const after = alive();
  const regroup = { id: idOf('4e64', state.regroups.length + 1), verb, actor: ME, at: new Date().toISOString(), undoneBy: null, moves, ...more };
  if (body.dryRun) move(true); else state.regroups.push(regroup);
  return { dryRun: Boolean(body.dryRun), regroup: body.dryRun ? null : regroup.id, customer, leads: moves.length, moves, before, after };
}

export function merge(state, body) {
  const into = body.into ?? body.customers[0];
  const moves = body.customers.filter((id) => id !== into).flatMap((id) => leadsOf(state, id).map((l) => ({ lead: l.id, from: id, to: into })));
  return change(state, 'merge', moves, into, body);
}

export function split(state, id, body) {
  const made = idOf('c0de', 9000 + state.regroups.length);
  return change(state, 'split', body.leads.map((lead) => ({ lead, from: id, to: made })), made, body);
}

export function undo(state, id) {
  const done = state.regroups.find((r) => r.id === id);
  if (!done || done.undoneBy) refuse(409, 'regroup.undone', 'This was undone before.');
  if (done.pair) state.verdicts.delete(done.pair);
  const back = change(state, 'undo', done.moves.map((m) => ({ lead: m.lead, from: m.to, to: m.from })), done.moves[0]?.from ?? null, {});
  done.undoneBy = back.regroup;
  return back;
}

export function whyOf(bits) {
  const steps = [{ trait: 'name', level: 4, text: 'one part differs by a slip', bits: 6.1 }, { trait: 'email', level: 10, text: 'one company\u2019s mailbox, one free one', bits: -1.2 },
    { trait: 'company', level: 1, text: 'the same company', bits: 3.4 }, { trait: 'country', level: 1, text: 'the same', bits: 0.6 }];
  const prior = bits - steps.reduce((sum, s) => sum + s.bits, 0);
  return { bits, probability: 1 / (1 + 2 ** -bits), model: 0, prior, steps, limits: { join: 2, review: -2 }, outcome: 'review' };
}

/** What still asks. */
export function matches(state) {
  const side = (lead) => ({ lead: hide(lead), customer: golden(state, lead.customer.id) });
  return state.pairs.map((pair, i) => ({ pair, i })).filter(({ pair }) => !state.verdicts.has(pair.id)).map(({ pair, i }) => ({
    id: pair.id, publisher: 'contoso', state: 'review', madeAt: state.leads[0].receivedAt, decidedAt: null, decidedBy: null,
    a: side(state.leads.find((l) => l.id === pair.a)), b: side(state.leads.find((l) => l.id === pair.b)), why: whyOf(1.8 - i * 0.9),
  }));
}

/** Pairs of leads of different customers, made once. */
export function makePairs(leads) {
  const firsts = [...new Map(leads.filter((l) => !l.test && l.publisher === 'contoso').map((l) => [l.customer.id, l])).values()];
  return [0, 2, 4].filter((i) => firsts[i + 1]).map((i) => ({ id: idOf('9a14', i + 1), a: firsts[i].id, b: firsts[i + 1].id }));
}

export function verdict(state, id, body) {
  const pair = matches(state).find((p) => p.id === id);
  if (!pair) refuse(409, 'match.decided', 'This match was decided before.');
  const moves = body.verdict === 'same' ? leadsOf(state, pair.b.customer.id).map((l) => ({ lead: l.id, from: pair.b.customer.id, to: pair.a.customer.id })) : [];
  if (!body.dryRun) state.verdicts.set(id, body.verdict);
  return change(state, body.verdict, moves, pair.a.customer.id, body, { pair: id });
}

/** Of the one publisher that the caller has; the first look after it was asked for finds it under way. */
export function rematchLook(state, query) {
  if (!state.me.publisher && !query?.get('publisher')) refuse(422, 'rematch.publisher', 'Name the publisher whose leads are meant.');
  const now = state.rematch ?? { state: 'idle', dryRun: false, plan: null };
  const shown = { publisher: 'contoso', percent: 100, startedAt: null, endedAt: null, rematch: null, problem: null, past: state.rematches ?? [], ...now };
  if (now.state === 'planning' || now.state === 'undoing') {
    state.rematch = { ...now, state: 'done' };
    return { ...shown, percent: 40, plan: null };
  }
  return shown;
}

export function rematch(state, body) {
  const customers = [...new Set(state.leads.filter((l) => !l.test && l.publisher === 'contoso').map((l) => l.customer.id))];
  const changes = customers.slice(0, 12).map((from, i) => ({ change: ['merge', 'split', 'move'][i % 3], from, to: customers[(i + 1) % customers.length], leads: 1 + (i % 3), bits: 2.5 + i }));
  const plan = { learned: false, leads: state.leads.length, customersBefore: customers.length, customers: customers.length - 2, merged: 4, split: 2, leadsMoved: 9, review: 3, heldByUsers: 1, skipped: 0, changes };
  state.rematch = { state: 'planning', dryRun: Boolean(body.dryRun), plan };
  if (!body.dryRun) {
    state.rematches = [{ id: idOf('4e3a', 1 + (state.rematches?.length ?? 0)), actor: state.me.email, state: 'done', model: 0, threshold: 2, leads: 40, merged: 4, split: 2, leadsMoved: 9, heldByUsers: 1, startedAt: new Date().toISOString(), endedAt: new Date().toISOString() }, ...(state.rematches ?? [])];
  }
  return { publisher: 'contoso', ...state.rematch, percent: 0, plan: null, past: state.rematches ?? [] };
}

export function rematchUndo(state, id) {
  const done = state.rematches?.find((r) => r.id === id);
  if (!done) refuse(404, 'not-found', 'There is no such rematch.');
  done.state = 'undone';
  state.rematch = { state: 'undoing', dryRun: false, plan: null };
  return { publisher: 'contoso', ...state.rematch, percent: 0, plan: null, past: state.rematches ?? [] };
}
