import { createHash, X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { AnGridError } from '@angrid/contract';

const DEADLINE_MS = 10_000;
const CHAIN_LENGTH = 8;

/**
 * PEM of the CA at the end of the chain that the cloud shows, if its SHA-256 begins with `fingerprint` (hex). Nothing
 * is sent before that is known. Throws uplink.unreachable and uplink.untrusted.
 */
export async function fetchCertificateAuthority(cloud: URL, fingerprint: string): Promise<string> {
  const root = await rootOf(cloud);
  const found = createHash('sha256').update(root.raw).digest('hex');
  if (fingerprint !== '' && found.startsWith(fingerprint)) return new X509Certificate(root.raw).toString();
  throw new AnGridError('uplink.untrusted', {
    op: 'enrol.connect',
    subject: cloud.host,
    detail: `the CA of the cloud has the fingerprint ${found.slice(0, 32)}`,
  });
}

function rootOf(cloud: URL): Promise<DetailedPeerCertificate> {
  const host = cloud.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(new AnGridError('uplink.unreachable', { op: 'enrol.connect', subject: cloud.host, cause }));
    };
    // The chain is only read here; the request itself goes over a connection that trusts nothing but the CA found.
    const socket = connect({ host, port: Number(cloud.port) || 443, rejectUnauthorized: false }, () => {
      resolve(lastOf(socket.getPeerCertificate(true)));
      socket.destroy();
    });
    socket.setTimeout(DEADLINE_MS, () => fail(new Error('no answer within 10 s')));
    socket.once('error', fail);
  });
}

function lastOf(certificate: DetailedPeerCertificate): DetailedPeerCertificate {
  let current = certificate;
  for (let step = 0; step < CHAIN_LENGTH; step += 1) {
    const issuer = current.issuerCertificate as DetailedPeerCertificate | undefined;
    if (!issuer || issuer.fingerprint256 === current.fingerprint256) return current;
    current = issuer;
  }
  return current;
}
