// A TCP proxy on loopback that misbehaves on demand. `mode` counts for new connections:
//   pass · refuse (close at once) · reset · hang (take, never speak) · slow:ms (each piece late)
//   cut:n (answer ends after n bytes) · resetafter:n (RST after n bytes of the request)
// freeze() and thaw() hold the bytes of connections that exist; drop() resets them all.

import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

// A socket whose end was sent cannot be reset any more: libuv refuses, and Node then never gets rid of it, not
// even at the end of the process.
const reset = (socket) => (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());

export class FaultProxy {
  // to: {port, host} or {path} of the real peer
  static async start(to) {
    const proxy = new FaultProxy();
    proxy.to = to;
    proxy.mode = 'pass';
    proxy.pairs = new Set();
    proxy.sockets = new Set();
    proxy.connections = 0;
    // The peer may close one half; the other half is still worth carrying.
    proxy.server = net.createServer({ allowHalfOpen: true }, (client) => proxy.#take(client));
    await new Promise((go) => proxy.server.listen(0, '127.0.0.1', go));
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  #take(client) {
    this.connections += 1;
    client.on('error', () => {});
    this.#keep(client);
    const [kind, value] = this.mode.split(':');
    if (kind === 'refuse') return client.destroy();
    if (kind === 'reset') return reset(client);
    const pair = { client };
    this.pairs.add(pair);
    client.on('close', () => { this.pairs.delete(pair); pair.peer?.destroy(); });
    if (kind === 'hang') return client.resume();
    const peer = net.connect({ ...this.to, allowHalfOpen: true });
    pair.peer = peer;
    this.#keep(peer);
    peer.on('error', () => reset(client));
    peer.on('close', () => client.destroy());
    const late = kind === 'slow' ? Number(value) : 0;
    this.#pump(client, peer, { late, limit: kind === 'resetafter' ? Number(value) : Infinity, stop: () => reset(client) });
    this.#pump(peer, client, { late, limit: kind === 'cut' ? Number(value) : Infinity, stop: () => client.end(() => client.destroy()) });
    return undefined;
  }

  #keep(socket) {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
  }

  async #pump(from, to, { late, limit, stop }) {
    let count = 0;
    try {
      for await (const chunk of from) {
        if (late) await pause(late);
        const room = limit - count;
        count += chunk.length;
        if (chunk.length >= room) {
          to.write(chunk.subarray(0, room));
          stop();
          return;
        }
        if (!to.write(chunk)) await new Promise((go) => { to.once('drain', go); to.once('close', go); });
      }
      to.end();
    } catch {
      to.destroy(); // the other end went away in the middle: so does this one
    }
  }

  freeze() { for (const { client, peer } of this.pairs) { client.pause(); peer?.pause(); } }

  thaw() { for (const { client, peer } of this.pairs) { client.resume(); peer?.resume(); } }

  drop() { for (const { client, peer } of this.pairs) { reset(client); peer?.destroy(); } }

  async stop() {
    const closed = new Promise((go) => this.server.close(go));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
