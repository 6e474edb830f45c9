// Helpers of the delivery tests: destinations at a receiver, and waiting for what became of a lead.

import { until } from './wait.mjs';

const typed = (text) => (/^(true|false|\d+)$/.test(text) ? JSON.parse(text) : text);

// Makes a destination over the API, so that the server knows it at once; answers its id. SCOPE and
// key=value settings are as on the command line.
export async function destinationAt(server, scope, kind, ...settings) {
  const pairs = settings.map((one) => [one.slice(0, one.indexOf('=')), typed(one.slice(one.indexOf('=') + 1))]);
  const whose = scope.includes('.') ? { offer: scope } : { publisher: scope };
  return (await server.expect(201, 'POST', '/destinations', { json: { ...whose, kind, settings: Object.fromEntries(pairs) } })).id;
}

// An https destination at a receiver, loopback and plain HTTP allowed.
export const httpsAt = (server, scope, receiver, ...settings) => destinationAt(server, scope, 'https',
  `url=${receiver.url()}`, 'allowPrivate=true', 'allowHttp=true', ...settings);

// The deliveries of a lead, newest data.
export const deliveriesOf = async (server, lead) => (await server.get(`/leads/${lead.id ?? lead}`)).deliveries;

// Waits until the one delivery of a lead is in a state (or fits a function); answers its detail.
export async function delivered(server, lead, state = 'done') {
  const fits = typeof state === 'function' ? state : (d) => d.state === state;
  let last;
  return until(async () => {
    const [first] = await deliveriesOf(server, lead);
    if (!first) return false;
    last = await server.get(`/deliveries/${first.id}`);
    return fits(last) && last;
  }, { timeout: 15_000, what: () => `the delivery is ${state}: ${JSON.stringify(last)}` });
}

export const lastAttempt = (delivery) => delivery.attempts[delivery.attempts.length - 1];

