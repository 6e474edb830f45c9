// What every answer of one sort has in common.

import assert from 'node:assert/strict';

export const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const wireTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
// An id of the right form that nobody has.
export const nobody = '01890000-0000-7000-8000-000000000001';

// The answer is a problem document with this status; answers its JSON.
export function problem(answer, status, code) {
  assert.equal(answer.status, status, `${answer.status}: ${answer.text.slice(0, 500)}`);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const body = answer.json;
  assert.equal(body.status, status);
  assert.equal(typeof body.title, 'string');
  assert.match(body.code, /^[a-z0-9]+([._-][a-z0-9]+)*$/i, 'a stable code');
  if (code) assert.equal(body.code, code);
  return body;
}

// A 422 that names exactly these fields.
export function invalid(answer, ...fields) {
  const body = problem(answer, 422);
  assert.ok(Array.isArray(body.errors), answer.text);
  for (const error of body.errors) {
    assert.equal(typeof error.field, 'string');
    assert.equal(typeof error.code, 'string');
    assert.equal(typeof error.message, 'string');
  }
  assert.deepEqual(body.errors.map((error) => error.field).sort(), fields.sort());
  return body;
}

export function hasFlags(lead, ...flags) {
  for (const flag of flags) assert.ok(lead.flags.includes(flag), `flag ${flag} in ${JSON.stringify(lead.flags)}`);
}

export function hasNotFlags(lead, ...flags) {
  for (const flag of flags) assert.ok(!lead.flags.includes(flag), `no flag ${flag} in ${JSON.stringify(lead.flags)}`);
}

// `small` is inside `big`, member by member.
export function partly(big, small) {
  for (const [key, value] of Object.entries(small)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) partly(big[key], value);
    else assert.deepEqual(big[key], value, `${key}: ${JSON.stringify(big[key])} instead of ${JSON.stringify(value)}`);
  }
}
