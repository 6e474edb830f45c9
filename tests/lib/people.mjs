// People who sign in: what only a user is told cannot be asked with a token.

import assert from 'node:assert/strict';

const PASSWORD = 'a long sentence for the tests';

export class Person {
  static async make(server, email, role, { publisher, language = 'en' } = {}) {
    const person = new Person();
    const scope = publisher ? ['--publisher', publisher] : [];
    const made = await server.cli(['user', 'add', email, '--role', role, ...scope, '--password-stdin'], { input: `${PASSWORD}\n` });
    assert.equal(made.code, 0, made.stderr);
    Object.assign(person, { server, email });
    await person.signIn();
    const { user } = await person.does(200, 'PATCH', '/session/user', { language });
    person.id = user.id;
    return person;
  }

  async signIn() {
    const session = await this.server.api('POST', '/session', { token: null, json: { email: this.email, password: PASSWORD } });
    assert.equal(session.status, 200, session.text);
    this.headers = { Cookie: session.headers['set-cookie'].map((c) => c.split(';')[0]).join('; '), 'X-CSRF-Token': session.json.csrf };
  }

  api(method, path, json, headers = {}) {
    return this.server.api(method, path, { token: null, headers: { ...this.headers, ...headers }, json });
  }

  async does(status, method, path, json) {
    const answer = await this.api(method, path, json);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 600)}`);
    return answer.bytes.length ? answer.json : undefined;
  }

  get(path) { return this.does(200, 'GET', path); }

  // What they were told of a lead, the newest first.
  async told(lead, state = 'all') {
    const { items } = await this.get(`/notifications?state=${state}&limit=500`);
    return items.filter((n) => n.lead.id === lead.id);
  }

  async kinds(lead, state) { return (await this.told(lead, state)).map((n) => n.kind); }
}
