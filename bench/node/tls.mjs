// `node tls.mjs PORT handshake|connect`: one connection to loopback, with or without the TLS handshake, then the end.
// NODE_EXTRA_CA_CERTS names the server's authority, beside the roots that Node comes with.

import net from 'node:net';
import tls from 'node:tls';

const [port, mode] = process.argv.slice(2);
const place = { host: '127.0.0.1', port: Number(port), servername: 'localhost' };
const done = () => process.exit(0);
if (mode === 'handshake') {
  tls.connect(place, done);
} else {
  net.connect(place, done);
}
