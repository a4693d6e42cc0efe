// Has jose (npm install jose@6) judge the test tokens of `keymgr kit`, set up as its documentation advises.
//
//   node jose.mjs DIR > verdicts.jsonl
//
// jose knows neither revoked-keys.jwt nor signed sets, so it is given the plain key set that lies beside the file to judge by.
import { createLocalJWKSet, jwtVerify } from 'jose'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const folder = process.argv[2] ?? '.'
const text = (...path) => readFileSync(join(folder, ...path), 'utf8')
const kit = JSON.parse(text('kit.json'))

for (const { id, token, keys } of kit.cases) {
  const set = createLocalJWKSet(JSON.parse(text(dirname(keys), 'jwks.json')))
  let reason
  try {
    await jwtVerify(text(token).slice(0, -1), set, {
      issuer: kit.scope.issuer,
      audience: kit.scope.audience,
      typ: kit.typ,
      algorithms: kit.algorithms,
      requiredClaims: kit.requiredClaims,
    })
  } catch (e) {
    reason = String(e.message ?? e)
  }
  console.log(JSON.stringify({ id, accepted: reason === undefined, verifier: 'jose', reason }))
}
