// Helpers of the delivery tests: destinations at a receiver, and waiting for what became of a lead.

import { until } from './wait.mjs';

// Makes an https destination at a receiver, loopback and plain HTTP allowed; answers its id.
export function httpsAt(server, scope, receiver, ...settings) {
  return server.ok('destination', 'add', scope, 'https', `url=${receiver.url()}`, 'allowPrivate=true', 'allowHttp=true', ...settings);
}

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

