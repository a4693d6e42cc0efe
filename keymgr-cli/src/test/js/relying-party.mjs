// A relying party made with jose. Reads one token a line and writes one verdict a line: "ok", or why not.
//
//   node relying-party.mjs JWKS-URL ISSUER AUDIENCE CACHE-MILLISECONDS
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const [url, issuer, audience, cache] = process.argv.slice(2)
const require = createRequire(import.meta.url)

// As npm installs it; or as Debian's package node-jose does, which only require() finds.
const jose = await import('jose').catch(() => require('jose'))

// A cooldown as long as the cache: a kid that it does not know makes it look no earlier.
const keys = jose.createRemoteJWKSet(new URL(url), {
  cacheMaxAge: Number(cache),
  cooldownDuration: Number(cache),
})
console.log(`jose ${require('jose/package.json').version} on node ${process.versions.node}`)

for await (const token of createInterface({ input: process.stdin })) {
  try {
    await jose.jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })
    console.log('ok')
  } catch (e) {
    console.log(`${e.code}: ${e.message}`.replaceAll('\n', ' '))
  }
}
