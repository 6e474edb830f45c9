// The destinations slack and teams, against peers by script.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { delivered, destinationAt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const good = { slack: { status: 200, body: 'ok' }, teams: { status: 202, body: '' } };
const secretPath = '/services/T000/B000/this-is-the-secret-of-the-webhook';

let serial = 0;
async function chain(kind, ...settings) {
  serial += 1;
  const publisher = `chat${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const peer = await using(Receiver.start({ always: good[kind] }));
  const destination = await destinationAt(server, publisher, kind, `url=${peer.url(secretPath)}`, 'allowHttp=true', 'allowPrivate=true', ...settings);
  return { publisher, path, peer, destination, send: (who = person(), more = {}) => server.lead(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app`, ...more }, who)) };
}

for (const kind of ['slack', 'teams']) {
  test(`${kind}: a lead is told of, with a link and nothing personal`, async () => {
    const { peer, send } = await chain(kind);
    const who = person({ FirstName: 'Zebediah', LastName: 'Quux', Company: 'Vandelay Industries', Title: 'Architect', Phone: '+16175551234' });
    const got = await send(who, { Description: 'my private words' });
    const [message] = await peer.received(1);
    assert.equal((await delivered(server, got)).outcome, 'delivered');
    assert.ok(message.text.includes(`${server.base}/leads/${got.id}`));
    assert.match(message.text, /Asked to be contacted: The App/);
    for (const personal of ['Zebediah', 'Quux', 'Vandelay', 'Architect', '6175551234', who.Email, 'private words']) {
      assert.ok(!message.text.includes(personal), personal);
    }
  });

  test(`${kind}: with personalData it says who; what means something there is defused`, async () => {
    const { peer, send } = await chain(kind, 'personalData=true');
    await send(person({ Company: '<!channel> [x](https://evil.example) *b*' }), { Description: 'call me' });
    const [message] = await peer.received(1);
    assert.match(message.text, /call me/);
    if (kind === 'slack') {
      assert.ok(message.json.text && message.json.blocks.length <= 50);
      assert.equal(message.json.unfurl_links, false);
      for (const block of message.json.blocks) {
        for (const text of [block.text, ...(block.fields ?? [])].filter(Boolean)) {
          if (text.type === 'mrkdwn') assert.doesNotMatch(text.text, /channel|evil/);
          else assert.equal(text.type, 'plain_text');
        }
      }
    } else {
      const card = message.json.attachments[0].content;
      assert.deepEqual([message.json.type, card.type, card.version], ['message', 'AdaptiveCard', '1.4']);
      assert.ok(message.bytes.length <= 20_000);
      const facts = card.body.find((one) => one.type === 'FactSet').facts;
      assert.equal(facts.find((f) => f.title === 'Company').value, '<!channel> \\[x\\]\\(https://evil.example\\) \\*b\\*');
    }
  });

  test(`${kind}: a webhook that is gone parks the destination; a new address releases what waits`, async () => {
    const { peer, send, destination } = await chain(kind, 'ordering=strict');
    peer.always = { status: 404, body: 'no_service' };
    const first = await send();
    await delivered(server, first, 'parked');
    const second = await send();
    await delivered(server, second, 'due');
    const before = peer.requests.length;
    peer.always = good[kind];
    await server.expect(200, 'PATCH', `/destinations/${destination}`, { json: { settings: { url: peer.url('/services/new-and-also-a-secret-of-theirs') } } });
    await delivered(server, first);
    await delivered(server, second);
    const after = peer.requests.slice(before).map((r) => r.text);
    assert.ok(after[0].includes(first.id) && after[1].includes(second.id), 'in order');
    const shown = [server.log, JSON.stringify(await server.get(`/destinations/${destination}`)),
      JSON.stringify(await server.get('/deliveries')), await server.ok('export', 'deliveries', '--format', 'csv')].join('\n');
    assert.doesNotMatch(shown, /secret-of/);
  });

  test(`${kind}: a customer who must not be contacted is not told of`, async () => {
    const { peer, publisher, path, send } = await chain(kind);
    const dropped = await server.lead(path, lead({ LeadSource: `AppSource-DNC|${publisher}.app` }, person()));
    assert.equal((await delivered(server, dropped, 'cancelled')).code, 'dropped-do-not-contact');
    await delivered(server, await send());
    assert.equal(peer.requests.length, 1);
  });
}

test('slack: a message that did not work is tried again quickly', async () => {
  const { peer, send } = await chain('slack');
  peer.always = { status: 500, body: 'rollup_error' };
  const got = await send();
  const after = await delivered(server, got, (d) => d.attempts.length === 2);
  assert.ok(Date.parse(after.attempts[1].at) - Date.parse(after.attempts[0].at) < 60_000, 'quickly');
  peer.always = good.slack;
  await delivered(server, got);
});

test('slack: a message whose answer was lost is sent again, and says so', async () => {
  const { peer, send } = await chain('slack');
  peer.script({ reset: true });
  const got = await send();
  const done = await delivered(server, got);
  assert.deepEqual(done.attempts.map((a) => a.outcome), ['unknown', 'delivered']);
  assert.doesNotMatch(peer.requests[0].text, /Sent again/);
  assert.match(peer.requests[1].text, /Sent again/);
});

test('slack: after a burst about one message a second', async () => {
  const { peer, send } = await chain('slack');
  for (let i = 0; i < 8; i += 1) await send();
  const all = await peer.received(8, { timeout: 30_000 });
  assert.ok(all[7].at - all[0].at >= 2500, `the eighth came ${all[7].at - all[0].at} ms after the first`);
});

test('teams: after a burst the next waits for a minute; an error inside an answer 200 is none', async () => {
  const { peer, send } = await chain('teams');
  peer.script({ status: 200, body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with x' });
  const refused = await send();
  assert.equal((await delivered(server, refused, 'rejected')).code, 'refused');
  for (let i = 0; i < 4; i += 1) await delivered(server, await send());
  const sixth = await send();
  let looks = 0;
  await until(async () => { // the sender has had many turns, and has not sent it
    const [d] = (await server.get(`/leads/${sixth.id}`)).deliveries;
    assert.equal(d.state, 'due');
    looks += 1;
    return looks > 10;
  }, { what: 'the sixth waits' });
  assert.equal(peer.requests.length, 5);
});

test('teams: the address of an Office 365 connector is refused with a hint', async () => {
  const { publisher } = await chain('teams');
  const answer = await server.expect(422, 'POST', '/destinations', {
    json: { publisher, kind: 'teams', settings: { url: 'https://contoso.webhook.office.com/webhookb2/abc/IncomingWebhook/def' } },
  });
  assert.equal(answer.errors[0].code, 'teams.connector');
  assert.match(answer.errors[0].message, /workflow/);
});
