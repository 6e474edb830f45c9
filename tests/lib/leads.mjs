// Bodies in every dialect that a marketplace sends, or that people saw one send.

import { createHash } from 'node:crypto';

let serial = 0;

// Four syllables for a number; numbers that follow each other sound nothing alike.
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va'];
export function nameOf(n) {
  const mixed = Math.imul(n, 0x9e3779b1) >>> 0;
  return [28, 20, 12, 4].map((shift) => syllables[(mixed >>> shift) & 15]).join('');
}

// A word that belongs to a text: of ten thousand texts hardly two have words that are alike.
export const wordOf = (text) => [...createHash('sha256').update(text).digest().subarray(0, 6)].map((byte) => syllables[byte & 15]).join('');

// A person nobody else in this run is, and nobody of some thousand is like: names, company, e-mail and phone of her own.
export function person(over = {}) {
  serial += 1;
  const n = `${process.pid}${String(serial).padStart(4, '0')}`, name = nameOf(Number(n));
  const last = name[0].toUpperCase() + name.slice(1);
  return {
    FirstName: 'Ana', LastName: last, Email: `ana.${n}@${name}.example`, Phone: `+1617${2000000 + (Number(n) * 7919) % 7000000}`,
    Country: 'US', Company: `${last} Ltd`, Title: 'CTO', ...over,
  };
}

// The documented body. `who` overrides contact fields, `over` top-level ones; undefined removes.
export function lead(over = {}, who = {}) {
  return {
    UserDetails: person(who), LeadSource: 'AppSource-PLT|contoso.crm', ActionCode: 'PLT', OfferTitle: 'Contoso CRM',
    Description: 'Please call me', ...over,
  };
}

const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);
const rekey = (value, rename) => (value && typeof value === 'object' && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), rekey(inner, rename)])) : value);

export const camelCase = (body) => rekey(body, lowerFirst);
export const upperCase = (body) => rekey(body, (key) => key.toUpperCase());

export const testToken = 'MSFT_TEST_636573304831318844';

// The test lead as the documentation prints it: a lower-case u, and a comma that is missing.
export const publishedTestLead = `{
  "userDetails": {
    "FirstName": "${testToken}",
    "LastName": "${testToken}",
    "Email": "${testToken}@test.com",
    "Phone": "1234567890",
    "Country": "US",
    "Company": "${testToken}",
    "Title": "${testToken}"
  },
  "LeadSource": "AzureMarketplace",
  "ActionCode": "INS",
  "OfferTitle": "Contoso Test"
  "Description": "${testToken}"
}`;

const form = (pairs) => pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');

// Salesforce web-to-lead; `encoding` comes twice.
export function webToLead(who = {}, over = {}) {
  const p = person(who);
  const fields = { lead_source: 'SPZA-PLT|contoso.crm', description: 'From the form', title: p.Title, ...over };
  return form([
    ['encoding', 'UTF-8'], ['oid', '00D50000000abcd'], ['first_name', p.FirstName], ['last_name', p.LastName],
    ['email', p.Email], ['phone', p.Phone], ['country', p.Country], ['company', p.Company],
    ...Object.entries(fields), ['encoding', 'UTF-8'],
  ]);
}

export const webToLeadTest = form([
  ['company', testToken], ['country', 'US'], ['description', testToken], ['email', `${testToken}@test.com`],
  ['encoding', 'UTF-8'], ['encoding', 'UTF-8'], ['first_name', testToken], ['last_name', testToken],
  ['lead_source', `${testToken}-${testToken}|My Great Offer`], ['oid', '00D50000000abcd'], ['phone', '1234567890'],
  ['title', testToken],
]);

// A row of the Azure Table that Microsoft writes: the customer is JSON in a text.
export function tableRow(who = {}, over = {}) {
  return {
    PartitionKey: '2026-11-21', RowKey: 'd0b1c2', Timestamp: '2026-11-21T10:11:12.1234567Z', ActionCode: 'INS',
    CreatedTime: '2026-11-21T10:11:10Z', CustomerInfo: JSON.stringify(person(who)), Description: ' ',
    LeadSource: 'AzureMarketplace-INS|contoso.crm', OfferDisplayName: 'Contoso CRM', ProductId: 'crm', ...over,
  };
}

// The contact block as the Korean and Chinese pages print it: labels and values translated, the job
// title mistranslated as "subject" and "heading", colons full-width.
export const koreanBlock = (email) => ({
  LeadSource: 'AppSource-PLT|contoso.crm',
  이름: '민준', 성: '김', 이메일: email, 전화: '02-312-3456', 국가: '대한민국', 회사: '예제 주식회사', 제목: 'CTO',
});

export const chineseBlock = (email) => ({
  LeadSource: 'AppSource-PLT|contoso.crm',
  名字: '约翰', 姓氏: '史密斯', 电子邮件: email, 电话: '010-62511234', '国家/地区': '美国', 公司: '示例公司', 标题: 'CTO',
});

export const chineseText = (email) => [
  'LeadSource：AppSource-PLT｜contoso.crm', 'FirstName：约翰', 'LastName：Smith', `电子邮件：${email}`,
  '电话：16175555555', '国家/地区：美国', 'Company：Contoso', '标题：CTO',
].join('\n');

export const koreanText = (email) => [
  'LeadSource: AppSource-PLT|contoso.crm', 'FirstName: 민준', 'LastName: 김', `이메일: ${email}`,
  '전화: 14258828080', '국가: 미국', 'Company: Contoso', '제목: CTO',
].join('\n');

export function appExchange(code = 'SFDC-DM|Contoso for Sales', who = {}) {
  const p = person(who);
  return form([
    ['first_name', p.FirstName], ['last_name', p.LastName], ['email', p.Email], ['company', p.Company],
    ['lead_source', code], ['description', JSON.stringify({ contactPermission: true, utm_source: 'mail' })],
  ]);
}

const full = (text) => [...text].map((c) => (c > ' ' && c <= '~' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join('');
export const fullWidthSource = `AppSource${full('-')}PLT${full('|')}contoso.crm`;

export const utf16 = (text, { big = false, bom = true } = {}) => {
  const bytes = Buffer.from((bom ? '\ufeff' : '') + text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

export const utf8Bom = (text) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
