// The description is made from the route table, so it must be whole, and the server must keep it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { problem } from '../lib/asserts.mjs';
import { bodyOf, concrete, open, operations } from '../lib/openapi.mjs';

const server = await serving();
const { api, found } = await operations(server);
const roles = ['viewer', 'seller', 'manager', 'admin'];
const tokens = {};
for (const role of roles) tokens[role] = await server.token(role);
const name = ({ method, path }) => `${method} ${path}`;
const call = (route, options) => server.raw(route.method, concrete(route.path), { json: bodyOf(route.op), ...options });
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });
const stream = (route) => /\/events$/.test(route.path);
// A token is nobody's own account, whatever its role.
const personal = (route) => /\/session\/user$/.test(route.path);

test('it is OpenAPI 3 with a title, a version, and a sentence on every operation', () => {
  assert.match(api.openapi, /^3\./);
  assert.ok(api.info.title && api.info.version);
  for (const route of found) {
    assert.ok(route.op.summary?.length > 5, `${name(route)} has a summary`);
    assert.ok(route.op.responses, `${name(route)} has responses`);
    for (const [, inPath] of route.path.matchAll(/\{(\w+)\}/g)) {
      assert.ok(route.parameters.some((p) => p.in === 'path' && p.name === inPath), `${name(route)} describes ${inPath}`);
    }
  }
});

test('every reference in it leads somewhere', () => {
  for (const [, ref] of JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    assert.ok(ref.split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], api), ref);
  }
});

const contract = ['POST /session', 'GET /session', 'DELETE /session', 'GET /leads', 'GET /leads/{id}', 'GET /receipts',
  'GET /receipts/{id}', 'GET /receipts/{id}/body', 'POST /receipts/{id}/reread', 'GET /customers', 'GET /customers/{id}',
  'GET /destinations', 'POST /destinations', 'POST /destinations/{id}/test', 'GET /deliveries', 'GET /deliveries/{id}',
  'POST /deliveries/replay', 'GET /events', 'POST /customers/merge', 'POST /customers/{id}/split', 'GET /matches', 'POST /matches/{id}',
  'GET /imports', 'POST /imports', 'PUT /imports/{id}/file', 'POST /imports/{id}/start', 'POST /imports/{id}/undo'];
for (const route of contract) {
  test(`it has ${route}`, () => {
    const [method, path] = route.split(' ');
    assert.ok(found.some((f) => f.method === method && f.path === `/api/v1${path}`), [...found.map(name)].join('\n'));
  });
}

test('nobody is let in without credentials', async () => {
  const asked = found.filter((route) => !open.has(name(route)) && route.path !== '/api/v1/openapi.json');
  assert.ok(asked.length >= contract.length - 1);
  for (const route of asked) problem(await call(route), 401);
});

test('made-up credentials are as good as none', async () => {
  for (const auth of ['Bearer x', 'Bearer ', 'Basic YTpi', 'Bearer ' + 'A'.repeat(10_000), tokens.admin, `bearer${tokens.admin}`]) {
    for (const route of found.filter((r) => !open.has(name(r)) && r.path !== '/api/v1/openapi.json').slice(0, 6)) {
      const answer = await call(route, { headers: { Authorization: auth } });
      assert.ok([400, 401, 431].includes(answer.status), `${name(route)} with ${auth.slice(0, 20)}: ${answer.status}`);
    }
  }
});

test('a role that may, every higher role may too; a viewer writes nothing', async () => {
  for (const route of found.filter((r) => !stream(r) && !personal(r) && !open.has(name(r)))) {
    const seen = [];
    for (const role of roles) seen.push((await call(route, bearer(tokens[role]))).status);
    const may = seen.map((status) => status !== 403);
    for (const status of seen) assert.ok(status !== 401 && status < 500, `${name(route)}: ${seen}`);
    assert.deepEqual(may, [...may].sort(), `${name(route)} is open to a lower role and closed to a higher: ${seen}`);
    const harmless = /\/session$|\/read$/.test(route.path);
    if (route.method !== 'GET' && !harmless) assert.equal(may[0], false, `a viewer may ${name(route)}: ${seen}`);
    assert.equal(may[3], true, `an admin may not ${name(route)}`);
  }
});

test('the role that the description names is the lowest that may', async () => {
  for (const route of found.filter((r) => !stream(r) && !personal(r) && !open.has(name(r)))) {
    const needed = roles.indexOf(route.op['x-role']);
    if (route.op['x-role'] === 'anyone') continue;
    assert.ok(needed >= 0, `${name(route)} names the role ${route.op['x-role']}`);
    for (const [n, role] of roles.entries()) {
      const { status } = await call(route, bearer(tokens[role]));
      assert.equal(status !== 403, n >= needed, `${name(route)} asks for ${roles[needed]}, ${role} got ${status}`);
    }
  }
});

test('a lower role is refused with a problem document, before anything about the target is told', async () => {
  for (const route of found.filter((r) => r.method !== 'GET' && !personal(r) && !/\/session$|\/read$/.test(r.path))) {
    problem(await call(route, bearer(tokens.viewer)), 403);
  }
});

test('unknown query parameters are refused by every route', async () => {
  for (const route of found.filter((r) => r.method === 'GET' && !stream(r))) {
    const answer = await server.raw('GET', `${concrete(route.path)}?no-such-parameter=1`, bearer(tokens.admin));
    problem(answer, 400);
  }
});

test('a body that is no JSON is 400, unknown members are 422, with every writing route that takes one', async () => {
  const writing = found.filter((r) => r.op.requestBody);
  assert.ok(writing.length >= 3);
  for (const route of writing) {
    const headers = { ...bearer(tokens.admin).headers, 'Content-Type': 'application/json' };
    const broken = await server.raw(route.method, concrete(route.path), { body: '{"a":', headers });
    assert.ok([400, 404].includes(broken.status), `${name(route)}: ${broken.status}`);
    const unknown = await server.raw(route.method, concrete(route.path), { json: { 'no-such-member': 1 }, headers });
    assert.ok([404, 422].includes(unknown.status), `${name(route)}: ${unknown.status} ${unknown.text}`);
    const huge = await server.raw(route.method, concrete(route.path), { body: ' '.repeat((1 << 20) + 1), headers });
    assert.equal(huge.status, 413, name(route));
  }
});

test('ids of nobody are 404, never 500', async () => {
  for (const route of found.filter((r) => r.path.includes('{id}') && r.method === 'GET')) {
    problem(await call(route, bearer(tokens.admin)), 404);
  }
});
