// Microsoft's own table emulator, from npm, and just enough of a client to read rows back.

import { createHmac } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { freePort } from './ports.mjs';
import { Daemon } from './proc.mjs';
import { tempDir } from './temp.mjs';
import { until } from './wait.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const account = 'devstoreaccount1';
// The emulator's public constant, the same everywhere.
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export class Azurite {
  static async start() {
    const azurite = new Azurite();
    azurite.port = await freePort();
    const program = join(root, 'node_modules/azurite/dist/src/table/main.js');
    const args = ['--tableHost', '127.0.0.1', '--tablePort', String(azurite.port), '--inMemoryPersistence', '--silent'];
    azurite.proc = new Daemon(process.execPath, [program, ...args], { cwd: tempDir('azurite') });
    await until(async () => {
      if (!azurite.proc.running) throw new Error(`Azurite ended:\n${azurite.proc.log}`);
      return (await request(azurite.endpoint)).status >= 400;
    }, { timeout: 30_000, what: () => `Azurite answers\n${azurite.proc.log}` });
    return azurite;
  }

  get endpoint() { return `http://127.0.0.1:${this.port}/${account}`; }

  // The connection string of a storage account; `port` puts a proxy in front, `key` a wrong one.
  connectionString({ port = this.port, accountKey = key } = {}) {
    return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};`
      + `TableEndpoint=http://127.0.0.1:${port}/${account};`;
  }

  call(method, path, body) {
    const date = new Date().toUTCString();
    const resource = `/${account}/${account}/${path.split('?')[0]}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${date}\n${resource}`).digest('base64');
    return request(`${this.endpoint}/${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: {
        'x-ms-date': date, 'x-ms-version': '2019-02-02', DataServiceVersion: '3.0', MaxDataServiceVersion: '3.0;NetFx',
        Accept: 'application/json;odata=nometadata', Authorization: `SharedKeyLite ${account}:${signature}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
    });
  }

  async createTable(name) { return (await this.call('POST', 'Tables', { TableName: name })).status; }

  async tables() { return (await this.call('GET', 'Tables')).json.value.map((t) => t.TableName); }

  async rows(table) {
    const answer = await this.call('GET', `${table}()`);
    return answer.status === 200 ? answer.json.value : [];
  }

  stop() { return this.proc.end(); }
}
