// Makes tokens for measuring what checking them costs: so many subjects, a token each, with HS256, ES256 or EdDSA.
//
//   node bench/tokens.mjs DIRECTORY HS256|ES256|EdDSA COUNT
//
// writes tokens.txt, a token in each line, and what the hub needs to believe them: secret.txt, or public.pem. The
// tokens hold for a day; keys and secret are new each time and are for nothing else.
import { createHmac, createSign, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [directory, algorithm, count] = process.argv.slice(2);
const encode = (bytes) => Buffer.from(bytes).toString("base64url");

function signer() {
  if (algorithm === "HS256") {
    const secret = randomBytes(48).toString("base64url");
    writeFileSync(join(directory, "secret.txt"), secret + "\n", { mode: 0o600 });
    return (text) => createHmac("sha256", secret).update(text).digest();
  }
  if (algorithm !== "ES256" && algorithm !== "EdDSA") {
    throw new Error(`"${algorithm}" isn't HS256, ES256 or EdDSA`);
  }
  const pair =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("ed25519");
  writeFileSync(join(directory, "public.pem"), pair.publicKey.export({ type: "spki", format: "pem" }));
  return algorithm === "EdDSA"
    ? (text) => sign(null, Buffer.from(text), pair.privateKey)
    : (text) =>
        createSign("SHA256").update(text).sign({ key: pair.privateKey, dsaEncoding: "ieee-p1363" });
}

mkdirSync(directory, { recursive: true });
const signed = signer();
const head = encode(JSON.stringify({ alg: algorithm, typ: "JWT" }));
const now = Math.floor(Date.now() / 1000);
const lines = [];
for (let i = 0; i < Number(count); i++) {
  const claims = { sub: `user-${i}`, iat: now, exp: now + 86_400, sluice: { subscribe: ["**"], publish: ["**"] } };
  const text = `${head}.${encode(JSON.stringify(claims))}`;
  lines.push(`${text}.${encode(signed(text))}`);
}
writeFileSync(join(directory, "tokens.txt"), lines.join("\n") + "\n", { mode: 0o600 });
