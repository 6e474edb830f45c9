// The server's own description, as the source of generated tests.

import { nobody } from './asserts.mjs';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

// Every operation: {method, path, parameters, op}. path is below the server's root.
export async function operations(server) {
  const api = await server.get('/openapi.json');
  const base = api.servers?.[0]?.url ? new URL(api.servers[0].url, server.base).pathname.replace(/\/$/, '') : '';
  const found = [];
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of methods.filter((m) => item[m])) {
      const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])];
      const full = path.startsWith('/api/') ? path : base + path;
      found.push({ method: method.toUpperCase(), path: full, template: path, parameters, op: item[method] });
    }
  }
  // Intake, health and pages are open by nature and have tests of their own.
  return { api, found: found.filter((route) => route.path.startsWith('/api/v1/')) };
}

// A path with its {names} filled in: by `fill` where it has them, else with an id of nobody.
export const concrete = (path, fill = {}) => path.replace(/\{(\w+)\*?\}/g, (_, name) => encodeURIComponent(fill[name] ?? nobody));

// Routes that are open to everybody, by the contract: signing in.
export const open = new Set(['POST /api/v1/session', 'GET /api/v1/sign-in']);

// A member of every kind that a schema may ask for, good enough to pass the shape check.
export const bodyOf = (op) => (op.requestBody ? {} : undefined);
