// Throw-away certificates: an authority of our own and ECDSA leaves for one name each.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './proc.mjs';
import { tempDir } from './temp.mjs';

const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
  static async make(name = 'Test CA') {
    const ca = new Authority();
    ca.dir = tempDir('ca');
    ca.file = join(ca.dir, 'ca.crt');
    await mustRun('openssl', ['req', '-x509', ...ec, '-keyout', join(ca.dir, 'ca.key'), '-out', ca.file, '-days', '2',
      '-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
    return ca;
  }

  // A key pair for the names, e.g. issue('leaf', 'DNS:localhost,IP:127.0.0.1').
  async issue(label, names, { days = 2 } = {}) {
    const at = (suffix) => join(this.dir, `${label}.${suffix}`);
    await mustRun('openssl', ['req', ...ec, '-keyout', at('key'), '-out', at('csr'), '-subj', `/CN=${label}`]);
    writeFileSync(at('ext'), `subjectAltName=${names}\n`);
    await mustRun('openssl', ['x509', '-req', '-in', at('csr'), '-CA', this.file, '-CAkey', join(this.dir, 'ca.key'),
      '-CAcreateserial', '-out', at('crt'), '-days', String(days), '-extfile', at('ext')]);
    return { certFile: at('crt'), keyFile: at('key'), cert: readFileSync(at('crt')), key: readFileSync(at('key')) };
  }
}

export const loopbackNames = 'DNS:localhost,IP:127.0.0.1';
