// Country, phone and e-mail: told where they can be told, kept as they came, never invented.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { hasFlags, hasNotFlags } from '../lib/asserts.mjs';
import { lead, person } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const send = (who) => server.lead(path, lead({}, who));

const countries = {
  US: 'US', us: 'US', USA: 'US', '미국': 'US', 美国: 'US', 美國: 'US', EUA: 'US', 'États-Unis': 'US', 'United States': 'US',
  'Korea, Republic of': 'KR', 대한민국: 'KR', 한국: 'KR', KOR: 'KR', HK: 'HK', 'Hong Kong': 'HK', 台灣: 'TW', 台湾: 'TW', 中国: 'CN',
  Deutschland: 'DE', Österreich: 'AT', España: 'ES', 日本: 'JP', GB: 'GB', UK: 'GB', ' France ': 'FR',
};
for (const [text, code] of Object.entries(countries)) {
  test(`country: ${JSON.stringify(text)} is ${code}`, async () => {
    const got = await send({ Country: text, Phone: '' });
    assert.equal(got.customer.country, code);
    assert.equal(got.asReceived.country, text);
    hasNotFlags(got, 'country-unknown');
  });
}

test('country: empty or absent is no country and no flag', async () => {
  for (const text of ['', '  ', undefined]) {
    const got = await send({ Country: text });
    assert.equal(got.customer.country, null);
    hasNotFlags(got, 'country-unknown');
  }
});

test('country: ZZ and nonsense are kept and flagged', async () => {
  for (const text of ['ZZ', 'Atlantis']) {
    const got = await send({ Country: text });
    assert.equal(got.customer.country, null);
    assert.equal(got.asReceived.country, text);
    hasFlags(got, 'country-unknown');
  }
});

const phones = [
  ['(425) 882-8080', 'US', '+14258828080'],
  ['16175555555', 'US', '+16175555555'],
  ['+82 2-312-3456', '', '+8223123456'],
  ['02-312-3456', 'KR', '+8223123456'],
  ['010-62511234', 'CN', '+861062511234'],
  ['030 901820', 'DE', '+4930901820'],
  ['０２－３１２－３４５６', 'KR', '+8223123456'],
  ['0044 20 7946 0958', 'GB', '+442079460958'],
];
for (const [text, country, e164] of phones) {
  test(`phone: ${text} in ${country || 'no country'} is ${e164}`, async () => {
    const got = await send({ Phone: text, Country: country });
    assert.equal(got.customer.phone, e164);
    assert.equal(got.asReceived.phone, text);
  });
}

test('phone: what is none is kept; with digits of a number it is flagged', async () => {
  for (const text of ['+0', 'n/a', 'call me', '12', '555']) {
    const got = await send({ Phone: text });
    assert.equal(got.customer.phone, null, text);
    assert.equal(got.asReceived.phone, text);
    if (/\d\d/.test(text)) hasFlags(got, 'phone-invalid');
  }
});

test('e-mail: trimmed, domain in lower case; the received text stays', async () => {
  const name = `Mixed.Case.${process.pid}`;
  const got = await send({ Email: ` ${name}@EXAMPLE.Org ` });
  assert.equal(got.customer.email, `${name}@example.org`);
  assert.equal(got.asReceived.email, ` ${name}@EXAMPLE.Org `);
});

test('e-mail: what is none is kept and flagged', async () => {
  for (const text of ['n/a', 'ana at example', '@example.org', 'a@', 'a b@example.org']) {
    const got = await send({ Email: text });
    assert.equal(got.customer.email, null, text);
    assert.equal(got.asReceived.email, text);
    hasFlags(got, 'email-invalid');
  }
});

// The name is the same, and nothing else but the address.
const sameCustomer = async (one, two) => {
  const names = { FirstName: 'Ana', LastName: person().LastName, Phone: '' };
  const a = await send({ ...names, Email: one });
  const b = await server.lead(path, lead({ LeadSource: 'AppSource-INS|contoso.crm', ActionCode: 'INS' }, { ...names, Email: two }));
  return a.customer.id === b.customer.id;
};

test('e-mail: the same person by case, plus-tag and, at gmail, dots', async () => {
  const n = process.pid;
  assert.equal(await sameCustomer(`ana${n}@fabrikam.example`, `ANA${n}@Fabrikam.Example`), true);
  assert.equal(await sameCustomer(`eva${n}@gmail.com`, `e.v.a${n}+leads@gmail.com`), true);
  assert.equal(await sameCustomer(`a.b${n}@contoso.example`, `otto${n}@northwind.example`), false);
});

test('e-mail and phone samples never make one customer of two', async () => {
  for (const who of [{ Email: 'n/a' }, { Email: '' }, { Email: 'someone@test.com' }, { Email: '', Phone: '1234567890' }]) {
    const a = await send({ ...who });
    const b = await server.lead(path, lead({ LeadSource: 'AppSource-INS|contoso.crm', ActionCode: 'INS' }, { ...who }));
    assert.notEqual(a.customer.id, b.customer.id, JSON.stringify(who));
  }
});

test('an .edu lead with blank personal data is taken', async () => {
  const got = await server.lead(path, { UserDetails: { ...person(), FirstName: '', LastName: '', Email: '', Phone: '' }, LeadSource: 'AzureMarketplace-INS|contoso.crm' });
  assert.equal(got.customer.email, null);
});
