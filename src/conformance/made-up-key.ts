import { generateKeyPairSync } from 'node:crypto';
import type { Json } from '../core/record.ts';

const made = new Map<string, string>();

/** Of a key that nobody has. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDHzCCAgegAwIBAgIUDBLMlrAsyzzI3sEuP3HN1JlcYhcwDQYJKoZIhvcNAQEL
BQAwHjEcMBoGA1UEAwwTbWFkZS11cC5leGFtcGxlLmNvbTAgFw0yNjExMjQyMDE1
MDFaGA8yMTI2MTAzMTIwMTUwMVowHjEcMBoGA1UEAwwTbWFkZS11cC5leGFtcGxl
LmNvbTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMq509jV1FIbAIKX
yFAVzq3PMOAMN7UBVWVaHjA52FBBNGujGmGGrQy0fvtezIceKRZPCU8vn7BobqTw
entNJDwcpQ4YlB0N7nWpsxNhTDrQFEt4DTzCNXtmz2fk5VFAXg2mb+TBKhy+MEaL
1/Ir6fWqQqsUC9ewezmHxgXp44hWaXUaQCJKlGBsQBgav88O8u/Bcq2zOn3omKsa
VM270aVac5tK+oIIVOiKN/0xBulHF+Jaq7aHMCz8ZAf4dfpmQyh8Ft7V0Dzrb1oB
go+ECMsRAz7l0dAw0J5Nk2ld47QLLM23XZWuH3mQrMHxF1N7eoNcZ5SZhMY000x7
sQqsevUCAwEAAaNTMFEwHQYDVR0OBBYEFAWPusGDkQjNXWkwGm0LMrhiIc6UMB8G
A1UdIwQYMBaAFAWPusGDkQjNXWkwGm0LMrhiIc6UMA8GA1UdEwEB/wQFMAMBAf8w
DQYJKoZIhvcNAQELBQADggEBAGyrzQ1MQdHBTCSUVqgY06CgLnljq5HWd9buPVi0
VSNcJ2dJEfnIzlqUfsc+VmsFFv9NXaVBS1zlNKbAvWe7nQGLJp8suQZU1pgNX9aR
Z9KyptHdbzw65nbb+RJPE5GU14S+GaRWVQFHNAW1T9rDpqKOjAUA29hJWEaVLiv2
Vx427mBV5ZG3iCTybubkSdZQe4usLiqpTZS5BGK62XQUtt2S4XK/Y/cRbtEu3S9M
S4bZt4OSX9PeXix7ewfSnt82q+eHuo3HR3gr/MPhi32wvulZxsTNUb4iQbztfNps
1ksXrcC3Lpxx7Ip9U56hW1jOSTLOqyIdStRJDQKO0L5SQA4=
-----END CERTIFICATE-----
`;

const MAKERS: Readonly<Record<string, () => string>> = {
  'made-up-rsa-key': () => pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  'made-up-ec-key': () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  'made-up-certificate': () => CERTIFICATE,
};

/**
 * A private key or certificate in place of "made-up-rsa-key", "made-up-ec-key" and "made-up-certificate", so that no
 * fixture has to hold one.
 *
 * @returns undefined for every other value.
 */
export function madeUpKey(value: Json): string | undefined {
  if (typeof value !== 'string' || !Object.hasOwn(MAKERS, value)) return undefined;
  const key = made.get(value) ?? MAKERS[value]?.() ?? '';
  made.set(value, key);
  return key;
}

function pem(key: ReturnType<typeof generateKeyPairSync>['privateKey']): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
