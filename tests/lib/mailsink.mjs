// A real mail relay (aiosmtpd, from Debian) that wants STARTTLS and a sign-in, and keeps what it takes.
// See smtp_sink.py for the recipients that are refused or dropped, and for unread: nothing is kept.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Authority, loopbackNames } from './certs.mjs';
import { Daemon } from './proc.mjs';
import { tempDir } from './temp.mjs';
import { until } from './wait.mjs';

export const relayPassword = 's3cret-of-the-relay';

export class MailSink {
  static async start({ unread = false } = {}) {
    const sink = new MailSink();
    const authority = await Authority.make();
    const leaf = await authority.issue('relay', loopbackNames);
    sink.caFile = authority.file;
    sink.dir = tempDir('mail');
    sink.args = [leaf.certFile, leaf.keyFile, sink.dir, ...(unread ? ['unread'] : [])];
    await sink.listen();
    return sink;
  }

  async listen() {
    const program = join(dirname(fileURLToPath(import.meta.url)), 'smtp_sink.py');
    this.proc = new Daemon('/usr/bin/python3', [program, ...this.args], { env: { ...process.env, SINK_PORT: String(this.port ?? 0) } });
    await until(() => {
      if (!this.proc.running) throw new Error(`the relay ended:\n${this.proc.log}`);
      return /^\d+\n/.test(this.proc.stdout);
    }, { timeout: 30_000, what: () => `the relay listens\n${this.proc.log}` });
    this.port = Number(this.proc.stdout.split('\n')[0]);
  }

  // Ends with all its connections, and comes back at the same port with what it has taken.
  async restart() {
    await this.proc.end('SIGKILL');
    await this.listen();
  }

  // What a server needs to send through it.
  env(more = {}) {
    return {
      LEADLINE_SMTP_URL: `smtp://localhost:${this.port}`, LEADLINE_SMTP_CA_FILE: this.caFile, LEADLINE_SMTP_USER: 'leads',
      LEADLINE_SMTP_PASSWORD: relayPassword, LEADLINE_SMTP_NAME: 'leadline.example',
      LEADLINE_MAIL_FROM: 'Contoso leads <leads@contoso.example>', ...more,
    };
  }

  // The password that it takes from now on.
  set password(text) { writeFileSync(join(this.dir, 'password'), text); }

  // Those whose names begin with slow are answered from now on.
  go() { writeFileSync(join(this.dir, 'go'), ''); }

  // What it took, in order: {from, to, tls, signedIn, hello, connection, dropped, headers, text, html, raw}.
  mails(to) {
    const all = readdirSync(this.dir).filter((name) => name.endsWith('.json')).sort().map((name) => ({
      ...JSON.parse(readFileSync(join(this.dir, name), 'utf8')),
      raw: readFileSync(join(this.dir, name.replace('.json', '.eml')), 'latin1'),
    }));
    return to ? all.filter((mail) => mail.to.includes(to)) : all;
  }

  async received(n, to) {
    await until(() => this.mails(to).length >= n, { timeout: 30_000, what: () => `${n} mails for ${to}, ${this.mails(to).length} came` });
    return this.mails(to);
  }

  async stop() { await this.proc.end(); }
}

export const header = (mail, name) => mail.headers.filter(([n]) => n.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
