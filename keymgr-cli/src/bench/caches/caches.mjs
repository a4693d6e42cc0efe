// A relying party made with jose and its cache as it is by default. Reads one token a line, writes "ok" or "no" a line.
//
//   node caches.mjs JWKS-URL ISSUER AUDIENCE
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createInterface } from 'node:readline'

const [url, issuer, audience] = process.argv.slice(2)
const keys = createRemoteJWKSet(new URL(url))

for await (const token of createInterface({ input: process.stdin })) {
  try {
    await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })
    console.log('ok')
  } catch {
    console.log('no')
  }
}
